// SPDX-License-Identifier: Apache-2.0
#include "aws/request.h"

#include <gtest/gtest.h>

#include <vector>

namespace caudal::aws {
namespace {

TEST(RequestHead, SplitsTheTargetAtItsFirstQuestionMark) {
  const RequestHead with{.method = "GET", .target = "/a/b?c=d?e", .headers = {}};
  EXPECT_EQ(with.path(), "/a/b");
  EXPECT_EQ(with.query(), "c=d?e");
  const RequestHead without{.method = "GET", .target = "/a", .headers = {}};
  EXPECT_EQ(without.path(), "/a");
  EXPECT_EQ(without.query(), "");
}

TEST(RequestHead, FindsTheFirstHeaderInAnyCase) {
  const std::vector<Header> headers = {{"X-Amz-Date", "one"}, {"x-amz-date", "two"}, {"Empty", ""}};
  const RequestHead request{.method = "GET", .target = "/", .headers = headers};
  EXPECT_EQ(request.header("x-AMZ-date"), "one");
  EXPECT_EQ(request.header("empty"), "");
  EXPECT_EQ(request.header("x-amz-dat"), std::nullopt);
}

TEST(SameName, FoldsOnlyLetters) {
  EXPECT_TRUE(same_name("Host", "hOST"));
  EXPECT_FALSE(same_name("a[", "a{"));
  EXPECT_FALSE(same_name("a", "ab"));
}

}  // namespace
}  // namespace caudal::aws
