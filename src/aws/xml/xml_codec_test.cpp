// SPDX-License-Identifier: Apache-2.0
// Reading and writing the documents of S3.
#include "aws/xml/xml_codec.h"

#include <gtest/gtest.h>

#include "aws/generated/s3/buckets.h"
#include "aws/generated/s3/common.h"
#include "aws/generated/s3/listings.h"
#include "aws/generated/s3/multipart.h"
#include "aws/generated/s3/objects.h"
#include "aws/generated/s3/settings.h"
#include "aws/xml/xml_elements.h"
#include "aws/xml/xml_writer.h"

namespace caudal::aws {
namespace {

constexpr std::string_view kNamespace = "http://s3.amazonaws.com/doc/2006-03-01/";

template <class T>
std::optional<T> decoded(std::string_view body) {
  T value;
  const auto read = decode_xml(body, shape_of<T>(), &value);
  if (read) return value;
  EXPECT_EQ(read.error().code, "MalformedXML");
  EXPECT_EQ(read.error().status, 400);
  return std::nullopt;
}

TEST(XmlCodec, ReadsAFlattenedListWithNamespaceCommentsAndUnknownElements) {
  const auto request = decoded<s3::Delete>(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x --><Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<Object><Key>a &amp; b&#13;</Key><VersionId>v1</VersionId></Object><Other><Object/></Other>"
      "<Object><Key><![CDATA[<c>]]> d</Key></Object><Quiet>true</Quiet></Delete>");
  ASSERT_TRUE(request.has_value());
  ASSERT_EQ(request->objects.size(), 2u);
  EXPECT_EQ(request->objects[0].key, "a & b\r");
  EXPECT_EQ(request->objects[0].version_id, "v1");
  EXPECT_EQ(request->objects[1].key, "<c> d");
  EXPECT_EQ(request->quiet, true);
}

TEST(XmlCodec, ReadsPrefixedNamesAndNumbersAndWhiteSpaceThatIsAName) {
  const auto upload = decoded<s3::CompletedMultipartUpload>(
      "<s3:CompleteMultipartUpload xmlns:s3=\"x\">\n <s3:Part><s3:PartNumber>2</s3:PartNumber><s3:ETag>\"e\"</s3:ETag>"
      "</s3:Part></s3:CompleteMultipartUpload>");
  ASSERT_TRUE(upload.has_value());
  EXPECT_EQ(upload->parts->front().part_number, 2);
  EXPECT_EQ(upload->parts->front().etag, "\"e\"");
  EXPECT_EQ(decoded<s3::Delete>("<Delete><Object><Key> </Key></Object></Delete>")->objects[0].key, " ");
}

TEST(XmlCodec, ReadsAWrappedListAttributesAndTimes) {
  const auto policy = decoded<s3::AccessControlPolicy>(
      "<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xsi:type=\"CanonicalUser\"><ID>me</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></"
      "AccessControlList>"
      "</AccessControlPolicy>");
  ASSERT_TRUE(policy.has_value());
  EXPECT_EQ(policy->grants->front().grantee->type, "CanonicalUser");
  EXPECT_EQ(policy->grants->front().grantee->id, "me");
  const auto rules = decoded<s3::BucketLifecycleConfiguration>(
      "<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter><Prefix>a/</Prefix></Filter>"
      "<Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration></Rule></LifecycleConfiguration>");
  ASSERT_TRUE(rules.has_value());
  EXPECT_EQ(
      to_xml("L", "", *rules),
      "<L><Rule><Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration><Filter><Prefix>a/</Prefix></Filter>"
      "<Status>Enabled</Status></Rule></L>");
}

TEST(XmlCodec, RefusesWhatIsNoDocumentOrLacksWhatIsRequired) {
  for (const std::string_view body :
       {"", "text", "<Delete>", "<Delete></Other>", "<Delete/><Delete/>x<", "<Delete><Object></Object></Delete>",
        "<Delete/>", "<Delete><Object><Key>a</Key></Object><Quiet>maybe</Quiet></Delete>",
        "<Delete>&unknown</Delete"}) {
    EXPECT_EQ(decoded<s3::Delete>(body).has_value(), false) << body;
  }
  constexpr char kWithNul[] = "<Delete><Object><Key>a\0b</Key></Object></Delete>";
  EXPECT_FALSE(decoded<s3::Delete>(std::string(kWithNul, sizeof(kWithNul) - 1)).has_value());
  EXPECT_FALSE(
      decoded<s3::CompletedMultipartUpload>("<C><Part><PartNumber>99999999999</PartNumber></Part></C>").has_value());
}

TEST(XmlCodec, ADocumentThatDefinesEntitiesIsRefused) {
  constexpr std::string_view kRest = "<Delete><Object><Key>&e;</Key></Object></Delete>";
  for (const char* type : {"<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
                           "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY e \"&a;&a;\">]>",
                           "<?xml version=\"1.0\"?><!DOCTYPE Delete>", "<!-- x --><!DOCTYPE d SYSTEM \"http://h/\">"}) {
    EXPECT_FALSE(decoded<s3::Delete>(std::string(type).append(kRest)).has_value()) << type;
  }
  EXPECT_TRUE(decoded<s3::Delete>("<Delete><Object><Key><![CDATA[<!DOCTYPE d>]]></Key></Object></Delete>").has_value());
}

TEST(XmlCodec, WritesAnAnswer) {
  s3::ListObjectsV2Output output;
  output.name = "bucket";
  output.key_count = 1;
  output.is_truncated = false;
  auto& object = output.contents.emplace().emplace_back();
  object.key = "a<b\x01\n\r";
  object.etag = "\"e\"";
  object.size = 5'368'709'120;
  object.last_modified = Timestamp(std::chrono::seconds(1'369'353'600));
  output.common_prefixes.emplace().push_back({.prefix = "p/"});
  output.common_prefixes->push_back({.prefix = "q/"});
  EXPECT_EQ(
      to_xml("ListBucketResult", kNamespace, output),
      "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated><Contents>"
      "<Key>a&lt;b&#x1;\n&#xd;</Key><LastModified>2013-05-24T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag>"
      "<Size>5368709120</Size></Contents><Name>bucket</Name><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>"
      "<CommonPrefixes><Prefix>q/</Prefix></CommonPrefixes><KeyCount>1</KeyCount></ListBucketResult>");
}

TEST(XmlCodec, KnowsWhichElementsHaveNoPlace) {
  const auto known = [](std::string_view body) { return check_elements(body, shape_of<s3::Delete>()).has_value(); };
  EXPECT_TRUE(known("<Delete xmlns=\"u\"><!-- x --><Object><Key>a</Key></Object><Quiet>true</Quiet></Delete>"));
  EXPECT_TRUE(known("<x:Delete><x:Object><x:Key>a</x:Key></x:Object></x:Delete>"));
  EXPECT_FALSE(known("<Delete><Object><key>a</key></Object></Delete>")) << "as it is written";
  EXPECT_FALSE(known("<Delete><Other/></Delete>"));
  EXPECT_FALSE(known("<Delete><Object><Key>a<b/></Key></Object></Delete>")) << "a text holds no elements";
  EXPECT_FALSE(known("no xml"));
  std::string deep;
  for (int n = 0; n < 100; ++n) deep += "<Object>";
  EXPECT_FALSE(known("<Delete>" + deep));
}

TEST(XmlCodec, WritesAWrappedListAndAttributes) {
  s3::ListBucketsOutput buckets;
  buckets.buckets.emplace().push_back({.name = "raw", .creation_date = Timestamp()});
  EXPECT_EQ(to_xml("R", "", buckets),
            "<R><Buckets><Bucket><Name>raw</Name><CreationDate>1970-01-01T00:00:00.000Z</CreationDate></Bucket></"
            "Buckets></R>");
  s3::GetBucketAclOutput acl;
  acl.grants.emplace().push_back({.grantee = s3::Grantee{.id = "me", .type = "CanonicalUser"}, .permission = "READ"});
  EXPECT_EQ(
      to_xml("AccessControlPolicy", "", acl),
      "<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xsi:type=\"CanonicalUser\"><ID>me</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList>"
      "</AccessControlPolicy>");
}

TEST(XmlWriter, EscapesText) {
  std::string out;
  append_xml_element(out, "K", "<&>\"'\t\x1f é");
  EXPECT_EQ(out, "<K>&lt;&amp;&gt;&quot;'\t&#x1f; é</K>");
}

}  // namespace
}  // namespace caudal::aws
