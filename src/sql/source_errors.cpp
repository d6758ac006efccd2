// SPDX-License-Identifier: Apache-2.0
// Errors of C++ tables, kept while their number travels through DuckDB.
#include "sql/source_errors.h"

#include <charconv>

namespace caudal::sql {
namespace {
constexpr std::string_view kMark = "caudal table error #";
// A query stopped for another reason leaves its error unclaimed; keep no more than these.
constexpr size_t kMaxKept = 64;
}  // namespace

std::string SourceErrors::deposit(Error error) {
  const MutexLock lock(mutex_);
  const uint64_t id = next_id_++;
  std::string text = std::string(kMark) + std::to_string(id) + ": " + error.message;
  kept_.emplace(id, std::move(error));
  if (kept_.size() > kMaxKept) kept_.erase(kept_.begin());
  return text;
}

std::optional<Error> SourceErrors::claim(std::string_view message) {
  const size_t mark = message.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view digits = message.substr(mark + kMark.size());
  uint64_t id = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), id).ec != std::errc{}) return std::nullopt;
  const MutexLock lock(mutex_);
  const auto found = kept_.find(id);
  if (found == kept_.end()) return std::nullopt;
  Error error = std::move(found->second);
  kept_.erase(found);
  return error;
}

}  // namespace caudal::sql
