// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/cancellation.h"

#include <fmt/format.h>

#include "api/dynamodb/call.h"
#include "api/dynamodb/errors.h"
#include "aws/generated/dynamodb/transactions.h"
#include "aws/json/json_codec.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

std::string_view code_of(items::Reason reason) {
  switch (reason) {
    case items::Reason::kNone: return "None";
    case items::Reason::kConditionFailed: return "ConditionalCheckFailed";
    case items::Reason::kInvalid: return "ValidationError";
  }
  return "None";
}

}  // namespace

aws::ServiceError cancelled(std::vector<items::ReasonOf> reasons, const std::function<bool(size_t)>& is_insert) {
  std::string codes;
  std::vector<wire::CancellationReason> told;
  for (items::ReasonOf& one : reasons) {
    wire::CancellationReason& reason = told.emplace_back();
    reason.code = code_of(one.reason);
    if (!one.message.empty()) reason.message = std::move(one.message);
    if (one.reason == items::Reason::kConditionFailed && is_insert(told.size() - 1)) {
      reason.code = "DuplicateItem";
      reason.message = "Duplicate primary key exists in table";
    }
    codes.append(codes.empty() ? "" : ", ").append(*reason.code);
    if (one.item) reason.item = items::to_wire(*std::move(one.item));
  }
  return aws::with_members(
      wire::errors::transaction_canceled_exception(
          fmt::format("Transaction cancelled, please refer cancellation reasons for specific reasons [{}]", codes)),
      wire::TransactionCanceledException{.cancellation_reasons = std::move(told)});
}

aws::Outcome<void> check_all_read(const std::vector<items::Got>& all) {
  uint64_t bytes = 0;
  for (const items::Got& got : all) {
    bytes += got.size_bytes;
    if (!got.is_read || bytes > kMostTransactionBytes) {
      return validation("Collective size of items in the transaction cannot exceed 4 MB");
    }
  }
  return {};
}

}  // namespace caudal::api::dynamodb
