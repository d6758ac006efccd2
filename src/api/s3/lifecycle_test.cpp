// SPDX-License-Identifier: Apache-2.0
#include "api/s3/lifecycle.h"

#include <gtest/gtest.h>

#include "api/s3/bucket_settings.h"
#include "api/s3/testing/s3_fixture.h"
#include "aws/xml/xml_codec.h"

namespace caudal::api::s3 {
namespace {

Outcome<std::vector<objects::LifecycleRule>> rules(std::string_view inner) {
  wire::BucketLifecycleConfiguration configuration;
  TRY(aws::decode_xml("<LifecycleConfiguration>" + std::string(inner) + "</LifecycleConfiguration>",
                      aws::shape_of<wire::BucketLifecycleConfiguration>(), &configuration));
  return rules_of(configuration);
}

std::string code(std::string_view inner) {
  const auto found = rules(inner);
  return found ? "" : found.error().code;
}

TEST(Lifecycle, ARuleWithEverything) {
  const auto found = rules(
      "<Rule><ID>all</ID><Status>Enabled</Status><Filter><And><Prefix>tmp/</Prefix><Tag><Key>a</Key><Value>b</Value>"
      "</Tag><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan><ObjectSizeLessThan>20</ObjectSizeLessThan></And></"
      "Filter>"
      "<Expiration><Days>3</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays>"
      "<NewerNoncurrentVersions>5</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>");
  ASSERT_TRUE(found);
  const objects::LifecycleRule& rule = found->front();
  EXPECT_EQ(rule.id, "all");
  EXPECT_TRUE(rule.is_enabled);
  EXPECT_EQ(rule.filter.prefix, "tmp/");
  EXPECT_EQ(rule.filter.tags, (objects::Texts{{"a", "b"}}));
  EXPECT_EQ(rule.filter.larger_than_bytes, 10U);
  EXPECT_EQ(rule.filter.smaller_than_bytes, 20U);
  EXPECT_EQ(rule.expire_days, 3U);
  EXPECT_EQ(rule.noncurrent_days, 2U);
  EXPECT_EQ(rule.noncurrent_kept, 5U);
}

TEST(Lifecycle, OtherForms) {
  EXPECT_EQ(rules("<Rule><Prefix>a/</Prefix><Status>Disabled</Status><AbortIncompleteMultipartUpload>"
                  "<DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>")
                ->front()
                .abort_upload_days,
            7U);
  const auto dated =
      rules("<Rule><Filter/><Status>Enabled</Status><Expiration><Date>2026-01-01T00:00:00Z</Date></Expiration></Rule>");
  ASSERT_TRUE(dated);
  EXPECT_EQ(dated->front().expire_at, Timestamp(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)));
  EXPECT_TRUE(rules("<Rule><Filter/><Status>Enabled</Status><Expiration><ExpiredObjectDeleteMarker>true"
                    "</ExpiredObjectDeleteMarker></Expiration></Rule>")
                  ->front()
                  .remove_expired_markers);
}

TEST(Lifecycle, WhatIsRefused) {
  const std::string expire = "<Expiration><Days>1</Days></Expiration>";
  EXPECT_EQ(code(""), "MalformedXML");
  EXPECT_EQ(code("<Rule><Status>On</Status><Filter/>" + expire + "</Rule>"), "MalformedXML");
  EXPECT_EQ(code("<Rule><Status>Enabled</Status><Filter/></Rule>"), "InvalidRequest") << "nothing to do";
  EXPECT_EQ(code("<Rule><Status>Enabled</Status><Filter/><Expiration><Days>0</Days></Expiration></Rule>"),
            "InvalidArgument");
  EXPECT_EQ(
      code("<Rule><Status>Enabled</Status><Filter/><Expiration><Date>2026-01-01T05:00:00Z</Date></Expiration></Rule>"),
      "InvalidArgument");
  EXPECT_EQ(code("<Rule><Status>Enabled</Status><Filter/><Expiration><Days>1</Days><Date>2026-01-01T00:00:00Z</Date>"
                 "</Expiration></Rule>"),
            "MalformedXML");
  EXPECT_EQ(
      code("<Rule><Status>Enabled</Status><Prefix>a</Prefix><Filter><Prefix>b</Prefix></Filter>" + expire + "</Rule>"),
      "MalformedXML");
  EXPECT_EQ(code("<Rule><Status>Enabled</Status><Filter/><Transition><Days>1</Days><StorageClass>GLACIER</StorageClass>"
                 "</Transition></Rule>"),
            "NotImplemented");
  const std::string rule = "<Rule><ID>x</ID><Status>Enabled</Status><Filter/>" + expire + "</Rule>";
  EXPECT_EQ(code(rule + rule), "InvalidArgument") << "two of a name";
  EXPECT_EQ(code("<Rule><Status>Enabled</Status><Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter>"
                 "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>"
                 "</AbortIncompleteMultipartUpload></Rule>"),
            "InvalidRequest");
}

TEST(Lifecycle, OfAStoredDocument) {
  const wire::BucketLifecycleConfiguration stored{
      .rules = {{.expiration = wire::LifecycleExpiration{.days = 2}, .id = "a", .prefix = "x/", .status = "Enabled"}}};
  const auto read = read_rules("lake", to_document(stored));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->front().expire_days, 2U);
  EXPECT_EQ(read->front().filter.prefix, "x/");
  const auto broken = read_rules("lake", "<not xml");
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().is(ErrorClass::kCorrupt));
}

TEST(Lifecycle, WhenAnObjectWillGo) {
  const std::vector<objects::LifecycleRule> keep = {{.id = "a b", .filter = {.prefix = "tmp/"}, .expire_days = 1}};
  objects::ObjectInfo info;
  info.key = "tmp/x";
  info.modified = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(5);
  EXPECT_EQ(expiration_text(keep, info), "expiry-date=\"Tue, 24 Nov 2026 00:00:00 GMT\", rule-id=\"a%20b\"");
  info.key = "kept";
  EXPECT_FALSE(expiration_text(keep, info));
}

class LifecycleRequests : public S3Fixture {
 protected:
  std::string put(const std::string& of_what) {
    const std::string document = "<LifecycleConfiguration><Rule><ID>x</ID>" + of_what +
                                 "<Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
                                 "</LifecycleConfiguration>";
    const auto answer = house_.send({.method = "PUT",
                                     .target = "/lake?lifecycle",
                                     .headers = {{"Content-MD5", to_base64(md5_of(document))}},
                                     .body = document});
    return answer.status == 200 ? "" : code_of(answer);
  }
};

TEST_F(LifecycleRequests, ARuleSaysWhatItIsAbout) {
  EXPECT_EQ(put(""), "MalformedXML");
  EXPECT_EQ(code_of(house_.send("GET", "/lake?lifecycle")), "NoSuchLifecycleConfiguration");
  for (const char* clear :
       {"<Filter/>", "<Prefix/>", "<Prefix></Prefix>", "<Filter><Prefix>tmp/</Prefix></Filter>",
        "<Filter><And><Prefix>tmp/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter>"}) {
    EXPECT_EQ(put(clear), "") << clear;
  }
}

TEST_F(LifecycleRequests, WhatWasStoredBeforeIsReadAsItWas) {
  const wire::BucketLifecycleConfiguration stored{
      .rules = {{.expiration = wire::LifecycleExpiration{.days = 2}, .id = "a", .status = "Enabled"}}};
  EXPECT_TRUE(read_rules("lake", to_document(stored)));
}

}  // namespace
}  // namespace caudal::api::s3
