// SPDX-License-Identifier: Apache-2.0
#include "objects/md5_group.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/checksum.h"
#include "base/random.h"

namespace caudal::objects {
namespace {

// More streams than lanes, and fewer places than either.
TEST(Md5Group, EachStreamGetsItsOwnDigest) {
  constexpr size_t kStreams = 20;
  for (const size_t places : {1u, 3u}) {
    Md5Group group(places);
    std::vector<std::string> got(kStreams);
    std::vector<std::string> expected(kStreams);
    std::vector<std::thread> threads;
    for (size_t n = 0; n < kStreams; ++n) {
      threads.emplace_back([&, n] {
        Random random(n);
        Md5 stream;
        std::string all;
        for (int piece = 0; piece < 40; ++piece) {
          const std::string bytes(random.below(9000), static_cast<char>('a' + random.below(26)));
          group.update(stream, bytes);
          all += bytes;
        }
        got[n] = stream.finish();
        expected[n] = md5_of(all);
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(got, expected) << places;
  }
}

}  // namespace
}  // namespace caudal::objects
