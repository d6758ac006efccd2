// SPDX-License-Identifier: Apache-2.0
// How AWS words what is wrong with a policy: IAM and S3 say the same things differently, and clients match on it.
#pragma once

#include <string_view>

namespace caudal::access {

struct PolicyWords {
  std::string_view not_an_object;
  std::string_view not_json;
  std::string_view too_large;
  std::string_view version;
  std::string_view no_statement;
  std::string_view empty_statement;
  std::string_view bad_field;  // a field of the wrong type
  std::string_view no_effect;
  std::string_view no_action;
  std::string_view bad_action;
  std::string_view no_resource;
  std::string_view bad_resource;
  std::string_view bad_condition;  // of a type or value that there is not
  std::string_view bad_condition_key;
  std::string_view repeated_sid;
};

inline constexpr PolicyWords kS3Words = {
    .not_an_object = "Policies must be valid JSON and the first byte must be '{'",
    .not_json = "This policy contains invalid Json",
    .too_large = "Policy exceeds the maximum allowed document size.",
    .version = "The policy must contain a valid version string",
    .no_statement = "Missing required field Statement",
    .empty_statement = "Could not parse the policy: Statement is empty!",
    .bad_field = "Invalid policy syntax.",
    .no_effect = "Missing required field Effect",
    .no_action = "Missing required field Action",
    .bad_action = "Policy has invalid action",
    .no_resource = "Missing required field Resource",
    .bad_resource = "Policy has invalid resource",
    .bad_condition = "Invalid policy syntax.",
    .bad_condition_key = "Policy has an invalid condition key",
    .repeated_sid = "Statement IDs (SID) in a single policy must be unique.",
};

inline constexpr PolicyWords kDynamoDbWords = {
    .not_an_object = "The policy must be a JSON object, and its first byte '{'",
    .not_json = "The policy is not valid JSON",
    .too_large = "The policy is larger than the 20480 bytes that it may have",
    .version = "The policy must contain a valid version string",
    .no_statement = "Missing required field Statement",
    .empty_statement = "Statement is empty",
    .bad_field = "Invalid policy syntax",
    .no_effect = "Missing required field Effect",
    .no_action = "Missing required field Action",
    .bad_action = "The following action names are invalid",
    .no_resource = "Missing required field Resource",
    .bad_resource = "The policy names a resource that it is not attached to",
    .bad_condition = "Invalid condition",
    .bad_condition_key = "Invalid condition key",
    .repeated_sid = "Statement IDs (SID) in a single policy must be unique",
};

inline constexpr PolicyWords kIamWords = {
    .not_an_object = "Syntax errors in policy.",
    .not_json = "Syntax errors in policy.",
    .too_large = "Maximum policy size of 20480 bytes exceeded.",
    .version = "Policy document must be version 2012-10-17 or greater.",
    .no_statement = "Syntax errors in policy.",
    .empty_statement = "Syntax errors in policy.",
    .bad_field = "Syntax errors in policy.",
    .no_effect = "Syntax errors in policy.",
    .no_action = "Policy statement must contain actions.",
    .bad_action = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    .no_resource = "Policy statement must contain resources.",
    .bad_resource = "The policy failed legacy parsing",
    .bad_condition = "Syntax errors in policy.",
    .bad_condition_key = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    .repeated_sid = "Statement IDs (SID) in a single policy must be unique.",
};

inline constexpr std::string_view kNoPrincipal = "Missing required field Principal";
inline constexpr std::string_view kBadPrincipal = "Invalid principal in policy";
inline constexpr std::string_view kUnwantedPrincipal = "Policy document should not specify a principal.";
inline constexpr std::string_view kAllowNotPrincipal = "Allow with NotPrincipal is not allowed.";
inline constexpr std::string_view kActionWithoutResource = "Action does not apply to any resource(s) in statement";
inline constexpr std::string_view kBadAddress = "Invalid IP address in Conditions";

}  // namespace caudal::access
