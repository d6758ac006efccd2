// SPDX-License-Identifier: Apache-2.0
// Listings of objects and versions: pages, folders, markers, and how keys are written.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

class Listings : public S3Fixture {
 protected:
  void put(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) ASSERT_EQ(house_.send("PUT", "/lake/" + key, "x").status, 200) << key;
  }
  http::RawResponse list(const std::string& query) { return house_.send("GET", "/lake?" + query); }
  // The texts of every <name>, each followed by a space.
  static std::string all(const std::string& body, const std::string& name) {
    std::string found;
    const std::string start = "<" + name + ">";
    for (size_t at = body.find(start); at != std::string::npos; at = body.find(start, at + 1)) {
      const size_t from = at + start.size();
      found += body.substr(from, body.find('<', from) - from) + " ";
    }
    return found;
  }
  static std::string one(const std::string& body, const std::string& name) {
    const std::string found = all(body, name);
    return found.empty() ? found : found.substr(0, found.find(' '));
  }
};

TEST_F(Listings, InTheOrderOfTheirBytes) {
  put({"b", "a", "B", "a/b", "a.b"});
  const auto page = list("list-type=2");
  EXPECT_EQ(all(page.body, "Key"), "B a a.b a/b b ");
  EXPECT_EQ(one(page.body, "KeyCount"), "5");
  EXPECT_EQ(one(page.body, "IsTruncated"), "false");
  EXPECT_EQ(one(page.body, "Name"), "lake");
  EXPECT_EQ(one(page.body, "Size"), "1");
  EXPECT_EQ(one(page.body, "StorageClass"), "STANDARD");
  EXPECT_THAT(page.body, Not(HasSubstr("<Owner>"))) << "only when it is asked for";
  EXPECT_THAT(list("list-type=2&fetch-owner=true").body, HasSubstr("<Owner>"));
}

TEST_F(Listings, FoldersAreRolledUp) {
  put({"raw/2024/a", "raw/2024/b", "raw/c", "top"});
  const auto top = list("list-type=2&delimiter=%2F");
  EXPECT_EQ(all(top.body, "Key"), "top ");
  EXPECT_THAT(top.body, HasSubstr("<CommonPrefixes><Prefix>raw/</Prefix></CommonPrefixes>"));
  EXPECT_EQ(one(top.body, "KeyCount"), "2") << "folders count";
  const auto below = list("list-type=2&delimiter=%2F&prefix=raw%2F");
  EXPECT_EQ(all(below.body, "Key"), "raw/c ");
  EXPECT_THAT(below.body, HasSubstr("<Prefix>raw/2024/</Prefix>"));
  EXPECT_EQ(all(list("list-type=2&prefix=raw%2F2024").body, "Key"), "raw/2024/a raw/2024/b ");
}

TEST_F(Listings, PagesGoOnWhereTheLastOneEnded) {
  put({"a", "b/1", "b/2", "c", "d"});
  std::string seen;
  std::string token;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page =
        list("list-type=2&delimiter=%2F&max-keys=2" + (token.empty() ? "" : "&continuation-token=" + token));
    ASSERT_EQ(page.status, 200) << page.body;
    seen += all(page.body, "Key") + "| ";
    if (one(page.body, "IsTruncated") == "false") break;
    token = one(page.body, "NextContinuationToken");
    ASSERT_NE(token, "");
    std::string encoded;
    for (const char c : token) encoded += c == '/' ? "%2F" : c == '+' ? "%2B" : c == '=' ? "%3D" : std::string(1, c);
    token = encoded;
  }
  EXPECT_EQ(seen, "a | c d | ") << "b/ is a folder of the first page";
}

TEST_F(Listings, TheFirstVersionGoesOnByMarkers) {
  put({"a", "b/1", "c"});
  const auto page = list("delimiter=%2F&max-keys=2");
  EXPECT_EQ(one(page.body, "NextMarker"), "b/");
  EXPECT_THAT(page.body, HasSubstr("<Owner>")) << "version 1 always tells it";
  EXPECT_EQ(all(list("delimiter=%2F&marker=b%2F").body, "Key"), "c ");
  EXPECT_EQ(one(list("max-keys=1").body, "NextMarker"), "") << "without a delimiter the last key is the marker";
  EXPECT_EQ(all(list("marker=a").body, "Key"), "b/1 c ");
}

TEST_F(Listings, StartAfterAKeyThatNeedNotBeThere) {
  put({"a", "c"});
  EXPECT_EQ(all(list("list-type=2&start-after=b").body, "Key"), "c ");
  EXPECT_EQ(all(list("list-type=2&start-after=c").body, "Key"), "");
  EXPECT_EQ(one(list("list-type=2&start-after=b").body, "StartAfter"), "b");
}

