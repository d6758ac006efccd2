// SPDX-License-Identifier: Apache-2.0
// The documents.
#include "access/named_policies.h"

#include <array>

namespace caudal::access {
namespace {

struct Named {
  std::string_view name;
  std::string_view document;
};

constexpr auto kPolicies = std::to_array<Named>({
    {"AdministratorAccess", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})"},
    {"AmazonAthenaFullAccess",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["athena:*","glue:*"],"Resource":"*"}]})"},
    {"AmazonDynamoDBFullAccess",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}]})"},
    {"AmazonDynamoDBReadOnlyAccess",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["dynamodb:BatchGetItem","dynamodb:Describe*",)"
     R"("dynamodb:GetItem","dynamodb:GetRecords","dynamodb:GetShardIterator","dynamodb:List*","dynamodb:PartiQLSelect",)"
     R"("dynamodb:Query","dynamodb:Scan"],"Resource":"*"}]})"},
    {"AmazonS3FullAccess",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})"},
    {"AmazonS3ReadOnlyAccess",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}]})"},
    {"IAMFullAccess", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]})"},
    {"IAMReadOnlyAccess",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:Get*","iam:List*"],"Resource":"*"}]})"},
    // Of Caudal's own API, as far as it is about payments. Those with less than all of that name each action, so that
    // what comes later is not allowed by a policy of today.
    {"CaudalPaymentsFullAccess", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"caudal:*",)"
                                 R"("NotResource":"arn:aws:caudal:*:*:backup/*"}]})"},
    {"CaudalPaymentsOperatorAccess",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["caudal:CancelPayment","caudal:CreatePayment",)"
     R"("caudal:GetPayment","caudal:GetPaymentHistory","caudal:GetTransaction","caudal:ListAccountPayments",)"
     R"("caudal:ListPayments"],"Resource":"*"}]})"},
    {"CaudalPaymentsReadOnlyAccess",
     R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["caudal:GetPayment",)"
     R"("caudal:GetPaymentHistory","caudal:GetTransaction","caudal:ListAccountPayments","caudal:ListPayments"],)"
     R"("Resource":"*"}]})"},
});

}  // namespace

std::vector<std::string_view> named_policies() {
  std::vector<std::string_view> names;
  for (const Named& policy : kPolicies) names.push_back(policy.name);
  return names;
}

std::optional<std::string_view> named_policy(std::string_view name) {
  for (const Named& policy : kPolicies) {
    if (policy.name == name) return policy.document;
  }
  return std::nullopt;
}

}  // namespace caudal::access
