// SPDX-License-Identifier: Apache-2.0
#include "base/md5.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/checksum.h"
#include "base/encoding.h"
#include "base/random.h"

namespace caudal {
namespace {

std::string of(std::string_view bytes) {
  Md5 stream;
  stream.update(bytes);
  return stream.finish();
}

std::string random_bytes(Random& random, size_t size_bytes) {
  std::string bytes(size_bytes, '\0');
  for (char& c : bytes) c = static_cast<char>(random.next());
  return bytes;
}

TEST(Md5, GivesTheValuesOfItsRfc) {
  EXPECT_EQ(to_hex(of("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(to_hex(of("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(to_hex(of("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(to_hex(of("12345678901234567890123456789012345678901234567890123456789012345678901234567890")),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Md5, AgreesWithOpenSslAtEveryLength) {
  Random random(7);
  for (size_t size = 0; size < 400; ++size) {
    const std::string bytes = random_bytes(random, size);
    ASSERT_EQ(of(bytes), md5_of(bytes)) << size;
  }
}

// Streams that are pieced together at random, each in company that changes all the time.
TEST(Md5, StreamsSideBySideAreWhatEachIsAlone) {
  const uint64_t seed = secure_random_u64();
  SCOPED_TRACE(seed);
  Random random(seed);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> bytes(1 + random.below(Md5::kLanes));
    std::vector<Md5> streams(bytes.size());
    for (int step = 0; step < 12; ++step) {
      std::vector<std::string> pieces;
      for (std::string& all : bytes) {
        const size_t most = random.below(4) == 0 ? 70 : 5000;
        pieces.push_back(random_bytes(random, random.below(3) == 0 ? 64 * random.below(40) : random.below(most)));
        all += pieces.back();
      }
      std::vector<Md5::Piece> together;
      for (size_t n = 0; n < pieces.size(); ++n) {
        if (random.below(5) == 0) {
          streams[n].update(pieces[n]);
        } else {
          together.push_back({&streams[n], pieces[n]});
        }
      }
      Md5::update_all(together);
    }
    for (size_t n = 0; n < bytes.size(); ++n) ASSERT_EQ(to_hex(streams[n].finish()), to_hex(md5_of(bytes[n]))) << n;
  }
}

}  // namespace
}  // namespace caudal
