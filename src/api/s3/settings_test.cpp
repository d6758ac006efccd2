// SPDX-License-Identifier: Apache-2.0
// The settings of buckets that are documents: what is kept comes back, what makes no sense is refused, what was never
// put is said to be absent in its own words.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

class SettingsOfBuckets : public S3Fixture {
 protected:
  http::RawResponse put(const std::string& what, const std::string& document) {
    return house_.send({.method = "PUT",
                        .target = "/lake?" + what,
                        .headers = {{"Content-MD5", to_base64(md5_of(document))}},
                        .body = document});
  }
  std::string get(const std::string& what) { return house_.send("GET", "/lake?" + what).body; }
  std::string code(const std::string& what) { return code_of(house_.send("GET", "/lake?" + what)); }
  int remove(const std::string& what) { return house_.send("DELETE", "/lake?" + what).status; }
  static std::string cors(const std::string& rule) {
    return "<CORSConfiguration><CORSRule>" + rule + "</CORSRule></CORSConfiguration>";
  }
  static std::string tagging(const std::vector<std::pair<std::string, std::string>>& tags) {
    std::string all;
    for (const auto& [key, value] : tags) all += "<Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag>";
    return "<Tagging><TagSet>" + all + "</TagSet></Tagging>";
  }
};

TEST_F(SettingsOfBuckets, WhatWasNeverPutIsAbsentInItsOwnWords) {
  EXPECT_EQ(code("cors"), "NoSuchCORSConfiguration");
  EXPECT_EQ(code("website"), "NoSuchWebsiteConfiguration");
  EXPECT_EQ(code("tagging"), "NoSuchTagSet");
  EXPECT_EQ(code("publicAccessBlock"), "NoSuchPublicAccessBlockConfiguration");
  EXPECT_EQ(code("encryption"), "ServerSideEncryptionConfigurationNotFoundError");
  EXPECT_EQ(code("lifecycle"), "NoSuchLifecycleConfiguration");
  EXPECT_EQ(code("policy"), "NoSuchBucketPolicy");
  for (const char* what : {"cors", "website", "tagging", "publicAccessBlock", "encryption", "lifecycle", "policy"}) {
    EXPECT_EQ(remove(what), 204) << what << ": what is not there is gone already";
    EXPECT_EQ(code_of(house_.send("GET", std::string("/nowhere?") + what)), "NoSuchBucket") << what;
  }
}

TEST_F(SettingsOfBuckets, CorsRulesComeBack) {
  ASSERT_EQ(put("cors", cors("<AllowedOrigin>https://a.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
                             "<AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>"
                             "<MaxAgeSeconds>60</MaxAgeSeconds>"))
                .status,
            200);
  const std::string kept = get("cors");
  EXPECT_THAT(kept, HasSubstr("<AllowedOrigin>https://a.example</AllowedOrigin>"));
  EXPECT_THAT(kept, HasSubstr("<MaxAgeSeconds>60</MaxAgeSeconds>"));
  EXPECT_EQ(remove("cors"), 204);
  EXPECT_EQ(code("cors"), "NoSuchCORSConfiguration");
}

TEST_F(SettingsOfBuckets, CorsRulesThatMakeNoSense) {
  const std::string origin = "<AllowedOrigin>*</AllowedOrigin>";
  EXPECT_EQ(code_of(put("cors", cors(origin + "<AllowedMethod>PATCH</AllowedMethod>"))), "InvalidRequest");
  EXPECT_EQ(code_of(put("cors", cors("<AllowedOrigin>*.*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"))),
            "InvalidRequest");
  EXPECT_EQ(code_of(put("cors", cors(origin + "<AllowedMethod>GET</AllowedMethod><ExposeHeader>x-*</ExposeHeader>"))),
            "InvalidRequest");
  EXPECT_EQ(code_of(put("cors", cors("<AllowedMethod>GET</AllowedMethod>"))), "MalformedXML");
  EXPECT_EQ(code_of(put("cors", "<CORSConfiguration></CORSConfiguration>")), "MalformedXML");
  EXPECT_EQ(code_of(put("cors", "<CORSConfiguration>")), "MalformedXML");
  EXPECT_EQ(code("cors"), "NoSuchCORSConfiguration");
}

TEST_F(SettingsOfBuckets, Websites) {
  const auto website = [&](const std::string& what) {
    return put("website", "<WebsiteConfiguration>" + what + "</WebsiteConfiguration>");
  };
  EXPECT_EQ(website("<IndexDocument><Suffix>index.html</Suffix></IndexDocument>").status, 200);
  EXPECT_THAT(get("website"), HasSubstr("<Suffix>index.html</Suffix>"));
  EXPECT_EQ(website("<RedirectAllRequestsTo><HostName>example.org</HostName></RedirectAllRequestsTo>").status, 200);
  EXPECT_THAT(get("website"), Not(HasSubstr("index.html"))) << "replaced as a whole";
  EXPECT_EQ(code_of(website("<IndexDocument><Suffix>a/b</Suffix></IndexDocument>")), "InvalidArgument");
  EXPECT_EQ(code_of(website("<ErrorDocument><Key>e.html</Key></ErrorDocument>")), "InvalidArgument");
  EXPECT_EQ(code_of(website("<IndexDocument><Suffix>i</Suffix></IndexDocument>"
                            "<RedirectAllRequestsTo><HostName>h</HostName></RedirectAllRequestsTo>")),
            "InvalidArgument");
}

