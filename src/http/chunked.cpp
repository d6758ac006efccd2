// SPDX-License-Identifier: Apache-2.0
#include "http/chunked.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "http/characters.h"
#include "http/head_parser.h"

namespace caudal::http {
namespace {

constexpr int kMostSizeDigits = 15;  // enough for more than any body, and too few to overflow
constexpr size_t kMostExtensionBytes = 256;
constexpr size_t kMostTrailerBytes = 8 * 1024;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

const char* ChunkedDecoder::take_size_character(char c) {
  if (state_ == State::kSizeLineFeed) {
    if (c != '\n') return "The line of a chunk's size holds CR without LF.";
    state_ = left_ > 0 ? State::kData : State::kTrailer;
    return nullptr;
  }
  if (state_ == State::kSize) {
    if (const int value = hex_value(c); value >= 0) {
      if (++size_digits_ > kMostSizeDigits) return "The size of a chunk is too large.";
      left_ = left_ * 16 + static_cast<uint64_t>(value);
      return nullptr;
    }
    if (size_digits_ == 0) return "A chunk does not begin with its size.";
    if (c == ';') {
      state_ = State::kExtension;
      extension_bytes_ = 0;
      return nullptr;
    }
    if (c != '\r') return "The size of a chunk is not a hexadecimal number.";
  }
  if (c == '\r') {
    state_ = State::kSizeLineFeed;
    return nullptr;
  }
  if (!kValueCharacters[static_cast<unsigned char>(c)]) return "The extension of a chunk holds a control character.";
  return ++extension_bytes_ > kMostExtensionBytes ? "The extension of a chunk is too long." : nullptr;
}

const char* ChunkedDecoder::take_trailer_character(char c) {
  if (++trailer_bytes_ > kMostTrailerBytes) return "The trailer is too large.";
  line_.push_back(c);
  if (c != '\n') return nullptr;
  if (!line_.ends_with("\r\n")) return "A line of the trailer ends in LF without CR.";
  line_.resize(line_.size() - 2);
  if (line_.empty()) {
    state_ = State::kFinished;
    return nullptr;
  }
  const auto field = parse_field(line_);
  if (!field) return field.error().why;
  trailers_.add(field->name, field->value);
  line_.clear();
  return nullptr;
}

const char* ChunkedDecoder::take_character(char c) {
  switch (state_) {
    case State::kDataReturn:
      if (c != '\r') return "A chunk is longer than its size.";
      state_ = State::kDataLineFeed;
      return nullptr;
    case State::kDataLineFeed:
      if (c != '\n') return "A chunk does not end in CR LF.";
      state_ = State::kSize;
      size_digits_ = 0;
      left_ = 0;
      return nullptr;
    case State::kTrailer: return take_trailer_character(c);
    default: return take_size_character(c);
  }
}

std::expected<size_t, const char*> ChunkedDecoder::take_framing(std::string_view input) {
  size_t taken = 0;
  while (taken < input.size() && state_ != State::kData && state_ != State::kFinished) {
    if (const char* const why = take_character(input[taken])) return std::unexpected(why);
    ++taken;
  }
  return taken;
}

void ChunkedDecoder::took_data(uint64_t size_bytes) {
  CHECK(state_ == State::kData && size_bytes <= left_, "no more than the chunk holds");
  left_ -= size_bytes;
  if (left_ == 0) state_ = State::kDataReturn;
}

std::string chunk_head(uint64_t size_bytes) {
  char digits[16];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, size_bytes, 16);
  std::string head(digits, end);
  return head.append("\r\n");
}

}  // namespace caudal::http
