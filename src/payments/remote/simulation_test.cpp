// SPDX-License-Identifier: Apache-2.0
// Payments under the simulator, with the bank at the end of real connections, which break before and after it has
// understood: still each moves its money once.
#include "access/json_tree.h"
#include "http/testing/test_server.h"
#include "items/testing/items_fixture.h"
#include "kv/testing/fault_env.h"  // what the store of the fixture stands on
#include "payments/remote/answers.h"
#include "payments/remote/http_transactions.h"
#include "payments/testing/simulated.h"

namespace caudal::payments {
namespace {

// What the bank of the simulation says, as HTTP: what it does not answer is a connection that breaks.
class BankOverHttp {
 public:
  explicit BankOverHttp(UnreliableService& bank, uint64_t seed) : bank_(bank), random_(seed) {}
  std::unique_ptr<TransactionService> connect() {
    return unwrap(
        HttpTransactions::open({.url = fmt::format("http://127.0.0.1:{}/bank", server_.server->port())}, clock_, 1));
  }
  void calm() {
    const std::lock_guard lock(mutex_);
    is_calm_ = true;
  }
  uint64_t requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  static Instruction instruction_in(const std::string& body) {
    const access::JsonValue json = unwrap(access::parse_json(body));
    const auto text = [&](const char* name) { return json.find(name)->text; };
    return {.attempt = unwrap(AttemptId::parse(text("attempt"))),
            .money = unwrap(Money::parse(text("amount"), text("currency"))),
            .beneficiary = unwrap(BeneficiaryId::parse(text("beneficiary"))),
            .scheduled = unwrap(parse_date(text("date")))};
  }
  static std::string json_of(const Answer& answer) {
    const std::string attempt = fmt::format(R"({{"attempt":"{}",)", answer.attempt.text());
    if (answer.outcome == Outcome::kDone)
      return attempt + fmt::format(R"("outcome":"done","transaction":"{}"}})", answer.transaction->text());
    if (answer.outcome == Outcome::kRefused) {
      return attempt +
             fmt::format(R"("outcome":"refused","reason":"{}","may_retry":{}}})", answer.reason, answer.may_retry);
    }
    return attempt + R"("outcome":"under_way"})";
  }

  void serve(http::Exchange& exchange) {
    const std::lock_guard lock(mutex_);
    ++requests_;
    const bool is_submitted = exchange.request().method == "POST";
    const std::string body = unwrap(http::read_all(exchange.body(), 10'000));
    // What stands before the bank has its own troubles: too much to do, and a page that is no answer.
    if (!is_calm_ && random_.chance(0.02)) return (void)exchange.response().send({.status = 503}, "busy");
    const auto answers = is_submitted ? bank_.submit({instruction_in(body)}) : bank_.ask({asked(exchange.request())});
    if (!is_calm_ && random_.chance(0.02)) return (void)exchange.response().send({.status = 200}, "<html>hello</html>");
    if (!answers || answers->empty()) {
      // Half an answer, or none.
      if (random_.chance(0.3)) (void)exchange.response().start({.status = 200}, 1000);
      return exchange.response().abort();
    }
    const Answer& answer = answers->front();
    if (answer.outcome == Outcome::kNeverSeen) return (void)exchange.response().send({.status = 404}, "");
    if (!is_calm_ && is_submitted && random_.chance(0.05)) return (void)exchange.response().send({.status = 202}, "");
    (void)exchange.response().send({.status = is_submitted && random_.chance(0.5) ? 201 : 200}, json_of(answer));
  }
  static AttemptId asked(const http::Request& request) {
    std::string text(request.path.substr(std::string_view("/bank/").size()));
    for (size_t at = text.find("%3A"); at != std::string::npos; at = text.find("%3A")) text.replace(at, 3, ":");
    return unwrap(AttemptId::parse(text));
  }

  UnreliableService& bank_;
  std::mutex mutex_;
  Random random_;
  bool is_calm_ = false;
  uint64_t requests_ = 0;
  SystemClock clock_;
  http::TestServer server_{http::Handler([this](http::Exchange& exchange) { serve(exchange); })};
};

class RemoteSimulationTest : public items::ItemsFixture {};

TEST_F(RemoteSimulationTest, MovesEachPaymentOnceWithTheBankAtTheEndOfAConnection) {
  const uint64_t first = from_environment("CAUDAL_SEED", secure_random_u64() % 1'000'000);
  const uint64_t seeds = std::getenv("CAUDAL_SEED") != nullptr ? 1 : from_environment("CAUDAL_SEEDS", 5);
  for (uint64_t n = 0; n < seeds && !HasFailure(); ++n) {
    store_.reset();
    kv_.reset();
    std::filesystem::remove_all(dir_.path() / "kv");
    open();
    plan_.skip_syncs(true);
    std::unique_ptr<BankOverHttp> bank;
    SimulationParts parts{.real = *store_};
    parts.to_bank = [&](UnreliableService& service) {
      bank = std::make_unique<BankOverHttp>(service, first + n);
      return bank->connect();
    };
    parts.calm = [&] { bank->calm(); };
    const uint64_t payments = from_environment("CAUDAL_PAYMENTS", 300);
    simulate(std::move(parts), {.seed = first + n, .payments = payments});
    EXPECT_GT(bank->requests(), payments);
  }
}

}  // namespace
}  // namespace caudal::payments
