// SPDX-License-Identifier: Apache-2.0
#include "payments/files/text_lines.h"

#include <fmt/format.h>

#include "payments/errors.h"

namespace caudal::payments {
namespace {
constexpr size_t kPieceBytes = size_t{1} << 20;
constexpr size_t kMostLineBytes = size_t{1} << 20;
}  // namespace

Result<TextLines> TextLines::open(const std::filesystem::path& path) {
  File file = TRY(File::open_read(path));
  const uint64_t size = TRY(file.size_bytes());
  return TextLines(std::move(file), size);
}

void TextLines::seek(uint64_t offset) {
  offset_ = read_to_ = offset;
  buffer_.clear();
  begin_ = 0;
}

Result<bool> TextLines::read_more() {
  buffer_.erase(0, begin_);
  begin_ = 0;
  const size_t kept = buffer_.size();
  buffer_.resize(kept + kPieceBytes);
  const size_t got = TRY(file_.read_at(read_to_, buffer_.data() + kept, kPieceBytes));
  buffer_.resize(kept + got);
  read_to_ += got;
  return got > 0;
}

Result<std::optional<std::string_view>> TextLines::next() {
  size_t searched = begin_;
  for (;;) {
    const size_t end = buffer_.find('\n', searched);
    const bool has_end = end != std::string::npos;
    if (!has_end) {
      if (buffer_.size() - begin_ > kMostLineBytes) {
        return Error{Errc::unusable_file,
                     fmt::format("{}: the line at byte {} is longer than 1 MiB", file_.path().string(), offset_)};
      }
      const size_t looked_at = buffer_.size() - begin_;
      if (TRY(read_more())) {
        searched = looked_at;
        continue;
      }
      if (buffer_.empty()) return std::optional<std::string_view>();
    }
    std::string_view line = std::string_view(buffer_).substr(begin_, has_end ? end - begin_ : std::string::npos);
    const size_t taken = line.size() + (has_end ? 1 : 0);
    begin_ += taken;
    offset_ += taken;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return std::optional(line);
  }
}

}  // namespace caudal::payments
