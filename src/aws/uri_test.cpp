// SPDX-License-Identifier: Apache-2.0
#include "aws/uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caudal::aws {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::string path(std::string_view raw, PathStyle style) {
  std::string out;
  append_canonical_path(out, raw, style);
  return out;
}

std::string query(std::string_view raw, std::string_view without = {}) {
  std::string out;
  append_canonical_query(out, raw, without);
  return out;
}

TEST(Uri, OnlyUnreservedBytesStay) {
  EXPECT_EQ(uri_encoded("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(uri_encoded("a b/c+ü\n"), "a%20b%2Fc%2B%C3%BC%0A");
}

TEST(Uri, DecodingLeavesWhatIsNoEscape) {
  EXPECT_EQ(uri_decoded("a%20b%2fc+%zz%4"), "a b/c+%zz%4");
  EXPECT_EQ(uri_decoded("a+b%2B", true), "a b+");
}

TEST(CanonicalPath, OfS3IsEncodedOnceHoweverItWasSent) {
  for (const std::string_view sent : {"/b/a%20b%28%29%21", "/b/a b()!", "/b/a%20b()%21", "/b/%61 b%28)!"}) {
    EXPECT_EQ(path(sent, PathStyle::kAsSent), "/b/a%20b%28%29%21") << sent;
  }
  EXPECT_EQ(path("/b//../x/./", PathStyle::kAsSent), "/b//../x/./") << "such keys are names, not directions";
  EXPECT_EQ(path("/b/%", PathStyle::kAsSent), "/b/%25");
  EXPECT_EQ(path("", PathStyle::kAsSent), "/");
}

TEST(CanonicalPath, OfTheOthersIsResolvedAndEncodedOnceMore) {
  const std::pair<std::string_view, std::string_view> cases[] = {{"/", "/"},           {"", "/"},
                                                                 {"//", "/"},          {"/example/..", "/"},
                                                                 {"/a/b/../../", "/"}, {"/./x", "/x"},
                                                                 {"//x//", "/x/"},     {"/a/../../b", "/b"},
                                                                 {"/a/.", "/a/"},      {"/a%20b", "/a%2520b"},
                                                                 {"/a b", "/a%20b"},   {"/..a/.b", "/..a/.b"}};
  for (const auto& [sent, canonical] : cases) EXPECT_EQ(path(sent, PathStyle::kNormalisedEncoded), canonical) << sent;
}

TEST(CanonicalQuery, SortsByNameThenValueAndKeepsDuplicates) {
  EXPECT_EQ(query("b=2&a=2&a=1&B=0"), "B=0&a=1&a=2&b=2");
  EXPECT_EQ(query("a=1&a=1"), "a=1&a=1");
  EXPECT_EQ(query("a-b=1&a=2"), "a=2&a-b=1") << "by the name alone: '=' is no part of it";
}

TEST(CanonicalQuery, EncodesOnceAndNamesWithoutValueEndInAnEqualsSign) {
  EXPECT_EQ(query("uploads"), "uploads=");
  EXPECT_EQ(query("uploads=&&"), "uploads=");
  EXPECT_EQ(query("p=a/b+c%2b&%71=="), "p=a%2Fb%20c%2B&q=%3D");
}

TEST(CanonicalQuery, LeavesOutOneName) {
  EXPECT_EQ(query("X-Amz-Signature=abc&x=1&X-Amz-Signature=d", "X-Amz-Signature"), "x=1");
  EXPECT_EQ(query("x-amz-signature=abc", "X-Amz-Signature"), "x-amz-signature=abc");
}

TEST(QueryParameters, AreDecodedInTheirOrder) {
  EXPECT_THAT(query_parameters("b=%2F&a&c=x+y=z"), ElementsAre(Pair("b", "/"), Pair("a", ""), Pair("c", "x y=z")));
}

}  // namespace
}  // namespace caudal::aws
