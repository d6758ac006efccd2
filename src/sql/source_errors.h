// SPDX-License-Identifier: Apache-2.0
// Inside `sql` only: carries an Error of a TableReader through DuckDB, which keeps no more than its text, to the caller
// of the query.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/thread_annotations.h"

namespace caudal::sql {

// Thread-safe.
class SourceErrors {
 public:
  // Keeps `error` and answers a text that names it, for DuckDB to pass on.
  std::string deposit(Error error);
  // The kept error that `message` names, forgotten by this.
  std::optional<Error> claim(std::string_view message);

 private:
  Mutex mutex_;
  uint64_t next_id_ CAUDAL_GUARDED_BY(mutex_) = 1;
  std::map<uint64_t, Error> kept_ CAUDAL_GUARDED_BY(mutex_);
};

}  // namespace caudal::sql
