// SPDX-License-Identifier: Apache-2.0
// One way for notices to reach people. Implementations: email.h, webhook.h.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "notices/notice.h"

namespace caudal::notices {

// Used by one thread at a time.
class Channel {
 public:
  virtual ~Channel() = default;
  // What flows call it: "email", "chat".
  virtual std::string name() const = 0;
  // One attempt: blocks for at most `timeout`, returns early with an error when `stop` is requested (within a second).
  // Errc::rejected is final, anything else may be tried again. `token` is the same in every attempt at one notice, so
  // that a receiver that got it twice can tell. What comes back is empty, or a remark about who did not get it.
  virtual Result<std::string> send(const Notice& notice, const std::string& token, std::chrono::milliseconds timeout,
                                   std::stop_token stop) = 0;
};

}  // namespace caudal::notices
