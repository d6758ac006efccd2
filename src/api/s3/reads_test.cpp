// SPDX-License-Identifier: Apache-2.0
// Reading objects: ranges, conditions, parts, versions, and what an answer tells beside the bytes.
#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"
#include "api/s3/text.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

using Headers = std::vector<std::pair<std::string, std::string>>;

class Reads : public S3Fixture {
 protected:
  Reads() { EXPECT_EQ(house_.send("PUT", "/lake/a", "0123456789").status, 200); }
  http::RawResponse get(const std::string& target, Headers headers = {}, const std::string& method = "GET") {
    return house_.send({.method = method, .target = target, .headers = std::move(headers)});
  }
  http::RawResponse ranged(const std::string& range) { return get("/lake/a", {{"Range", range}}); }
  void keep_versions() {
    ASSERT_EQ(house_
                  .send("PUT", "/lake?versioning",
                        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                  .status,
              200);
  }
  static std::string header(const http::RawResponse& response, const std::string& name) {
    const std::string head = lower(response.head);
    const size_t at = head.find("\r\n" + lower(name) + ": ");
    if (at == std::string::npos) return {};
    const size_t from = at + name.size() + 4;
    return response.head.substr(from, head.find("\r\n", from) - from);
  }
  const std::string etag_ = "\"" + to_hex(md5_of("0123456789")) + "\"";
};

TEST_F(Reads, Ranges) {
  const auto middle = ranged("bytes=2-4");
  EXPECT_EQ(middle.status, 206);
  EXPECT_EQ(middle.body, "234");
  EXPECT_EQ(header(middle, "Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(ranged("bytes=7-").body, "789");
  EXPECT_EQ(ranged("bytes=-3").body, "789");
  EXPECT_EQ(ranged("bytes=-100").body, "0123456789");
  EXPECT_EQ(ranged("bytes=8-100").body, "89");
  EXPECT_EQ(header(ranged("bytes=8-100"), "Content-Range"), "bytes 8-9/10");
}

TEST_F(Reads, RangesThatAreNoneAreIgnored) {
  for (const char* range : {"bytes=4-2", "bytes=a-b", "lines=1-2", "bytes=1-2,4-5", "bytes", "bytes=-"}) {
    const auto whole = ranged(range);
    EXPECT_EQ(whole.status, 200) << range;
    EXPECT_EQ(whole.body, "0123456789") << range;
  }
}

TEST_F(Reads, RangesBeyondTheEndSayHowLongItIs) {
  for (const char* range : {"bytes=10-", "bytes=10-20", "bytes=-0"}) {
    const auto refused = ranged(range);
    EXPECT_EQ(refused.status, 416) << range;
    EXPECT_EQ(code_of(refused), "InvalidRange") << range;
    EXPECT_THAT(refused.body, HasSubstr("<ActualObjectSize>10</ActualObjectSize>")) << range;
    EXPECT_THAT(refused.body, HasSubstr(fmt::format("<RangeRequested>{}</RangeRequested>", range)));
  }
  ASSERT_EQ(house_.send("PUT", "/lake/empty").status, 200);
  EXPECT_EQ(get("/lake/empty", {{"Range", "bytes=0-"}}).status, 416);
  EXPECT_EQ(get("/lake/empty").status, 200);
}

TEST_F(Reads, ConditionsByETag) {
  EXPECT_EQ(get("/lake/a", {{"If-Match", etag_}}).status, 200);
  EXPECT_EQ(get("/lake/a", {{"If-Match", "\"0\", " + etag_}}).status, 200);
  EXPECT_EQ(get("/lake/a", {{"If-Match", "*"}}).status, 200);
  const auto failed = get("/lake/a", {{"If-Match", "\"0\""}});
  EXPECT_EQ(failed.status, 412);
  EXPECT_THAT(failed.body, HasSubstr("<Condition>If-Match</Condition>"));
  const auto same = get("/lake/a", {{"If-None-Match", etag_}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(header(same, "ETag"), etag_) << "a cache goes on with what it has";
  EXPECT_NE(header(same, "Last-Modified"), "");
  EXPECT_EQ(get("/lake/a", {{"If-None-Match", "\"0\""}}).status, 200);
}

TEST_F(Reads, ConditionsByTime) {
  const std::string past = "Sat, 01 Jan 2000 00:00:00 GMT";
  const std::string future = "Fri, 01 Jan 2100 00:00:00 GMT";
  EXPECT_EQ(get("/lake/a", {{"If-Modified-Since", past}}).status, 200);
  EXPECT_EQ(get("/lake/a", {{"If-Unmodified-Since", future}}).status, 200);
  const auto failed = get("/lake/a", {{"If-Unmodified-Since", past}});
  EXPECT_EQ(failed.status, 412);
  EXPECT_THAT(failed.body, HasSubstr("<Condition>If-Unmodified-Since</Condition>"));
  EXPECT_EQ(get("/lake/a", {{"If-Match", etag_}, {"If-Unmodified-Since", past}}).status, 200)
      << "a matching ETag makes the time moot";
  EXPECT_EQ(get("/lake/a", {{"If-None-Match", "\"0\""}, {"If-Modified-Since", future}}).status, 200);
}

TEST_F(Reads, HeadTellsWhatGetWould) {
  const auto head = get("/lake/a", {}, "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(header(head, "Content-Length"), "10");
  EXPECT_EQ(header(head, "ETag"), etag_);
  EXPECT_EQ(header(head, "Accept-Ranges"), "bytes");
  EXPECT_EQ(head.body, "");
  const auto part = get("/lake/a", {{"Range", "bytes=2-4"}}, "HEAD");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(header(part, "Content-Length"), "3");
  const auto absent = get("/lake/absent", {}, "HEAD");
  EXPECT_EQ(absent.status, 404);
  EXPECT_EQ(absent.body, "");
}

TEST_F(Reads, WhatWasPutWithItComesBack) {
  ASSERT_EQ(house_
                .send({.method = "PUT",
                       .target = "/lake/b",
                       .headers = {{"Content-Type", "text/csv"},
                                   {"Cache-Control", "no-cache"},
                                   {"Content-Disposition", "attachment"},
                                   {"Content-Encoding", "gzip"},
                                   {"Content-Language", "pt"},
                                   {"x-amz-meta-month", "2024-01"},
                                   {"x-amz-tagging", "a=1&b=2"},
                                   {"x-amz-storage-class", "STANDARD_IA"}},
                       .body = "x"})
                .status,
            200);
  const auto got = get("/lake/b");
  EXPECT_EQ(header(got, "Content-Type"), "text/csv");
  EXPECT_EQ(header(got, "Cache-Control"), "no-cache");
  EXPECT_EQ(header(got, "Content-Disposition"), "attachment");
  EXPECT_EQ(header(got, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(got, "Content-Language"), "pt");
  EXPECT_EQ(header(got, "x-amz-meta-month"), "2024-01");
  EXPECT_EQ(header(got, "x-amz-tagging-count"), "2");
  EXPECT_EQ(header(got, "x-amz-storage-class"), "STANDARD_IA");
  EXPECT_EQ(header(get("/lake/a"), "x-amz-tagging-count"), "") << "none is not zero";
}

TEST_F(Reads, TheAnswersHeadersMayBeChosenBySignedRequests) {
  const auto chosen = get("/lake/a?response-cache-control=no-store&response-content-disposition=attachment");
  EXPECT_EQ(header(chosen, "Cache-Control"), "no-store");
  EXPECT_EQ(header(chosen, "Content-Disposition"), "attachment");
  ASSERT_EQ(house_
                .send("PUT", "/lake?policy", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::lake/*"}]})")
                .status,
            204);
  EXPECT_EQ(anonymously("GET", "/lake/a").status, 200);
  EXPECT_EQ(code_of(anonymously("GET", "/lake/a?response-content-type=text%2Fhtml")), "InvalidRequest")
      << "else anybody could make a page of it";
}

TEST_F(Reads, ChecksumsAreToldOfTheWholeAlone) {
  ASSERT_EQ(house_
                .send({.method = "PUT",
                       .target = "/lake/b",
                       .headers = {{"x-amz-checksum-crc32", "NhCmhg=="}},
                       .body = "hello"})
                .status,
            200);
  EXPECT_EQ(header(get("/lake/b"), "x-amz-checksum-crc32"), "") << "who wants them asks";
  const Headers enabled = {{"x-amz-checksum-mode", "ENABLED"}};
  EXPECT_EQ(header(get("/lake/b", enabled), "x-amz-checksum-crc32"), "NhCmhg==");
  const Headers part = {{"x-amz-checksum-mode", "ENABLED"}, {"Range", "bytes=0-1"}};
  EXPECT_EQ(header(get("/lake/b", part), "x-amz-checksum-crc32"), "");
}

TEST_F(Reads, VersionsAndWhatHidesThem) {
  keep_versions();
  const auto put = house_.send("PUT", "/lake/v", "one");
  const std::string first = header(put, "x-amz-version-id");
  ASSERT_NE(first, "");
  ASSERT_EQ(house_.send("PUT", "/lake/v", "two").status, 200);
  EXPECT_EQ(get("/lake/v").body, "two");
  EXPECT_EQ(get("/lake/v?versionId=" + first).body, "one");
  EXPECT_EQ(get("/lake/a?versionId=null").body, "0123456789") << "what was there before versions were kept";
  const std::string marker = header(house_.send("DELETE", "/lake/v"), "x-amz-version-id");
  const auto hidden = get("/lake/v");
  EXPECT_EQ(code_of(hidden), "NoSuchKey");
  EXPECT_EQ(header(hidden, "x-amz-delete-marker"), "true");
  EXPECT_EQ(header(hidden, "x-amz-version-id"), marker);
  const auto itself = get("/lake/v?versionId=" + marker);
  EXPECT_EQ(itself.status, 405);
  EXPECT_EQ(header(itself, "Allow"), "DELETE");
  EXPECT_EQ(code_of(get("/lake/v?versionId=" + std::string(32, '0'))), "NoSuchVersion");
}

TEST_F(Reads, PartsByTheirNumber) {
  const std::string one(kTestPartBytes, 'a');
  const std::string upload = begin_upload("parts");
  ASSERT_EQ(house_.send("PUT", "/lake/parts?partNumber=1&uploadId=" + upload, one).status, 200);
  ASSERT_EQ(house_.send("PUT", "/lake/parts?partNumber=4&uploadId=" + upload, "end").status, 200);
  ASSERT_EQ(house_.send("POST", "/lake/parts?uploadId=" + upload, completion({{1, one}, {4, "end"}})).status, 200);
  const auto last = get("/lake/parts?partNumber=4");
  EXPECT_EQ(last.status, 206);
  EXPECT_EQ(last.body, "end");
  EXPECT_EQ(header(last, "x-amz-mp-parts-count"), "2");
  EXPECT_EQ(header(last, "Content-Range"), "bytes 64-66/67");
  EXPECT_EQ(code_of(get("/lake/parts?partNumber=3")), "InvalidPartNumber");
  EXPECT_EQ(code_of(get("/lake/parts?partNumber=0")), "InvalidArgument");
  EXPECT_EQ(code_of(get("/lake/parts?partNumber=1", {{"Range", "bytes=0-1"}})), "InvalidRequest");
  EXPECT_EQ(get("/lake/a?partNumber=1").body, "0123456789") << "what was put in one piece has one part";
}

TEST_F(Reads, AttributesThatAreAskedFor) {
  const auto ask = [&](const std::string& names) {
    return get("/lake/a?attributes", {{"x-amz-object-attributes", names}});
  };
  const auto some = ask("ETag,ObjectSize");
  EXPECT_EQ(some.status, 200) << some.body;
  EXPECT_THAT(some.body, HasSubstr("<ETag>" + to_hex(md5_of("0123456789")) + "</ETag>")) << "without quotes here";
  EXPECT_THAT(some.body, HasSubstr("<ObjectSize>10</ObjectSize>"));
  EXPECT_THAT(some.body, Not(HasSubstr("StorageClass")));
  EXPECT_THAT(ask("StorageClass").body, HasSubstr("<StorageClass>STANDARD</StorageClass>"));
  EXPECT_EQ(code_of(ask("Colour")), "InvalidArgument");
  EXPECT_EQ(get("/lake/a?attributes").status, 400);
}

TEST_F(Reads, KeysOfCustomersAreNotOffered) {
  const auto refused = get("/lake/a", {{"x-amz-server-side-encryption-customer-algorithm", "AES256"}});
  EXPECT_EQ(refused.status, 501);
  EXPECT_EQ(code_of(refused), "NotImplemented");
}

TEST_F(Reads, ARangeIsOfTheObjectThatItWasBegunWith) {
  const std::string date = header(get("/lake/a"), "Last-Modified");
  ASSERT_NE(date, "");
  for (const char* method : {"GET", "HEAD"}) {
    const auto resumed = [&](const std::string& same) {
      return get("/lake/a", {{"Range", "bytes=4-"}, {"If-Range", same}}, method);
    };
    for (const std::string& same : {etag_, date}) {
      EXPECT_EQ(resumed(same).status, 206) << method << " " << same;
      EXPECT_EQ(header(resumed(same), "Content-Length"), "6") << same;
    }
    for (const std::string& other : {std::string("\"0\""), "W/" + etag_, std::string("Sat, 01 Jan 2000 00:00:00 GMT"),
                                     std::string("Fri, 01 Jan 2100 00:00:00 GMT"), std::string("no date")}) {
      const auto whole = resumed(other);
      EXPECT_EQ(whole.status, 200) << method << " " << other;
      EXPECT_EQ(header(whole, "Content-Length"), "10") << other;
      EXPECT_EQ(header(whole, "Content-Range"), "") << other;
      if (std::string_view(method) == "GET") EXPECT_EQ(whole.body, "0123456789") << other;
    }
  }
  const auto beyond = get("/lake/a", {{"Range", "bytes=99-"}, {"If-Range", "\"0\""}});
  EXPECT_EQ(beyond.status, 200) << "a range that is not meant cannot be too far";
  EXPECT_EQ(get("/lake/a", {{"If-Range", "\"0\""}}).status, 200);
}

TEST_F(Reads, NamesThatNoVersionCanHaveAreRefused) {
  keep_versions();
  for (const char* method : {"GET", "DELETE"}) {
    for (const char* what : {"", "tagging&"}) {
      const auto refused = get(fmt::format("/lake/a?{}versionId=abc", what), {}, method);
      EXPECT_EQ(refused.status, 400) << method << what;
      EXPECT_EQ(code_of(refused), "InvalidArgument") << method << what;
      EXPECT_THAT(refused.body, HasSubstr("Invalid version id specified")) << method << what;
    }
  }
  EXPECT_EQ(get("/lake/a?versionId=abc", {}, "HEAD").status, 400);
  EXPECT_THAT(get("/lake/a?versionId=").body, HasSubstr("Version id cannot be the empty string"));
  EXPECT_THAT(get("/lake/a?versionId=", {}, "DELETE").body, HasSubstr("Version id cannot be the empty string"));
  EXPECT_EQ(get("/lake/a").body, "0123456789");
  EXPECT_EQ(get("/lake/a?versionId=" + std::string(32, '0'), {}, "DELETE").status, 204) << "it could be, and is not";
}

TEST_F(Reads, ABucketThatCannotBeIsNoWayIntoAnother) {
  ASSERT_EQ(house_.send("PUT", "/lake/x%00y", "secret").status, 200);
  EXPECT_EQ(get("/lake/x%00y").body, "secret");
  EXPECT_EQ(code_of(get("/lake%00x/y")), "InvalidBucketName");
  EXPECT_EQ(get("/lake%00x/y", {}, "HEAD").status, 400);
  EXPECT_EQ(code_of(get("/lake%00x?list-type=2")), "InvalidBucketName");
  EXPECT_EQ(code_of(get("/lake/copy", {{"x-amz-copy-source", "lake%00x/y"}}, "PUT")), "InvalidBucketName");
}

}  // namespace
}  // namespace caudal::api::s3
