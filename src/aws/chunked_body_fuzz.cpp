// SPDX-License-Identifier: Apache-2.0
// Any wire is refused or decoded, never to more bytes than it has, and the same whether it comes whole or byte by byte.
#include <cstddef>
#include <cstdint>
#include <string>

#include "aws/chunked_body.h"
#include "base/check.h"

namespace {

using namespace caudal::aws;

struct Decoded {
  std::string bytes;
  std::string code;
};

Decoded decode(const ChunkedOptions& options, std::string_view wire, size_t piece_bytes) {
  const CredentialScope scope{"20130524", "r", "s3"};
  ChunkedBody body(options, Verified{.signing_key = caudal::aws::derive_signing_key("secret", scope),
                                     .scope = scope,
                                     .time = "20130524T000000Z",
                                     .signature = "seed"});
  Decoded decoded;
  while (!wire.empty()) {
    std::string_view piece = wire.substr(0, piece_bytes);
    wire.remove_prefix(piece.size());
    while (!piece.empty()) {
      const auto got = body.next(piece);
      if (!got) return {decoded.bytes, got.error().code};
      decoded.bytes.append(*got);
    }
  }
  const auto end = body.finish();
  if (!end) return {decoded.bytes, end.error().code};
  CHECK(end->has_value() == options.trailing_checksum.has_value(), "the announced checksum was there");
  return decoded;
}

}  // namespace

// The first byte chooses the form.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view wire(reinterpret_cast<const char*>(data) + 1, size - 1);
  ChunkedOptions options;
  options.payload = data[0] % 3 == 0   ? Payload::kUnsignedChunksWithTrailer
                    : data[0] % 3 == 1 ? Payload::kSignedChunks
                                       : Payload::kSignedChunksWithTrailer;
  if (options.payload != Payload::kSignedChunks && (data[0] & 64) != 0) {
    options.trailing_checksum = caudal::ChecksumAlgorithm::kCrc32;
  }
  if ((data[0] & 128) != 0) options.decoded_size_bytes = 5;
  const Decoded whole = decode(options, wire, wire.size());
  const Decoded split = decode(options, wire, 1);
  CHECK(whole.code == split.code && whole.bytes == split.bytes, "however the wire is cut");
  CHECK(whole.bytes.size() <= wire.size(), "framing only adds");
  if (whole.code.empty() && options.decoded_size_bytes) CHECK(whole.bytes.size() == 5, "the length holds");
  return 0;
}
