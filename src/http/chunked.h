// SPDX-License-Identifier: Apache-2.0
// The chunked transfer coding (RFC 9112, 7.1), strictly, bit by bit. Only the framing passes through here, never the
// bytes of the body. Not the aws-chunked encoding, which lies inside the body.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "http/headers.h"

namespace caudal::http {

class ChunkedDecoder {
 public:
  // Takes what is framing off the beginning of `input`: up to the next byte of the body, the end of the message, or of
  // the input. How many bytes that is, or why they are refused; nothing may be fed after that.
  std::expected<size_t, const char*> take_framing(std::string_view input);

  // Bytes of the present chunk that come next. The caller reads them from wherever they are, and says so.
  uint64_t data_left() const { return state_ == State::kData ? left_ : 0; }
  void took_data(uint64_t size_bytes);

  // Whether the body and its trailer are complete.
  bool finished() const { return state_ == State::kFinished; }
  // After the end. Nothing in them is to be taken for a header.
  const Headers& trailers() const { return trailers_; }

 private:
  enum class State { kSize, kExtension, kSizeLineFeed, kData, kDataReturn, kDataLineFeed, kTrailer, kFinished };
  const char* take_character(char c);
  const char* take_size_character(char c);
  const char* take_trailer_character(char c);

  State state_ = State::kSize;
  uint64_t left_ = 0;
  int size_digits_ = 0;
  size_t extension_bytes_ = 0;
  size_t trailer_bytes_ = 0;
  std::string line_;  // of the trailer, as far as it has come
  Headers trailers_;
};

// What goes before `size_bytes` (> 0) bytes of a chunk; after them goes "\r\n", and after all of them "0\r\n\r\n".
std::string chunk_head(uint64_t size_bytes);

}  // namespace caudal::http
