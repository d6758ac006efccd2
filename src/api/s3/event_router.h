// SPDX-License-Identifier: Apache-2.0
// Tells the store whom an event is for, by the notification configuration that its bucket has at that moment.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3/notifications.h"
#include "objects/events.h"

namespace caudal::api::s3 {

class NotificationRouter final : public objects::EventRouter {
 public:
  // Errors: corrupt.
  Result<std::vector<objects::Recipient>> recipients(const objects::Event& event,
                                                     std::string_view document) const override;

 private:
  // shared_ptr: others go on reading what is replaced.
  using Subscriptions = std::shared_ptr<const std::vector<Subscription>>;
  struct Known {
    std::string document;
    Subscriptions subscriptions;
  };
  Result<Subscriptions> subscriptions(const std::string& bucket, std::string_view document) const;

  mutable std::mutex mutex_;
  mutable std::map<std::string, Known, std::less<>> known_;  // the last of each bucket; guarded by mutex_
};

}  // namespace caudal::api::s3
