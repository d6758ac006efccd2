// SPDX-License-Identifier: Apache-2.0
// Tags of tables, and what clients ask about the service itself.
#include "api/dynamodb/errors.h"
#include "api/dynamodb/table_description.h"

namespace caudal::api::dynamodb {
namespace {

// DynamoDB's own first limits of an account, which nothing here enforces.
constexpr int64_t kAccountUnits = 80'000;
constexpr int64_t kTableUnits = 40'000;
constexpr int64_t kCacheMinutes = 1440;

Outcome<std::string> table_of_arn(Call& call, const std::string& arn) {
  std::string name = table_name_of(arn);
  if (!arn.starts_with("arn:") || call.table_arn(name) != arn) {
    return validation("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
  }
  return name;
}

Outcome<aws::NoOutput> tag(Call& call, const wire::TagResourceInput& in) {
  const std::string table = TRY(table_of_arn(call, in.resource_arn));
  TRY(call.require("TagResource", table));
  TRY(call.said(call.store.change_tags(table, TRY(tags_of(in.tags)), {})));
  return aws::NoOutput();
}

Outcome<aws::NoOutput> untag(Call& call, const wire::UntagResourceInput& in) {
  const std::string table = TRY(table_of_arn(call, in.resource_arn));
  TRY(call.require("UntagResource", table));
  TRY(call.said(call.store.change_tags(table, {}, in.tag_keys)));
  return aws::NoOutput();
}

Outcome<wire::ListTagsOfResourceOutput> list_tags(Call& call, const wire::ListTagsOfResourceInput& in) {
  const std::string table = TRY(table_of_arn(call, in.resource_arn));
  TRY(call.require("ListTagsOfResource", table));
  wire::ListTagsOfResourceOutput out{.tags = std::vector<wire::Tag>()};
  for (const auto& [name, value] : TRY(call.said(call.store.describe_table(table))).definition.tags) {
    out.tags->push_back({.key = name, .value = value});
  }
  return out;
}

Outcome<wire::DescribeLimitsOutput> limits(Call& call, const wire::DescribeLimitsInput&) {
  TRY(call.require_on_all("DescribeLimits"));
  return wire::DescribeLimitsOutput{.account_max_read_capacity_units = kAccountUnits,
                                    .account_max_write_capacity_units = kAccountUnits,
                                    .table_max_read_capacity_units = kTableUnits,
                                    .table_max_write_capacity_units = kTableUnits};
}

// Where the client asked is where the service is.
Outcome<wire::DescribeEndpointsResponse> endpoints(Call& call, const wire::DescribeEndpointsRequest&) {
  const wire::Endpoint here{.address = std::string(call.visit.request().host),
                            .cache_period_in_minutes = kCacheMinutes};
  return wire::DescribeEndpointsResponse{.endpoints = {here}};
}

Outcome<wire::DescribeTimeToLiveOutput> describe_expiry(Call& call, const wire::DescribeTimeToLiveInput& in) {
  const std::string table = table_name_of(in.table_name);
  TRY(call.require("DescribeTimeToLive", table));
  const items::ExpiryInfo expiry = TRY(call.said(call.store.describe_table(table))).expiry;
  wire::TimeToLiveDescription told{.time_to_live_status = "DISABLED"};
  if (!expiry.attribute.empty()) {
    told = {.time_to_live_status = expiry.is_filling ? "ENABLING" : "ENABLED", .attribute_name = expiry.attribute};
  }
  return wire::DescribeTimeToLiveOutput{.time_to_live_description = std::move(told)};
}

Outcome<wire::UpdateTimeToLiveOutput> update_expiry(Call& call, const wire::UpdateTimeToLiveInput& in) {
  const std::string table = table_name_of(in.table_name);
  TRY(call.require("UpdateTimeToLive", table));
  const wire::TimeToLiveSpecification& asked = in.time_to_live_specification;
  TRY(call.said(call.store.change_table(
      {.table = table,
       .expiry = items::ExpirySetting{.is_enabled = asked.enabled, .attribute = asked.attribute_name}})));
  return wire::UpdateTimeToLiveOutput{.time_to_live_specification = asked};
}

}  // namespace

void offer_table_settings(Dispatcher& dispatcher) {
  dispatcher.on(wire::operations::kTagResource, tag);
  dispatcher.on(wire::operations::kUntagResource, untag);
  dispatcher.on(wire::operations::kListTagsOfResource, list_tags);
  dispatcher.on(wire::operations::kDescribeLimits, limits);
  dispatcher.on(wire::operations::kDescribeEndpoints, endpoints);
  dispatcher.on(wire::operations::kDescribeTimeToLive, describe_expiry);
  dispatcher.on(wire::operations::kUpdateTimeToLive, update_expiry);
}

}  // namespace caudal::api::dynamodb
