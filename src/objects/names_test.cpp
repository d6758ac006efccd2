// SPDX-License-Identifier: Apache-2.0
#include "objects/names.h"

#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "objects/errc.h"

namespace caudal::objects {
namespace {

using namespace std::string_literals;

TEST(BucketName, TakesWhatS3Takes) {
  for (const std::string& name :
       {"abc"s, "raw"s, "my-bucket.2024"s, "123"s, "1.2.3.4.5"s, "a-b"s, std::string(63, 'a')}) {
    EXPECT_OK(check_bucket_name(name));
  }
}

TEST(BucketName, RefusesWhatS3Refuses) {
  for (const std::string& name : {""s,
                                  "ab"s,
                                  std::string(64, 'a'),
                                  "Abc"s,
                                  "a_b"s,
                                  "-abc"s,
                                  "abc-"s,
                                  ".abc"s,
                                  "a..b"s,
                                  "192.168.5.4"s,
                                  "999.1.1.1"s,
                                  "xn--abc"s,
                                  "sthree-abc"s,
                                  "amzn-s3-demo-x"s,
                                  "abc-s3alias"s,
                                  "abc--ol-s3"s,
                                  "abc.mrap"s,
                                  "abc--x-s3"s,
                                  "abc--table-s3"s,
                                  "a b"s,
                                  "a/b"s,
                                  "caf\xc3\xa9"s,
                                  "ab\0"s}) {
    const auto result = check_bucket_name(name);
    ASSERT_FALSE(result) << name;
    EXPECT_TRUE(result.error().is(ErrorClass::kUsage));
    EXPECT_EQ(result.error().code, Errc::invalid_bucket_name);
  }
  EXPECT_EQ(check_bucket_name("Raw").error().message,
            "\"Raw\" is not a bucket's name: such a name has only lower-case letters, digits, dots and hyphens");
}

TEST(Key, IsAnyUtf8OfUpTo1024Bytes) {
  for (const std::string& key : {"a"s, "../"s, "a//b"s, "/"s, "."s, "a\0b"s, "\n"s, "caf\xc3\xa9"s, "\xf0\x9f\x92\xb0"s,
                                 std::string(1024, 'k'), "\xed\x9f\xbf"s, "\xf4\x8f\xbf\xbf"s}) {
    EXPECT_OK(check_key(key));
  }
  for (const std::string& key : {""s, std::string(1025, 'k'), "\xff"s, "\xc3"s, "\xc0\x80"s, "\xe0\x80\x80"s,
                                 "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "a\x80"s, "\xf0\x80\x80\x80"s}) {
    EXPECT_EQ(check_key(key).error().code, Errc::invalid_key) << key;
  }
}

TEST(S3Uri, EverythingAfterTheBucketIsTheKey) {
  EXPECT_EQ(unwrap(parse_s3_uri("s3://raw/ingestion/f.csv")), (ObjectRef{"raw", "ingestion/f.csv"}));
  EXPECT_EQ(unwrap(parse_s3_uri("s3://raw//a?b#c%20 d")), (ObjectRef{"raw", "/a?b#c%20 d"}));
  EXPECT_EQ(to_string(ObjectRef{"raw", "a/b"}), "s3://raw/a/b");
  EXPECT_EQ(unwrap(parse_s3_prefix("s3://raw")), (ObjectRef{"raw", ""}));
  EXPECT_EQ(unwrap(parse_s3_prefix("s3://raw/")), (ObjectRef{"raw", ""}));
  EXPECT_EQ(unwrap(parse_s3_prefix("s3://raw/a/")), (ObjectRef{"raw", "a/"}));
}

TEST(S3Uri, MistakesSayWhatToWrite) {
  EXPECT_EQ(parse_s3_uri("raw/a").error().message, "\"raw/a\" is not an object's address; write s3://bucket/key");
  EXPECT_EQ(parse_s3_uri("s3://raw").error().message, "\"s3://raw\" names no object; write s3://bucket/key");
  EXPECT_EQ(parse_s3_uri("s3://raw/").error().code, Errc::invalid_uri);
  EXPECT_EQ(parse_s3_uri("s3:///a").error().code, Errc::invalid_bucket_name);
  EXPECT_EQ(parse_s3_uri("S3://raw/a").error().code, Errc::invalid_uri);
}

}  // namespace
}  // namespace caudal::objects
