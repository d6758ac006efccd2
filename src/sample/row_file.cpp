// SPDX-License-Identifier: Apache-2.0
// Buffering, and integers to text.
#include "sample/row_file.h"

#include <charconv>
#include <cstring>

#include "base/check.h"

namespace caudal::sample {
namespace {

std::filesystem::path part_path(const std::filesystem::path& path) { return path.string() + ".part"; }

}  // namespace

RowFile::RowFile(File file, std::filesystem::path path)
    : file_(std::move(file)), path_(std::move(path)), buffer_(std::make_unique<char[]>(kBufferBytes)) {}

Result<RowFile> RowFile::create(const std::filesystem::path& path, std::string_view header) {
  RowFile rows(TRY(File::create(part_path(path))), path);
  rows.append(header);
  return rows;
}

RowFile::~RowFile() {
  if (!buffer_ || published_) return;
  std::error_code ignored;  // a leftover is overwritten by the next run
  std::filesystem::remove(part_path(path_), ignored);
}

void RowFile::append(std::string_view row) {
  CHECK(row.size() <= kMaxRowBytes, "a row of the sample is longer than its buffer");
  advance(put_text(room(), row));
}

void RowFile::flush() {
  if (!error_) {
    if (auto written = file_.write({buffer_.get(), used_}); !written) error_ = std::move(written).error();
  }
  written_bytes_ += used_;
  used_ = 0;
}

Result<void> RowFile::finish() {
  flush();
  if (error_) return *error_;
  return file_.close();
}

Result<void> RowFile::publish() {
  TRY(rename_file(part_path(path_), path_));
  published_ = true;
  return {};
}

char* put_integer(char* out, int64_t value) { return std::to_chars(out, out + 20, value).ptr; }

char* put_amount(char* out, int64_t amount_minor) {
  out = put_integer(out, amount_minor / 100);
  const auto cents = static_cast<int>(amount_minor % 100);
  *out++ = '.';
  *out++ = static_cast<char>('0' + cents / 10);
  *out++ = static_cast<char>('0' + cents % 10);
  return out;
}

char* put_text(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

}  // namespace caudal::sample
