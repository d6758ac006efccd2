// SPDX-License-Identifier: Apache-2.0
// Payments under the simulator, with their tables at another Caudal, behind a network that loses, delays, repeats and
// reorders requests and their answers: still each moves its money once.
#include <deque>
#include <mutex>

#include "app/serve/serving.h"
#include "app/testing/serve_options.h"
#include "base/testing/temporary_directory.h"
#include "http/testing/test_server.h"
#include "items/remote/remote_store.h"
#include "payments/testing/simulated.h"

namespace caudal::app {
namespace {

// Passes requests on to the server behind it, as they are: their signatures hold.
class BadNetwork {
 public:
  BadNetwork(uint16_t to, uint64_t seed) : to_(to), random_(seed) {}
  std::string url() const { return fmt::format("http://127.0.0.1:{}", front_.server->port()); }
  void calm() {
    const std::lock_guard lock(mutex_);
    trouble_ = 0;
    late_.clear();
  }
  uint64_t troubles() {
    const std::lock_guard lock(mutex_);
    return troubles_;
  }

 private:
  void pass(http::Exchange& exchange) {
    const http::Request& asked = exchange.request();
    std::string text = fmt::format("{} {} HTTP/1.1\r\n", asked.method, asked.target);
    for (const auto& header : asked.headers) {
      if (header.name != "Connection") text += fmt::format("{}: {}\r\n", header.name, header.value);
    }
    text += "\r\n" + unwrap(http::read_all(exchange.body(), uint64_t{16} << 20));
    const std::lock_guard lock(mutex_);
    // What was late comes before it, and after what was sent later.
    if (!late_.empty() && random_.chance(0.3)) {
      static_cast<void>(ask(late_.front()));
      late_.pop_front();
    }
    if (draws()) return exchange.response().abort();
    if (draws()) {
      late_.push_back(text);
      return exchange.response().abort();
    }
    if (draws()) static_cast<void>(ask(text));
    const auto answer = ask(text);
    if (!answer || draws()) return exchange.response().abort();
    http::ResponseHead head{.status = answer->status};
    for (const char* name : {"Content-Type", "x-amz-crc32"}) {
      if (const auto value = header_of(answer->head, name)) head.headers.add(name, *value);
    }
    static_cast<void>(exchange.response().send(std::move(head), answer->body));
  }
  std::optional<http::RawResponse> ask(const std::string& text) {
    if (!back_) back_.emplace(to_);
    if (back_->send(text)) {
      if (auto answer = back_->read_response()) return answer;
    }
    back_.reset();
    return std::nullopt;
  }
  bool draws() {
    const bool is_drawn = random_.chance(trouble_);
    troubles_ += is_drawn ? 1 : 0;
    return is_drawn;
  }
  static std::optional<std::string> header_of(const std::string& head, const std::string& name) {
    const size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return std::nullopt;
    const size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }

  const uint16_t to_;
  std::mutex mutex_;
  Random random_;
  double trouble_ = 0.02;  // of each kind
  uint64_t troubles_ = 0;
  std::deque<std::string> late_;
  std::optional<http::RawClient> back_;
  http::TestServer front_{http::Handler([this](http::Exchange& exchange) { pass(exchange); })};
};

class PaymentsElsewhereTest : public testing::Test {
 protected:
  // An endpoint where nothing is yet.
  void begin_anew() {
    serving_.reset();
    platform_.reset();
    dir_ = std::make_unique<TemporaryDirectory>(folder_in_memory());
    platform_ = unwrap(Platform::open({.data = dir_->path() / "data",
                                       .root_access_key_id = root_.access_key_id,
                                       .root_secret = access::Secret(std::string_view(root_.secret))},
                                      clock_));
    serving_ = unwrap(Serving::open(*platform_, test_serve_options(), clock_));
  }
  // How often the network lost, delayed, repeated or cut off something.
  uint64_t simulate(const payments::SimulationOptions& options) {
    begin_anew();
    BadNetwork network(port(), options.seed);
    const auto remote = unwrap(items::RemoteStore::open({.endpoint = network.url(),
                                                         .credentials = root_,
                                                         .retries = {.attempts = 3,
                                                                     .first_delay = std::chrono::milliseconds(1),
                                                                     .factor = 1.0,
                                                                     .max_delay = std::chrono::milliseconds(1)},
                                                         .poll_interval = std::chrono::milliseconds(1)},
                                                        clock_, 1));
    payments::SimulationParts parts{.real = *unwrap(platform_->items()), .through = remote.get()};
    parts.calm = [&] { network.calm(); };
    payments::simulate(std::move(parts), options);
    return network.troubles();
  }
  uint16_t port() const {
    const std::string url = serving_->url();
    return static_cast<uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  }

  const aws::Credentials root_{.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"};
  SystemClock clock_;
  std::unique_ptr<TemporaryDirectory> dir_;
  std::unique_ptr<Platform> platform_;
  std::unique_ptr<Serving> serving_;
};

TEST_F(PaymentsElsewhereTest, EachMovesItsMoneyOnceWithTheTablesBehindABadNetwork) {
  const uint64_t first = payments::from_environment("CAUDAL_SEED", secure_random_u64() % 1'000'000);
  const uint64_t seeds = std::getenv("CAUDAL_SEED") != nullptr ? 1 : 3;
  uint64_t troubles = 0;
  for (uint64_t n = 0; n < seeds && !HasFailure(); ++n) troubles += simulate({.seed = first + n, .payments = 150});
  EXPECT_GT(troubles, 20U);
}

TEST_F(PaymentsElsewhereTest, HoldsForAsManyPaymentsAsThereIsTimeFor) {
  payments::simulate_while_there_is_time([&](const payments::SimulationOptions& options) { simulate(options); });
}

}  // namespace
}  // namespace caudal::app
