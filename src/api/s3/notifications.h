// SPDX-License-Identifier: Apache-2.0
// Notification configurations of buckets: which events go to which destination. Delivering them is others' business.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/s3/errors.h"
#include "aws/generated/s3/settings.h"
#include "objects/events.h"

namespace caudal::api::s3 {

// A destination's name is the last part of its ARN: "arn:aws:sqs:us-east-1:000000000000:orders" is "orders", whichever
// service the ARN speaks of.
std::string destination_of(std::string_view arn);

// One configured way from a bucket's events to a destination.
struct Subscription {
  std::string id;
  std::string destination;
  std::vector<std::string> events;  // "s3:ObjectCreated:*"
  std::string prefix;
  std::string suffix;

  bool wants(const objects::Event& event) const;
};

// `knows`: whether there is a destination of that name; empty: it is not asked. Errors: InvalidArgument,
// NotImplemented.
Outcome<std::vector<Subscription>> subscriptions_of(const aws::s3::NotificationConfiguration& configuration,
                                                    const std::function<bool(const std::string&)>& knows);
// Of a document that was stored. Errors: corrupt.
Result<std::vector<Subscription>> read_subscriptions(std::string_view document);

// "ObjectCreated:Put".
std::string_view event_name(objects::EventKind kind);

}  // namespace caudal::api::s3
