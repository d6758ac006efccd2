// SPDX-License-Identifier: Apache-2.0
#include "transfer/zstd.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <algorithm>
#include <string>

#include "base/testing/result_matchers.h"
#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

std::string packed(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// Piece by piece, as the network has it.
class Trickle final : public objects::ByteSource {
 public:
  explicit Trickle(std::string_view bytes) : bytes_(bytes) {}
  Result<size_t> read(char* out, size_t size_bytes) override {
    const size_t got = bytes_.substr(0, std::min<size_t>(7, size_bytes)).copy(out, size_bytes);
    bytes_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view bytes_;
};

Result<std::string> unpacked(std::string_view bytes) {
  Trickle source(bytes);
  UnzstdSource unzstd(source);
  return objects::read_all(unzstd);
}

std::string long_text() {
  std::string text;
  for (int n = 0; text.size() < 300'000; ++n) text += std::to_string(n * 7919) + ",";
  return text;
}

TEST(Zstd, WhatIsPackedUnpacksToItself) {
  for (const std::string& text : {std::string(), std::string("a"), long_text(), std::string(2'000'000, 'x')}) {
    EXPECT_TRUE(unwrap(unpacked(packed(text))) == text) << text.size();
  }
}

TEST(Zstd, SeveralFramesAreReadOneAfterTheOther) {
  EXPECT_EQ(unwrap(unpacked(packed("one ") + packed("") + packed("two"))), "one two");
}

TEST(Zstd, WhatIsCutOffOrDamagedIsAnError) {
  const std::string bytes = packed(long_text());
  for (const size_t length : {size_t{3}, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_EQ(unpacked(bytes.substr(0, length)).error().code, Errc::bad_zstd) << length;
  }
  EXPECT_EQ(unpacked(bytes + "more").error().code, Errc::bad_zstd);
  EXPECT_EQ(unpacked("not zstd").error().code, Errc::bad_zstd);
  EXPECT_EQ(unpacked("").error().code, Errc::bad_zstd);
}

}  // namespace
}  // namespace caudal::transfer
