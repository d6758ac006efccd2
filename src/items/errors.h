// SPDX-License-Identifier: Apache-2.0
// What can go wrong in room `items`, after DynamoDB's own errors, so that a door can map them. Messages of
// invalid_request are DynamoDB's words; so are those of items/values.
#pragma once

#include "base/result.h"

namespace caudal::items {

enum class Errc {
  no_such_table = 1,
  no_such_index,
  table_exists,
  table_in_use,     // it is being made or removed, or one of its indexes is
  invalid_request,  // DynamoDB's ValidationException
  limit_exceeded,
  deletion_protected,
  transaction_cancelled,
  token_mismatch,  // a client token came again with another request
  no_such_stream,
  trimmed,           // it was in a stream, and is too old to be kept
  iterator_expired,  // a place in a stream that was asked for too long ago
  corrupt,
  no_such_backup,
  backup_in_use,  // it is being made, or restored
  no_such_policy,
  no_recovery,     // the table cannot be restored to a moment
  invalid_moment,  // nor to this one
  throttled,       // more is asked of the table than it is provisioned for (throttled_store.h); nothing was done
  // Of stores elsewhere (items/remote):
  unavailable,      // it does not answer, or has too much to do; nothing was done, or it can be done again
  outcome_unknown,  // it did not answer a write, which may have happened
  not_allowed,      // it refuses these keys, or what they ask for
  not_offered,      // it does not know such an operation
};
ErrcInfo errc_info(Errc code);
inline std::error_code make_error_code(Errc code) { return errc_code(code); }

}  // namespace caudal::items

template <>
struct std::is_error_code_enum<caudal::items::Errc> : std::true_type {};