TEST_F(Listings, NoneAndMoreThanAPage) {
  put({"a"});
  const auto none = list("list-type=2&max-keys=0");
  EXPECT_EQ(all(none.body, "Key"), "");
  EXPECT_EQ(one(none.body, "IsTruncated"), "false");
  EXPECT_EQ(one(list("list-type=2&max-keys=5000").body, "MaxKeys"), "1000");
}

TEST_F(Listings, WhatIsNoPage) {
  for (const char* query : {"list-type=2&max-keys=-1", "list-type=2&max-keys=x", "list-type=2&continuation-token=",
                            "list-type=2&continuation-token=nonsense", "list-type=2&encoding-type=rot13"}) {
    EXPECT_EQ(list(query).status, 400) << query;
  }
  EXPECT_EQ(code_of(house_.send("GET", "/nowhere?list-type=2")), "NoSuchBucket");
}

TEST_F(Listings, KeysMayBeEncoded) {
  put({"a%20b", "c%2Bd", "%C3%A7"});
  const auto plain = list("list-type=2");
  EXPECT_THAT(plain.body, HasSubstr("<Key>a b</Key>"));
  EXPECT_THAT(plain.body, HasSubstr("<Key>ç</Key>"));
  const auto encoded = list("list-type=2&encoding-type=url");
  EXPECT_EQ(one(encoded.body, "EncodingType"), "url");
  EXPECT_THAT(encoded.body, HasSubstr("<Key>c%2Bd</Key>"));
  EXPECT_THAT(encoded.body, HasSubstr("<Key>%C3%A7</Key>"));
}

TEST_F(Listings, VersionsTheNewestFirst) {
  ASSERT_EQ(house_
                .send("PUT", "/lake?versioning",
                      "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                .status,
            200);
  put({"a", "a", "b"});
  ASSERT_EQ(house_.send("DELETE", "/lake/b").status, 204);
  const auto page = list("versions");
  EXPECT_THAT(all(page.body, "Key"), testing::AnyOf("a a b b ", "b a a b ")) << "delete markers stand by themselves";
  EXPECT_THAT(all(page.body, "IsLatest"), testing::AnyOf("true false false true ", "true true false false "));
  EXPECT_EQ(page.body.find("<DeleteMarker>"), page.body.rfind("<DeleteMarker>"));
  EXPECT_NE(page.body.find("<DeleteMarker>"), std::string::npos);
  std::string seen;
  std::string markers;
  for (int pages = 0; pages < 10; ++pages) {
    const auto part = list("versions&max-keys=1" + markers);
    seen += all(part.body, "Key");
    if (one(part.body, "IsTruncated") == "false") break;
    markers = "&key-marker=" + one(part.body, "NextKeyMarker") +
              "&version-id-marker=" + one(part.body, "NextVersionIdMarker");
  }
  EXPECT_EQ(seen, "a a b b ");
  EXPECT_EQ(code_of(list("versions&version-id-marker=x")), "InvalidArgument");
}

TEST_F(Listings, WhoMayListAPrefixAlone) {
  put({"mine/a", "other/b"});
  const aws::Credentials ana = user("ana", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::lake",
       "Condition":{"StringLike":{"s3:prefix":"mine/*"}}}]})");
  EXPECT_EQ(all(as(ana, "GET", "/lake?list-type=2&prefix=mine%2F").body, "Key"), "mine/a ");
  EXPECT_EQ(as(ana, "GET", "/lake?list-type=2&prefix=other%2F").status, 403);
  EXPECT_EQ(as(ana, "GET", "/lake?list-type=2").status, 403);
  EXPECT_EQ(as(ana, "GET", "/lake?versions&prefix=mine%2F").status, 403) << "that is another permission";
}

TEST_F(Listings, VersionsAreToldOnWhileTheyAreRemoved) {
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    ASSERT_EQ(house_.send("PUT", fmt::format("/lake/{}", key), "x").status, 200);
  }
  std::string markers;
  std::string told;
  for (int pages = 0; pages < 3; ++pages) {
    const auto page = house_.send("GET", "/lake?versions&max-keys=2" + markers);
    ASSERT_EQ(page.status, 200) << page.body;
    for (size_t at = page.body.find("<Key>"); at != std::string::npos; at = page.body.find("<Key>", at + 1)) {
      const std::string key = page.body.substr(at + 5, 1);
      told += key;
      ASSERT_EQ(house_.send("DELETE", "/lake/" + key + "?versionId=null").status, 204);
      markers = "&key-marker=" + key + "&version-id-marker=null";
    }
  }
  EXPECT_EQ(told, "abcde");
  EXPECT_EQ(code_of(house_.send("GET", "/lake?versions&key-marker=a&version-id-marker=x")), "InvalidArgument");
}

}  // namespace
}  // namespace caudal::api::s3
