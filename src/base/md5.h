// SPDX-License-Identifier: Apache-2.0
// MD5 (RFC 1321) of several streams side by side. Each step waits for the one before, so that a single stream leaves
// most of a core idle: sixteen at once take as long as three to five one after the other, by what the processor's
// vectors hold. Of one stream it is as fast as OpenSSL's (digest.h), whose state cannot be shared. For ETags alone; it
// keeps no secret.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace caudal {

// One stream. Not thread-safe.
class Md5 {
 public:
  static constexpr size_t kLanes = 16;
  struct Piece {
    Md5* stream;
    std::string_view bytes;
  };

  void update(std::string_view bytes);
  // As each piece's update(), for up to kLanes pieces of different streams at once.
  static void update_all(std::span<const Piece> pieces);
  // 16 raw bytes; to be called once.
  std::string finish();

 private:
  static constexpr size_t kBlockBytes = 64;
  using State = std::array<uint32_t, 4>;
  // Fills up the block that is begun, so that whole blocks follow: what is left of `bytes`.
  std::string_view complete_block(std::string_view bytes);
  // Less than a block, to begin the next one.
  void keep(std::string_view rest);
  // From the beginning of a block on.
  void take_rest(std::string_view rest);
  static size_t update_side_by_side(std::span<Piece> lanes);

  State state_ = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  uint64_t size_bytes_ = 0;
  std::array<char, kBlockBytes> begun_;  // size_bytes_ % kBlockBytes of it
};

}  // namespace caudal
