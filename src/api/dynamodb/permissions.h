// SPDX-License-Identifier: Apache-2.0
// Names of tables as policies know them, and what policies may ask about the keys of a request.
// Source: AWS Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/service_error.h"
#include "items/values/keys.h"

namespace caudal::api::dynamodb {

// "arn:aws:dynamodb:us-east-1:000000000000:table/BankPayments".
std::string arn_of(std::string_view region, std::string_view table);

// `kind`: of the policies that could have allowed it.
aws::ServiceError access_denied(std::string_view caller, std::string_view action, std::string_view resource,
                                std::string_view kind = "identity-based");
// By the policy of the table or stream itself.
aws::ServiceError denied_explicitly(std::string_view caller, std::string_view action, std::string_view resource);

// The value of the first partition key attribute, as dynamodb:LeadingKeys has it; nothing when the item lacks it.
std::vector<std::string> leading_key(const items::KeySchema& schema, const items::Item& item);

}  // namespace caudal::api::dynamodb
