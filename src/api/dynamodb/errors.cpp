// SPDX-License-Identifier: Apache-2.0
#include "api/dynamodb/errors.h"

#include "aws/generated/dynamodb/operations.h"
#include "aws/generated/dynamodbstreams/operations.h"
#include "items/errors.h"
#include "items/expressions/errors.h"
#include "items/values/errors.h"
#include "transfer/errors.h"

namespace caudal::api::dynamodb {
namespace {

namespace errors = aws::dynamodb::errors;

constexpr int kFirstServerError = 500;

aws::ServiceError internal() {
  return errors::internal_server_error("The request processing has failed because of an internal error.");
}

aws::ServiceError of_the_store(items::Errc code, const std::string& message) {
  switch (code) {
    case items::Errc::no_such_table:
    case items::Errc::no_such_stream:
    case items::Errc::no_such_index: return errors::resource_not_found_exception(message);
    case items::Errc::table_exists:
    case items::Errc::table_in_use: return errors::resource_in_use_exception(message);
    case items::Errc::limit_exceeded: return errors::limit_exceeded_exception(message);
    case items::Errc::no_such_backup: return errors::backup_not_found_exception(message);
    case items::Errc::backup_in_use: return errors::backup_in_use_exception(message);
    case items::Errc::no_such_policy: return errors::policy_not_found_exception(message);
    case items::Errc::no_recovery: return errors::point_in_time_recovery_unavailable_exception(message);
    case items::Errc::invalid_moment: return errors::invalid_restore_time_exception(message);
    case items::Errc::throttled: return errors::provisioned_throughput_exceeded_exception(message);
    case items::Errc::token_mismatch: return errors::idempotent_parameter_mismatch_exception(message);
    case items::Errc::trimmed: return aws::dynamodbstreams::errors::trimmed_data_access_exception(message);
    case items::Errc::iterator_expired: return aws::dynamodbstreams::errors::expired_iterator_exception(message);
    case items::Errc::invalid_request:
    case items::Errc::deletion_protected: return validation(message);
    case items::Errc::transaction_cancelled:
    case items::Errc::corrupt:
    case items::Errc::unavailable:
    case items::Errc::outcome_unknown:
    case items::Errc::not_allowed:
    case items::Errc::not_offered: break;
  }
  return internal();
}

}  // namespace

namespace {

// What came is told again in some messages, and may be megabytes.
std::string bounded(std::string message) {
  constexpr size_t kMostBytes = 2048;
  if (message.size() <= kMostBytes) return message;
  size_t end = kMostBytes;
  while (end > 0 && (static_cast<uint8_t>(message[end]) & 0xc0) == 0x80) --end;  // inside a character of UTF-8
  message.resize(end);
  return message.append("...");
}

}  // namespace

aws::ServiceError validation(std::string message) {
  message = bounded(std::move(message));
  return {.code = "ValidationException", .status = 400, .message = std::move(message)};
}

bool is_internal(const aws::ServiceError& error) { return error.status >= kFirstServerError; }

aws::ServiceError in_dynamodb_words(const Error& error) {
  if (error.code.category() == make_error_code(items::Errc::corrupt).category()) {
    return of_the_store(static_cast<items::Errc>(error.code.value()), error.message);
  }
  if (error.code == items::ValueErrc::invalid_value || error.code == items::ValueErrc::unfit_key ||
      error.code == items::ExpressionErrc::invalid_expression || error.code == items::ExpressionErrc::invalid_update) {
    return validation(error.message);
  }
  if (error.code == transfer::Errc::no_backups_yet)
    return errors::continuous_backups_unavailable_exception(error.message);
  if (error.is(ErrorClass::kNoSpace)) {
    return {.code = "InternalServerError",
            .status = 500,
            .message = "There is no space left on the server's disk; nothing was written"};
  }
  return internal();
}

}  // namespace caudal::api::dynamodb
