// SPDX-License-Identifier: Apache-2.0
// The lines of a file, with where they are; memory stays that of a piece and a line. Inside room payments/files only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace caudal::payments {

// Lines end with LF or CRLF; the last may have no end.
class TextLines {
 public:
  static Result<TextLines> open(const std::filesystem::path& file);
  // Goes on there.
  void seek(uint64_t offset);
  // Without its end; until the next call. Nothing at the end of the file. Errors: unusable_file, for a line over 1 MiB.
  Result<std::optional<std::string_view>> next();
  // Behind the last line that was answered.
  uint64_t offset() const { return offset_; }
  uint64_t size() const { return size_; }

 private:
  TextLines(File file, uint64_t size) : file_(std::move(file)), size_(size) {}
  Result<bool> read_more();

  File file_;
  uint64_t size_ = 0;
  uint64_t offset_ = 0;  // of what is next in the buffer
  uint64_t read_to_ = 0;
  std::string buffer_;
  size_t begin_ = 0;  // of what is next, in the buffer
};

}  // namespace caudal::payments
