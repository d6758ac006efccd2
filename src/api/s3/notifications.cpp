// SPDX-License-Identifier: Apache-2.0
#include "api/s3/notifications.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/s3/bucket_settings.h"
#include "api/s3/fields.h"
#include "api/s3/operations.h"
#include "api/s3/text.h"

namespace caudal::api::s3 {
namespace {

using objects::EventKind;

constexpr std::array<std::pair<EventKind, std::string_view>, 10> kNames = {{
    {EventKind::kPut, "ObjectCreated:Put"},
    {EventKind::kPost, "ObjectCreated:Post"},
    {EventKind::kCopied, "ObjectCreated:Copy"},
    {EventKind::kCompleted, "ObjectCreated:CompleteMultipartUpload"},
    {EventKind::kRemoved, "ObjectRemoved:Delete"},
    {EventKind::kMarkerMade, "ObjectRemoved:DeleteMarkerCreated"},
    {EventKind::kExpired, "LifecycleExpiration:Delete"},
    {EventKind::kExpiredMarkerMade, "LifecycleExpiration:DeleteMarkerCreated"},
    {EventKind::kTagged, "ObjectTagging:Put"},
    {EventKind::kUntagged, "ObjectTagging:Delete"},
}};

// Whether `pattern` ("s3:ObjectCreated:*") means events of that name.
bool means(std::string_view pattern, std::string_view name) {
  if (!pattern.starts_with("s3:")) return false;
  pattern.remove_prefix(3);
  if (pattern == name) return true;
  return pattern.ends_with(":*") && name.starts_with(pattern.substr(0, pattern.size() - 1));
}

Outcome<void> check_event(const std::string& event) {
  const auto is_meant = [&](const auto& named) { return means(event, named.second); };
  if (std::ranges::any_of(kNames, is_meant)) return {};
  return invalid_argument("The event is not supported for notifications", "Event", event);
}

Outcome<void> take_filter(const std::optional<wire::NotificationConfigurationFilter>& filter, Subscription& into) {
  if (!filter || !filter->key || !filter->key->filter_rules) return {};
  bool has_prefix = false;
  bool has_suffix = false;
  for (const wire::FilterRule& rule : *filter->key->filter_rules) {
    const std::string name = lower(rule.name.value_or(""));
    const bool is_prefix = name == "prefix";
    if (!is_prefix && name != "suffix") {
      return invalid_argument("filter rule name must be either prefix or suffix", "FilterRule.Name", name);
    }
    bool& seen = is_prefix ? has_prefix : has_suffix;
    if (seen) {
      return invalid_argument(fmt::format("Cannot specify more than one {} rule in a filter.", name), "FilterRule.Name",
                              name);
    }
    seen = true;
    (is_prefix ? into.prefix : into.suffix) = rule.value.value_or("");
  }
  return {};
}

struct Destination {
  const std::optional<std::string>& id;
  const std::string& arn;
  const std::vector<std::string>& events;
  const std::optional<wire::NotificationConfigurationFilter>& filter;
};

Outcome<Subscription> subscription_of(const Destination& from, const std::function<bool(const std::string&)>& knows) {
  Subscription subscription{.id = from.id.value_or(""),
                            .destination = destination_of(from.arn),
                            .events = from.events,
                            .prefix = {},
                            .suffix = {}};
  if (from.events.empty()) return malformed_xml();
  for (const std::string& event : from.events) TRY(check_event(event));
  TRY(take_filter(from.filter, subscription));
  if (knows && !knows(subscription.destination)) {
    return invalid_argument(
        "Unable to validate the following destination configurations", from.arn,
        fmt::format("there is no webhook named {}; name it in server.webhooks", subscription.destination));
  }
  return subscription;
}

Outcome<aws::NoOutput> put(Call& call, const wire::PutBucketNotificationConfigurationRequest& in) {
  const wire::NotificationConfiguration& configuration = in.notification_configuration;
  const auto knows = [&](const std::string& name) { return call.destinations.contains(name); };
  const bool unchecked = in.skip_destination_validation.value_or(false);
  const auto subscriptions =
      TRY(subscriptions_of(configuration, unchecked ? std::function<bool(const std::string&)>()
                                                    : std::function<bool(const std::string&)>(knows)));
  if (subscriptions.empty()) {
    // As in S3, a configuration of nothing is how it is taken away.
    TRY(call.said(call.settings.remove(in.bucket, objects::settings::kNotification)));
  } else {
    TRY(call.said(call.settings.put(in.bucket, objects::settings::kNotification, to_document(configuration))));
  }
  return aws::NoOutput{};
}

Outcome<wire::NotificationConfiguration> get(Call& call, const wire::GetBucketNotificationConfigurationRequest& in) {
  const auto document = TRY(call.said(call.store.get_setting(in.bucket, objects::settings::kNotification)));
  if (!document) return wire::NotificationConfiguration{};
  return call.said(from_document<wire::NotificationConfiguration>(*document));
}

}  // namespace

std::string destination_of(std::string_view arn) { return std::string(arn.substr(arn.rfind(':') + 1)); }

std::string_view event_name(EventKind kind) {
  for (const auto& [named, name] : kNames) {
    if (named == kind) return name;
  }
  return "Unknown";
}

bool Subscription::wants(const objects::Event& event) const {
  const std::string_view name = event_name(event.kind);
  return event.key.starts_with(prefix) && event.key.ends_with(suffix) &&
         std::ranges::any_of(events, [&](const std::string& pattern) { return means(pattern, name); });
}

Outcome<std::vector<Subscription>> subscriptions_of(const wire::NotificationConfiguration& configuration,
                                                    const std::function<bool(const std::string&)>& knows) {
  if (configuration.event_bridge_configuration) return not_offered("notifications to EventBridge");
  std::vector<Subscription> found;
  if (configuration.topic_configurations) {
    for (const auto& one : *configuration.topic_configurations) {
      found.push_back(TRY(subscription_of({one.id, one.topic_arn, one.events, one.filter}, knows)));
    }
  }
  if (configuration.queue_configurations) {
    for (const auto& one : *configuration.queue_configurations) {
      found.push_back(TRY(subscription_of({one.id, one.queue_arn, one.events, one.filter}, knows)));
    }
  }
  if (configuration.lambda_function_configurations) {
    for (const auto& one : *configuration.lambda_function_configurations) {
      found.push_back(TRY(subscription_of({one.id, one.lambda_function_arn, one.events, one.filter}, knows)));
    }
  }
  return found;
}

Result<std::vector<Subscription>> read_subscriptions(std::string_view document) {
  auto found = subscriptions_of(TRY(from_document<wire::NotificationConfiguration>(document)), {});
  if (found) return *std::move(found);
  return Error{Errc::corrupt, "a notification configuration cannot be kept any more: " + found.error().message};
}

void offer_notifications(Dispatcher& dispatcher) {
  dispatcher.on(operations::kPutBucketNotificationConfiguration, put);
  dispatcher.on(operations::kGetBucketNotificationConfiguration, get);
}

}  // namespace caudal::api::s3
