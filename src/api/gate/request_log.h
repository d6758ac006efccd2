// SPDX-License-Identifier: Apache-2.0
// A line of JSON for each request, or for those that went wrong: for operators, unlike the audit log. Holds no secret:
// neither headers nor queries are written.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/gate/witness.h"

namespace caudal::api {

enum class LogRequests { kNone, kErrors, kAll };  // kErrors: answered with 500 and more

class RequestLog final : public Witness {
 public:
  // `write` takes one line without its end; thread-safe.
  RequestLog(LogRequests which, std::function<void(std::string_view)> write)
      : which_(which), write_(std::move(write)) {}
  void note(const Visit& visit, std::chrono::microseconds duration) override;

 private:
  const LogRequests which_;
  const std::function<void(std::string_view)> write_;
};

// The line for one request.
std::string request_line(const Visit& visit, std::chrono::microseconds duration);

}  // namespace caudal::api
