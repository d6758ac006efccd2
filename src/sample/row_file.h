// SPDX-License-Identifier: Apache-2.0
// A text file written row by row, quickly, that takes its name only when it is complete.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace caudal::sample {

// Not thread-safe. Rows go to `<path>.part` until publish(); the destructor removes what was not published.
class RowFile {
 public:
  static constexpr size_t kMaxRowBytes = 1024;
  static Result<RowFile> create(const std::filesystem::path& path, std::string_view header);
  RowFile(RowFile&&) noexcept = default;
  RowFile& operator=(RowFile&&) = delete;
  ~RowFile();

  // Room for kMaxRowBytes; tell advance() where the row ended. A failed write is kept for error().
  char* room() {
    if (used_ + kMaxRowBytes > kBufferBytes) flush();
    return buffer_.get() + used_;
  }
  void advance(const char* end) { used_ = static_cast<size_t>(end - buffer_.get()); }
  void append(std::string_view row);

  const std::optional<Error>& error() const { return error_; }
  uint64_t size_bytes() const { return written_bytes_ + used_; }
  // Writes the rest and closes; then publish() may rename.
  Result<void> finish();
  Result<void> publish();

 private:
  static constexpr size_t kBufferBytes = 64 << 10;
  RowFile(File file, std::filesystem::path path);
  void flush();

  File file_;
  std::filesystem::path path_;
  std::unique_ptr<char[]> buffer_;  // null once moved from
  size_t used_ = 0;
  uint64_t written_bytes_ = 0;
  bool published_ = false;
  std::optional<Error> error_;
};

// Writes `value` in decimal and returns the end. `value` >= 0.
char* put_integer(char* out, int64_t value);
// Writes cents as "12.05" and returns the end. `amount_minor` >= 0.
char* put_amount(char* out, int64_t amount_minor);
char* put_text(char* out, std::string_view text);

}  // namespace caudal::sample
