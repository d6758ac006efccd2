// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/cancellation.h"

#include <fmt/format.h>

#include "api/dynamodb/call.h"
#include "api/dynamodb/errors.h"
#include "aws/generated/dynamodb/transactions.h"
#include "aws/json/json_codec.h"
#include "items/errors.h"
#include "items/values/errors.h"
#include "items/values/wire.h"

namespace caudal::api::dynamodb {
namespace {

std::string_view code_of(items::Reason reason) {
  switch (reason) {
    case items::Reason::kNone: return "None";
    case items::Reason::kConditionFailed: return "ConditionalCheckFailed";
    case items::Reason::kInvalid: return "ValidationError";
    case items::Reason::kThrottled: return "ProvisionedThroughputExceeded";
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

namespace {

// The first read whose key its table does not take is told, and none of the others.
ServiceError unfit_key(Call& call, const std::vector<items::Get>& gets, const Error& error) {
  std::vector<items::ReasonOf> reasons(gets.size());
  for (size_t n = 0; n < gets.size(); ++n) {
    const auto info = call.store.describe_table(gets[n].table);
    if (!info) return call.refused(info.error());
    const auto key = items::key_of_key(info->definition.key, gets[n].key);
    if (key) continue;
    if (key.error().code != items::ValueErrc::unfit_key) return call.refused(key.error());
    reasons[n] = {.reason = items::Reason::kInvalid, .message = key.error().message};
    return cancelled(std::move(reasons));
  }
  return call.refused(error);
}

}  // namespace

Outcome<std::vector<items::Got>> all_read(Call& call, const std::vector<items::Get>& gets,
                                          Result<std::vector<items::Got>> result) {
  const size_t count = gets.size();
  if (!result && result.error().code == items::ValueErrc::unfit_key) return unfit_key(call, gets, result.error());
  if (!result && result.error().code != items::Errc::throttled) return call.refused(result.error());
  std::vector<items::ReasonOf> reasons(count);
  bool is_throttled = false;
  for (size_t n = 0; n < count; ++n) {
    if (result && !(*result)[n].is_throttled) continue;
    reasons[n] = {.reason = items::Reason::kThrottled,
                  .message =
                      "The level of configured provisioned throughput for the table was exceeded. Consider "
                      "increasing your provisioning level with the UpdateTable API."};
    is_throttled = true;
  }
  if (is_throttled) return cancelled(std::move(reasons));
  std::vector<items::Got> all = *std::move(result);
  uint64_t bytes = 0;
  for (const items::Got& got : all) {
    bytes += got.size_bytes;
    if (!got.is_read || bytes > kMostTransactionBytes) {
      return validation("Collective size of items in the transaction cannot exceed 4 MB");
    }
  }
  return all;
}

}  // namespace caudal::api::dynamodb
