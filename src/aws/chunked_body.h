// SPDX-License-Identifier: Apache-2.0
// Takes the aws-chunked framing off a body as it comes, and checks what the framing carries: a signature for each
// chunk, the length of the whole, checksums and their signature in the trailers. HTTP's own chunking lies beneath and
// is gone already.
//
//   ChunkedBody body(TRY(read_chunked_options(request, claim.payload)), verified);
//   while (more bytes came) {
//     std::string_view wire = ...;
//     while (!wire.empty()) store(TRY(body.next(wire)));
//   }
//   const std::optional<Checksum> checksum = TRY(body.finish());   // only now is the whole body believed
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/chunk_signatures.h"
#include "aws/sigv4_claim.h"
#include "base/checksum.h"
#include "base/digest.h"

namespace caudal::aws {

struct ChunkedOptions {
  Payload payload = Payload::kUnsignedChunksWithTrailer;
  std::optional<uint64_t> decoded_size_bytes = {};          // x-amz-decoded-content-length
  std::optional<ChecksumAlgorithm> trailing_checksum = {};  // that x-amz-trailer announces
};

// From the head of a request; `payload` is one of the chunked forms. The length may be missing: streams of unknown
// length come so.
Outcome<ChunkedOptions> read_chunked_options(const RequestHead& request, Payload payload);

// Not thread-safe. After an error it must not be used again.
class ChunkedBody {
 public:
  // What a chunk's first line, and all the trailers together, may hold.
  static constexpr size_t kLongestLineBytes = 512;
  static constexpr size_t kLongestTrailersBytes = 4096;

  // `head`: the verified signature of the head; needed when the payload is signed.
  explicit ChunkedBody(ChunkedOptions options, std::optional<Verified> head = std::nullopt);

  // Takes bytes off the front of `wire` up to and including the next piece of the body, which is a view into it; empty
  // when `wire` had to be used up before there was one. In a signed body, bytes are handed out before the signature of
  // their chunk has come.
  Outcome<std::string_view> next(std::string_view& wire);

  // The same in place: of `size_bytes` from the wire in `buffer`, the body's are moved to the front. How many.
  Outcome<size_t> decode_in_place(char* buffer, size_t size_bytes);

  // To be called when the wire has ended: the body is whole. The trailing checksum, which was compared.
  Outcome<std::optional<Checksum>> finish();

  uint64_t decoded_bytes() const { return decoded_bytes_; }

 private:
  enum class State { kSizeLine, kData, kDataEnd, kTrailers, kEnd };
  bool is_signed() const { return options_.payload != Payload::kUnsignedChunksWithTrailer; }
  bool has_trailers() const { return options_.payload != Payload::kSignedChunks; }

  // Moves `wire` into line_ up to a line feed; whether the line is whole.
  bool take_line(std::string_view& wire);
  Outcome<void> begin_chunk();
  Outcome<void> end_of_data(std::string_view& wire);
  Outcome<void> end_chunk();
  Outcome<void> take_trailer();
  Outcome<void> keep_trailer(std::string_view name, std::string_view value);
  Outcome<void> check_trailers();

  const ChunkedOptions options_;
  std::optional<ChunkSignatures> signatures_;
  std::optional<RunningChecksum> running_;
  State state_ = State::kSizeLine;
  std::string line_;         // what came of a line so far, with its end
  uint64_t left_bytes_ = 0;  // of the chunk's data
  bool last_chunk_ = false;  // its size was 0
  std::string signature_;    // that the chunk, then the trailers, carry
  Digest chunk_digest_{DigestAlgorithm::kSha256};
  uint64_t decoded_bytes_ = 0;
  size_t trailers_bytes_ = 0;
  bool after_bare_line_feed_ = false;
  std::string signed_trailers_;  // "name:value\n" of each
  std::optional<std::string> trailer_value_;
  std::optional<Checksum> checksum_;
};

}  // namespace caudal::aws
