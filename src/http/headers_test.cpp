// SPDX-License-Identifier: Apache-2.0
#include "http/headers.h"

#include <gtest/gtest.h>

namespace caudal::http {
namespace {

std::vector<std::string> lines(const Headers& headers) {
  std::vector<std::string> all;
  for (const Header header : headers) all.push_back(std::string(header.name) + "=" + std::string(header.value));
  return all;
}

using Lines = std::vector<std::string>;

TEST(Headers, KeepOrderAndDuplicatesAndCase) {
  Headers headers = {{"ETag", "\"1\""}, {"x-amz-meta-a", "1"}};
  headers.add("X-Amz-Meta-A", "2");
  EXPECT_EQ(lines(headers), (Lines{"ETag=\"1\"", "x-amz-meta-a=1", "X-Amz-Meta-A=2"}));
  EXPECT_EQ(headers.find("X-AMZ-META-A"), "1");
  EXPECT_EQ(headers.count("x-amz-meta-a"), 2u);
  EXPECT_EQ(headers.find("x-amz-meta"), std::nullopt);
  EXPECT_EQ(headers.wire(), "ETag: \"1\"\r\nx-amz-meta-a: 1\r\nX-Amz-Meta-A: 2\r\n");
}

TEST(Headers, SetReplacesAllOfTheName) {
  Headers headers = {{"A", "1"}, {"B", "2"}, {"a", "3"}};
  headers.set("a", "4");
  EXPECT_EQ(lines(headers), (Lines{"B=2", "a=4"}));
  headers.remove("b");
  EXPECT_EQ(lines(headers), (Lines{"a=4"}));
  headers.remove("absent");
  EXPECT_EQ(headers.size(), 1u);
}

TEST(Headers, SetMayBeGivenAValueOfItsOwn) {
  Headers headers = {{"Location", "/somewhere/far/away/from/here"}, {"B", "2"}};
  headers.set("location", *headers.find("Location"));
  EXPECT_EQ(headers.find("Location"), "/somewhere/far/away/from/here");
}

TEST(Headers, ValidRefusesWhatWouldWriteAnotherHeader) {
  EXPECT_TRUE((Headers{{"x-amz-meta-nome", "ação\tx"}, {"Empty", ""}}).valid());
  EXPECT_FALSE((Headers{{"A", "1\r\nSet-Cookie: x"}}).valid());
  EXPECT_FALSE((Headers{{"A", std::string_view("1\0", 2)}}).valid());
  EXPECT_FALSE((Headers{{"A\r\nB", "1"}}).valid());
  EXPECT_FALSE((Headers{{"", "1"}}).valid());
  EXPECT_FALSE((Headers{{"A B", "1"}}).valid());
}

TEST(HeaderViews, FindIgnoresCaseAndAllKeepsOrder) {
  HeaderViews headers;
  headers.add({"Accept", "a"});
  headers.add({"Host", "h"});
  headers.add({"ACCEPT", "b"});
  EXPECT_EQ(headers.find("accept"), "a");
  EXPECT_EQ(headers.all("accept"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(headers.count("host"), 1u);
  EXPECT_EQ(headers.find("Accep"), std::nullopt);
}

TEST(EqualsIgnoringCase, FoldsAsciiLettersAlone) {
  EXPECT_TRUE(equals_ignoring_case("Content-LENGTH", "content-length"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("\xc1", "\xe1"));
}

}  // namespace
}  // namespace caudal::http