TEST_F(SettingsOfBuckets, Tags) {
  EXPECT_EQ(put("tagging", tagging({{"team", "risk"}, {"cost", "1"}})).status / 100, 2);
  EXPECT_THAT(get("tagging"), HasSubstr("<Key>team</Key><Value>risk</Value>"));
  EXPECT_EQ(code_of(put("tagging", tagging({{"a", "1"}, {"a", "2"}}))), "InvalidTag");
  std::vector<std::pair<std::string, std::string>> many;
  for (int n = 0; n < 51; ++n) many.emplace_back("k" + std::to_string(n), "v");
  EXPECT_EQ(code_of(put("tagging", tagging(many))), "BadRequest");
  EXPECT_THAT(get("tagging"), HasSubstr("risk")) << "what was refused changed nothing";
  EXPECT_EQ(remove("tagging"), 204);
  EXPECT_EQ(code("tagging"), "NoSuchTagSet");
}

TEST_F(SettingsOfBuckets, PublicAccessTellsAllFour) {
  ASSERT_EQ(put("publicAccessBlock",
                "<PublicAccessBlockConfiguration><BlockPublicPolicy>true</BlockPublicPolicy>"
                "</PublicAccessBlockConfiguration>")
                .status,
            200);
  const std::string kept = get("publicAccessBlock");
  EXPECT_THAT(kept, HasSubstr("<BlockPublicPolicy>true</BlockPublicPolicy>"));
  EXPECT_THAT(kept, HasSubstr("<BlockPublicAcls>false</BlockPublicAcls>"));
  EXPECT_THAT(kept, HasSubstr("<IgnorePublicAcls>false</IgnorePublicAcls>"));
  EXPECT_THAT(kept, HasSubstr("<RestrictPublicBuckets>false</RestrictPublicBuckets>"));
}

TEST_F(SettingsOfBuckets, OwnershipIsEnforcedWhateverIsPut) {
  EXPECT_THAT(get("ownershipControls"), HasSubstr("BucketOwnerEnforced"));
  const auto ownership = [&](const std::string& which) {
    return put("ownershipControls",
               "<OwnershipControls><Rule><ObjectOwnership>" + which + "</ObjectOwnership></Rule></OwnershipControls>");
  };
  EXPECT_EQ(ownership("BucketOwnerEnforced").status, 200);
  EXPECT_EQ(ownership("ObjectWriter").status, 501);
  EXPECT_EQ(remove("ownershipControls"), 204);
  EXPECT_EQ(code("ownershipControls"), "OwnershipControlsNotFoundError");
}

TEST_F(SettingsOfBuckets, EncryptionByOurOwnKeysAlone) {
  const auto encryption = [&](const std::string& algorithm) {
    return put("encryption",
               "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>" +
                   algorithm +
                   "</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>");
  };
  EXPECT_EQ(encryption("AES256").status, 200);
  EXPECT_THAT(get("encryption"), HasSubstr("<SSEAlgorithm>AES256</SSEAlgorithm>"));
  EXPECT_EQ(encryption("aws:kms").status, 501);
  EXPECT_EQ(code_of(encryption("ROT13")), "InvalidArgument");
  EXPECT_EQ(remove("encryption"), 204);
}

TEST_F(SettingsOfBuckets, NotificationsToDestinationsThatAreKnown) {
  const auto notify = [&](const std::string& name, const std::string& event) {
    return put("notification",
               "<NotificationConfiguration><QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-east-1:000000000000:" +
                   name + "</Queue><Event>" + event + "</Event></QueueConfiguration></NotificationConfiguration>");
  };
  EXPECT_THAT(get("notification"), Not(HasSubstr("<Event>"))) << "none is an empty configuration, and no error";
  EXPECT_EQ(notify("orders", "s3:ObjectCreated:*").status, 200);
  EXPECT_THAT(get("notification"), HasSubstr("<Event>s3:ObjectCreated:*</Event>"));
  EXPECT_EQ(code_of(notify("nobody", "s3:ObjectCreated:*")), "InvalidArgument");
  EXPECT_EQ(code_of(notify("orders", "s3:Nothing")), "InvalidArgument");
  EXPECT_EQ(put("notification", "<NotificationConfiguration></NotificationConfiguration>").status, 200);
  EXPECT_THAT(get("notification"), Not(HasSubstr("<Event>")));
}

TEST_F(SettingsOfBuckets, ADocumentThatIsNotWhatItsDigestSays) {
  const std::string document = tagging({{"a", "1"}});
  const auto wrong = house_.send({.method = "PUT",
                                  .target = "/lake?tagging",
                                  .headers = {{"Content-MD5", to_base64(md5_of("other"))}},
                                  .body = document});
  EXPECT_EQ(code_of(wrong), "BadDigest");
  EXPECT_EQ(code("tagging"), "NoSuchTagSet");
}

}  // namespace
}  // namespace caudal::api::s3
