// SPDX-License-Identifier: Apache-2.0
#include "transfer/gzip.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "transfer/errors.h"

namespace caudal::transfer {
namespace {

std::string packed(std::string_view text, size_t piece = 1000) {
  Gzip gzip;
  std::string out;
  for (size_t at = 0; at < text.size(); at += piece) gzip.add(text.substr(at, piece), out);
  gzip.finish(out);
  return out;
}

Result<std::string> unpacked(std::string_view bytes) {
  objects::TextSource source(bytes);
  GunzipSource gunzip(source);
  return objects::read_all(gunzip);
}

std::string long_text() {
  std::string text;
  for (int n = 0; text.size() < 1'000'000; ++n) text += std::to_string(n * 7919) + ",";
  return text;
}

TEST(Gzip, WhatIsPackedUnpacksToItself) {
  for (const std::string& text : {std::string(), std::string("a"), long_text()}) {
    EXPECT_EQ(unwrap(unpacked(packed(text))), text);
  }
  EXPECT_LT(packed(long_text()).size(), long_text().size() / 2);
}

TEST(Gzip, SeveralMembersAreReadOneAfterTheOther) {
  EXPECT_EQ(unwrap(unpacked(packed("one ") + packed("") + packed("two"))), "one two");
}

TEST(Gzip, WhatIsCutOffOrDamagedIsAnError) {
  std::string bytes = packed(long_text());
  EXPECT_EQ(unpacked(bytes.substr(0, bytes.size() / 2)).error().code, Errc::bad_gzip);
  EXPECT_EQ(unpacked(bytes.substr(0, bytes.size() - 1)).error().code, Errc::bad_gzip);
  EXPECT_EQ(unpacked(bytes + "more").error().code, Errc::bad_gzip);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  EXPECT_EQ(unpacked(bytes).error().code, Errc::bad_gzip);
  EXPECT_EQ(unpacked("not gzip").error().code, Errc::bad_gzip);
  EXPECT_EQ(unpacked("").error().code, Errc::bad_gzip);
}

}  // namespace
}  // namespace caudal::transfer
