// SPDX-License-Identifier: Apache-2.0
// One operation at an endpoint: encoded, signed, sent, sent again where that is safe, decoded. Inside room items/remote
// only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "aws/json/json_service.h"
#include "base/clock.h"
#include "base/thread_annotations.h"
#include "http/client.h"
#include "items/remote/answers.h"
#include "items/remote/remote_store.h"

namespace caudal::items::remote {

// Whether a request whose answer was lost may be sent again.
enum class Repeat {
  kSafe,     // reads; writes that come to the same
  kByToken,  // what it carries makes the endpoint do it once; whoever sends it anew, under another, does it twice
  kNever,    // a second time it could do, or say, something else
};

// Thread-safe.
class Caller {
 public:
  // All but `options` outlive it. Errors: of the configuration.
  static Result<std::unique_ptr<Caller>> open(RemoteOptions options, Clock& clock, uint64_t seed);

  // An error: Errc::unavailable, outcome_unknown, not_allowed. What the endpoint refuses is a Refusal.
  template <class Input, class Output>
  Result<std::variant<Output, Refusal>> try_call(const aws::JsonOperation<Input, Output>& operation, const Input& input,
                                                 Repeat repeat) const {
    std::variant<std::string, Refusal> got = TRY(send(operation.name, aws::to_json(input), repeat));
    if (auto* const refusal = std::get_if<Refusal>(&got)) return std::variant<Output, Refusal>(std::move(*refusal));
    Output output;
    if constexpr (!std::is_same_v<Output, aws::NoOutput>) {
      aws::Violations violations;  // what the model does not allow is nothing to stop at: services grow
      const auto decoded = aws::decode_json(std::get<std::string>(got), aws::shape_of<Output>(), &output, violations);
      if (!decoded) return unreadable(operation.name, decoded.error().message, repeat);
    }
    return std::variant<Output, Refusal>(std::move(output));
  }

  // The same, where no refusal is more than an error.
  template <class Input, class Output>
  Result<Output> call(const aws::JsonOperation<Input, Output>& operation, const Input& input, Repeat repeat) const {
    std::variant<Output, Refusal> got = TRY(try_call(operation, input, repeat));
    if (const auto* const refusal = std::get_if<Refusal>(&got)) return error_of(operation.name, *refusal);
    return std::get<Output>(std::move(got));
  }

  // Waits before attempt `attempt` + 1; an error once there are no more: `last`.
  Result<void> wait_after(int attempt, const Error& last) const;
  Clock& clock() const { return clock_; }
  const std::string& endpoint() const { return options_.endpoint; }

 private:
  Caller(RemoteOptions options, Clock& clock, uint64_t seed, std::unique_ptr<http::Client> client);
  // The body of an answer of 200.
  Result<std::variant<std::string, Refusal>> send(std::string_view operation, const std::string& body,
                                                  Repeat repeat) const;
  Result<http::ClientResponse> post(std::string_view operation, const std::string& body, Repeat repeat) const;
  Error lost(std::string_view operation, std::string_view why, Repeat repeat) const;
  Error unreadable(std::string_view operation, std::string_view why, Repeat repeat) const;

  const RemoteOptions options_;
  const std::string host_;
  Clock& clock_;
  const std::unique_ptr<http::Client> client_;
  mutable Mutex mutex_;
  mutable Random random_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::items::remote
