// SPDX-License-Identifier: Apache-2.0
// Rules of buckets, and of tables and streams of DynamoDB.
// Source: AWS Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB"; Amazon
// DynamoDB Developer Guide, "API operations supported by resource-based policies".
#include "access/resource_rules.h"

#include <algorithm>
#include <array>

#include "access/pattern.h"
#include "access/s3_actions.h"

namespace caudal::access {
namespace {

constexpr std::string_view kArnOfS3 = "arn:aws:s3:::";

constexpr auto kOfStreams = std::to_array<std::string_view>(
    {"dynamodb:deleteresourcepolicy", "dynamodb:describestream", "dynamodb:getrecords", "dynamodb:getresourcepolicy",
     "dynamodb:getsharditerator", "dynamodb:putresourcepolicy"});

constexpr auto kOfTables = std::to_array<std::string_view>({"dynamodb:batchgetitem",
                                                            "dynamodb:batchwriteitem",
                                                            "dynamodb:conditioncheckitem",
                                                            "dynamodb:createbackup",
                                                            "dynamodb:deleteitem",
                                                            "dynamodb:deleteresourcepolicy",
                                                            "dynamodb:deletetable",
                                                            "dynamodb:describecontinuousbackups",
                                                            "dynamodb:describecontributorinsights",
                                                            "dynamodb:describeexport",
                                                            "dynamodb:describeimport",
                                                            "dynamodb:describekinesisstreamingdestination",
                                                            "dynamodb:describetable",
                                                            "dynamodb:describetimetolive",
                                                            "dynamodb:disablekinesisstreamingdestination",
                                                            "dynamodb:enablekinesisstreamingdestination",
                                                            "dynamodb:exporttabletopointintime",
                                                            "dynamodb:getitem",
                                                            "dynamodb:getresourcepolicy",
                                                            "dynamodb:listtagsofresource",
                                                            "dynamodb:partiqldelete",
                                                            "dynamodb:partiqlinsert",
                                                            "dynamodb:partiqlselect",
                                                            "dynamodb:partiqlupdate",
                                                            "dynamodb:putitem",
                                                            "dynamodb:putresourcepolicy",
                                                            "dynamodb:query",
                                                            "dynamodb:restoretabletopointintime",
                                                            "dynamodb:scan",
                                                            "dynamodb:tagresource",
                                                            "dynamodb:untagresource",
                                                            "dynamodb:updatecontinuousbackups",
                                                            "dynamodb:updatecontributorinsights",
                                                            "dynamodb:updateitem",
                                                            "dynamodb:updatekinesisstreamingdestination",
                                                            "dynamodb:updatetable",
                                                            "dynamodb:updatetimetolive"});

class NoVariables final : public VariableSource {
 public:
  std::optional<std::string> variable(std::string_view) const override { return std::nullopt; }
};

template <size_t kCount>
bool names_one_of(const Pattern& pattern, const std::array<std::string_view, kCount>& actions) {
  const NoVariables none;
  return std::ranges::any_of(actions,
                             [&](std::string_view action) { return pattern.matches(action, none) == Match::kYes; });
}

}  // namespace

bool RulesOfBuckets::is_action(std::string_view text) const { return s3_action_scope(text).known; }

// A star may follow the name, as nothing but this bucket is ever asked for.
bool RulesOfBuckets::is_resource(std::string_view text) const {
  if (!text.starts_with(kArnOfS3)) return false;
  text.remove_prefix(kArnOfS3.size());
  if (!text.starts_with(rules_.bucket)) return false;
  text.remove_prefix(rules_.bucket.size());
  return text.empty() || text.front() == '/' || text.front() == '*';
}

bool RulesOfBuckets::is_condition_key(std::string_view lower_case) const {
  return lower_case.starts_with("aws:") || lower_case.starts_with("s3:");
}

// Actions of objects need one below the bucket, those of buckets the bucket.
bool RulesOfBuckets::apply(std::string_view action, const std::vector<std::string_view>& resources) const {
  bool buckets = false;
  bool objects = false;
  for (const std::string_view resource : resources) {
    const bool below = resource.contains('/');
    buckets = buckets || !below;
    objects = objects || below || resource.ends_with('*');
  }
  const ActionScope scope = s3_action_scope(action);
  return (scope.buckets && buckets) || (scope.objects && objects);
}

bool RulesOfTables::is_action(std::string_view text) const {
  const auto pattern = Pattern::compile(text, {.wildcards = true, .variables = false, .ignore_case = true});
  if (!pattern || (text != "*" && !text.contains(':'))) return false;
  return rules_.arn.contains("/stream/") ? names_one_of(*pattern, kOfStreams) : names_one_of(*pattern, kOfTables);
}

bool RulesOfTables::is_resource(std::string_view text) const {
  if (text == "*") return true;
  if (!text.starts_with(rules_.arn)) return false;
  text.remove_prefix(rules_.arn.size());
  return text.empty() || text.front() == '/' || text.front() == '*';
}

bool RulesOfTables::is_condition_key(std::string_view lower_case) const {
  return lower_case.starts_with("aws:") || lower_case.starts_with("dynamodb:");
}

}  // namespace caudal::access
