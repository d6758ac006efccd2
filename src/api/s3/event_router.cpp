// SPDX-License-Identifier: Apache-2.0
#include "api/s3/event_router.h"

namespace caudal::api::s3 {

Result<NotificationRouter::Subscriptions> NotificationRouter::subscriptions(const std::string& bucket,
                                                                            std::string_view document) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(bucket);
    if (found != known_.end() && found->second.document == document) return found->second.subscriptions;
  }
  auto read = std::make_shared<const std::vector<Subscription>>(TRY(read_subscriptions(document)));
  const std::lock_guard lock(mutex_);
  known_.insert_or_assign(bucket, Known{.document = std::string(document), .subscriptions = read});
  return read;
}

Result<std::vector<objects::Recipient>> NotificationRouter::recipients(const objects::Event& event,
                                                                       std::string_view document) const {
  std::vector<objects::Recipient> found;
  const Subscriptions all = TRY(subscriptions(event.bucket, document));
  for (const Subscription& subscription : *all) {
    if (!subscription.wants(event)) continue;
    found.push_back({.destination = subscription.destination, .subscription = subscription.id});
  }
  return found;
}

}  // namespace caudal::api::s3
