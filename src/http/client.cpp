// SPDX-License-Identifier: Apache-2.0
#include "http/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/random.h"
#include "base/thread_annotations.h"
#include "http/characters.h"
#include "http/curl_transfer.h"
#include "http/errors.h"

namespace caudal::http {
namespace {

bool may_repeat(const ClientRequest& request) {
  constexpr std::array<std::string_view, 5> kIdempotent = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"};
  switch (request.retry) {
    case Retry::kAlways: return true;
    case Retry::kNever: return false;
    case Retry::kIdempotent: break;
  }
  return std::ranges::find(kIdempotent, request.method) != kIdempotent.end();
}

// Whether the same request may well succeed later.
bool worth_repeating(const Attempt& attempt) {
  constexpr std::array kPassing = {408, 429, 500, 502, 503, 504};
  if (attempt.sink_was_called) return false;
  if (!attempt.answer) return attempt.answer.error().code == Errc::unreachable;
  return std::ranges::find(kPassing, attempt.answer->status) != kPassing.end();
}

// What the other side asks for, in seconds; its other form, a date, is not worth a parser.
std::chrono::milliseconds asked_for(const Attempt& attempt) {
  if (!attempt.answer) return {};
  const std::string_view text = attempt.answer->headers.find("Retry-After").value_or("");
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return std::chrono::seconds(seconds);
}

Result<void> check_request(const ClientRequest& request) {
  if (!is_token(request.method)) return Error{Errc::invalid_message, fmt::format("'{}' is no method", request.method)};
  if (!request.headers.valid()) {
    return Error{Errc::invalid_message, "a header of the request has a name that is no token, or a value of two lines"};
  }
  if (request.url.find('\0') != std::string::npos) return Error{Errc::invalid_message, "the address holds a NUL"};
  return {};
}

}  // namespace

class Client::Impl {
 public:
  Impl(ClientOptions client_options, Clock& client_clock, uint64_t seed)
      : options(std::move(client_options)), clock(client_clock), random_(seed) {}

  CurlHandle take_handle() CAUDAL_EXCLUDES(mutex_) {
    {
      MutexLock lock(mutex_);
      if (!idle_.empty()) {
        CurlHandle handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    return new_curl_handle();
  }
  void give_back(CurlHandle handle) CAUDAL_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (idle_.size() < options.idle_handles) idle_.push_back(std::move(handle));
  }
  std::optional<std::chrono::milliseconds> delay(int attempts_made) CAUDAL_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return delay_after(options.retries, attempts_made, random_);
  }

  const ClientOptions options;
  Clock& clock;

 private:
  Mutex mutex_;
  std::vector<CurlHandle> idle_ CAUDAL_GUARDED_BY(mutex_);
  Random random_ CAUDAL_GUARDED_BY(mutex_);
};

Result<std::unique_ptr<Client>> Client::open(ClientOptions options, Clock& clock, uint64_t seed) {
  const auto wrong = [](std::string_view what) {
    return Error{Errc::invalid_configuration, fmt::format("http client: {}", what)};
  };
  if (options.connect_timeout <= std::chrono::milliseconds(0)) return wrong("connect_timeout: more than 0");
  if (options.retries.attempts < 1) return wrong("retries: at least one attempt");
  if (options.retries.factor < 1 || options.retries.jitter < 0 || options.retries.jitter > 1) {
    return wrong("retries: a factor from 1 on and a jitter from 0 to 1");
  }
  return std::unique_ptr<Client>(new Client(std::make_unique<Impl>(std::move(options), clock, seed)));
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

Result<ClientResponse> Client::send(const ClientRequest& request) {
  TRY(check_request(request));
  CurlHandle handle = impl_->take_handle();
  for (int made = 1;; ++made) {
    Attempt last = attempt(handle.get(), impl_->options, request);
    if (last.answer) last.answer->attempts = made;
    const auto delay = may_repeat(request) && worth_repeating(last) ? impl_->delay(made) : std::nullopt;
    if (!delay) {
      impl_->give_back(std::move(handle));
      return std::move(last.answer);
    }
    const auto pause = std::max(*delay, std::min(asked_for(last), impl_->options.retries.max_delay));
    if (!impl_->clock.wait_until(impl_->clock.now() + pause, request.stop)) {
      return Error{Errc::cancelled, "the request was cancelled while it waited for another attempt"};
    }
    if (request.source != nullptr) TRY(request.source->rewind());
  }
}

}  // namespace caudal::http
