// SPDX-License-Identifier: Apache-2.0
#include "transfer/line_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;

}  // namespace

// As csv_fields() takes quotes: elsewhere than where a field begins they are text.
LineReader::At LineReader::after(char c) const {
  if (at_ == At::kQuoted) return c == '"' ? At::kQuoteInQuotes : At::kQuoted;
  if (c == '"' && at_ != At::kPlain) return At::kQuoted;
  return c == *delimiter_ ? At::kFieldStart : At::kPlain;
}

size_t LineReader::find_end() {
  if (!delimiter_) {
    const size_t end = buffer_.find('\n', looked_);
    looked_ = end == std::string::npos ? buffer_.size() : end;
    return end;
  }
  for (; looked_ < buffer_.size(); ++looked_) {
    const char c = buffer_[looked_];
    if (c == '\n' && at_ != At::kQuoted) return looked_;
    at_ = after(c);
  }
  return std::string::npos;
}

Result<bool> LineReader::next() {
  size_t end = find_end();
  while (end == std::string::npos && !at_end_) {
    buffer_.erase(0, begin_);
    looked_ -= begin_;
    begin_ = 0;
    if (buffer_.size() > kLongestLineBytes) {
      return Error{Errc::line_too_long,
                   fmt::format("line {} has more than {} bytes; no item is so large", next_line_, kLongestLineBytes)};
    }
    const size_t had = buffer_.size();
    buffer_.resize(had + kPieceBytes);
    const size_t got = TRY(source_.read(buffer_.data() + had, kPieceBytes));
    buffer_.resize(had + got);
    at_end_ = got == 0;
    end = find_end();
  }
  if (end == std::string::npos) {
    if (begin_ == buffer_.size()) return false;
    end = buffer_.size();
  }
  text_ = std::string_view(buffer_).substr(begin_, end - begin_);
  line_ = next_line_;
  next_line_ += 1 + static_cast<uint64_t>(std::ranges::count(text_, '\n'));
  if (text_.ends_with('\r')) text_.remove_suffix(1);
  begin_ = std::min(end + 1, buffer_.size());
  looked_ = begin_;
  at_ = At::kFieldStart;
  return true;
}

}  // namespace caudal::transfer
