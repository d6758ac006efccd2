// SPDX-License-Identifier: Apache-2.0
// The ways by which a request comes: browsers that ask first or tell where they are, websites, and requests that could
// mean two things.
#include "api/s3/turn.h"

#include <gmock/gmock.h>

#include "api/s3/testing/s3_fixture.h"

namespace caudal::api::s3 {
namespace {

using testing::HasSubstr;
using testing::Not;

class Turns : public S3Fixture {
 protected:
  http::RawResponse put(const std::string& target, const std::string& body) { return house_.send("PUT", target, body); }
  http::RawResponse unsigned_request(std::string method, std::string target, std::string host,
                                     std::vector<std::pair<std::string, std::string>> headers = {}) {
    return house_.send({.method = std::move(method),
                        .target = std::move(target),
                        .headers = std::move(headers),
                        .anonymous = true,
                        .host = std::move(host)});
  }
  void allow_origin() {
    const std::string document =
        "<CORSConfiguration><CORSRule><AllowedOrigin>https://a.example</AllowedOrigin><AllowedMethod>GET</"
        "AllowedMethod>"
        "<AllowedMethod>PUT</AllowedMethod><AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>"
        "</CORSRule></CORSConfiguration>";
    ASSERT_EQ(house_
                  .send({.method = "PUT",
                         .target = "/lake?cors",
                         .headers = {{"Content-MD5", to_base64(md5_of(document))}},
                         .body = document})
                  .status,
              200);
  }
  http::RawResponse preflight(const std::string& origin, const std::string& method, const std::string& headers = {}) {
    std::vector<std::pair<std::string, std::string>> all = {{"Origin", origin},
                                                            {"Access-Control-Request-Method", method}};
    if (!headers.empty()) all.emplace_back("Access-Control-Request-Headers", headers);
    return unsigned_request("OPTIONS", "/lake/a", "localhost", all);
  }
};

TEST_F(Turns, ABrowserAsksFirst) {
  EXPECT_EQ(preflight("https://a.example", "GET").status, 403) << "without rules nobody may";
  allow_origin();
  const auto may = preflight("https://a.example", "PUT", "x-amz-date, x-amz-content-sha256");
  EXPECT_EQ(may.status, 200) << may.body;
  EXPECT_TRUE(may.has("Access-Control-Allow-Origin: https://a.example")) << may.head;
  EXPECT_THAT(may.head, HasSubstr("Access-Control-Allow-Methods: "));
  EXPECT_EQ(preflight("https://b.example", "GET").status, 403);
  EXPECT_EQ(preflight("https://a.example", "DELETE").status, 403);
  EXPECT_EQ(preflight("https://a.example", "GET", "authorization").status, 403);
  EXPECT_EQ(unsigned_request("OPTIONS", "/lake/a", "localhost").status, 400) << "it says neither where nor what";
}

TEST_F(Turns, ThePageOfAnotherOriginIsToldWhatItMaySee) {
  allow_origin();
  ASSERT_EQ(put("/lake/a", "x").status, 200);
  const auto from = [&](const std::string& origin, const std::string& target) {
    return house_.send({.target = target, .headers = {{"Origin", origin}}});
  };
  const auto seen = from("https://a.example", "/lake/a");
  EXPECT_TRUE(seen.has("Access-Control-Allow-Origin: https://a.example")) << seen.head;
  EXPECT_TRUE(seen.has("Access-Control-Expose-Headers: ETag")) << seen.head;
  EXPECT_THAT(from("https://b.example", "/lake/a").head, Not(HasSubstr("Access-Control")));
  EXPECT_TRUE(from("https://a.example", "/lake/absent").has("Access-Control-Allow-Origin: https://a.example"))
      << "errors, too, or the page cannot tell what went wrong";
}

class Websites : public Turns {
 protected:
  Websites() {
    EXPECT_EQ(put("/lake?website",
                  "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument>"
                  "<ErrorDocument><Key>error.html</Key></ErrorDocument></WebsiteConfiguration>")
                  .status,
              200);
    EXPECT_EQ(put("/lake?policy", R"({"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::lake/*"}]})")
                  .status,
              204);
    EXPECT_EQ(put("/lake/index.html", "the front").status, 200);
    EXPECT_EQ(put("/lake/docs/index.html", "the docs").status, 200);
  }
  http::RawResponse page(const std::string& path, const std::string& method = "GET") {
    return unsigned_request(method, path, "lake.s3-website.localhost");
  }
};

TEST_F(Websites, PagesAndFolders) {
  EXPECT_EQ(page("/").body, "the front");
  EXPECT_EQ(page("/docs/").body, "the docs");
  const auto folder = page("/docs");
  EXPECT_EQ(folder.status, 302);
  EXPECT_TRUE(folder.has("Location: /docs/")) << folder.head;
  EXPECT_EQ(page("/", "HEAD").status, 200);
  EXPECT_EQ(page("/", "DELETE").status, 405);
}

TEST_F(Websites, ErrorsArePages) {
  EXPECT_EQ(page("/absent").status, 403) << "who may not list does not learn what is absent";
  ASSERT_EQ(put("/lake?policy", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:ListBucket"],
       "Resource":["arn:aws:s3:::lake","arn:aws:s3:::lake/*"]}]})")
                .status,
            204);
  const auto plain = page("/absent");
  EXPECT_EQ(plain.status, 404);
  EXPECT_THAT(plain.body, HasSubstr("<html>"));
  ASSERT_EQ(put("/lake/error.html", "sorry").status, 200);
  const auto own = page("/absent");
  EXPECT_EQ(own.status, 404);
  EXPECT_EQ(own.body, "sorry");
  EXPECT_EQ(unsigned_request("GET", "/", "other.s3-website.localhost").status, 404);
}

TEST_F(Websites, WhatIsAskedOfTheBucketIsNotAskedOfItsWebsite) {
  EXPECT_EQ(unsigned_request("GET", "/", "lake.localhost").status, 403) << "that would be a listing";
  EXPECT_EQ(unsigned_request("GET", "/index.html", "lake.localhost").body, "the front");
}

TEST_F(Turns, WhatCouldMeanTwoThingsMeansNone) {
  ASSERT_EQ(put("/lake/a", "x").status, 200);
  EXPECT_EQ(code_of(house_.send("GET", "/lake/a?versionId=null&versionId=other")), "InvalidArgument");
  EXPECT_EQ(code_of(house_.send("GET", "/lake?list-type=2&prefix=a&prefix=b")), "InvalidArgument");
}

TEST_F(Turns, DocumentsThatAreNone) {
  EXPECT_EQ(code_of(house_.send("PUT", "/lake?versioning", "no xml")), "MalformedXML");
  EXPECT_EQ(house_.send("PUT", "/lake?tagging").status, 400) << "nothing is no document";
}

TEST_F(Turns, MethodsThatMeanNothing) {
  EXPECT_EQ(code_of(house_.send("POST", "/lake/a")), "MethodNotAllowed");
  EXPECT_EQ(code_of(house_.send("PUT", "/")), "MethodNotAllowed");
  EXPECT_EQ(code_of(house_.send("DELETE", "/")), "MethodNotAllowed");
}

// A house whose clock and threads the test holds.
class SlowClients : public S3Fixture {
 protected:
  static http::ServerOptions few_threads() {
    http::ServerOptions options{.handler_threads = 2, .refusal = refusal};
    return options;
  }
  std::string removal_head(size_t size_bytes) const {
    return "POST /lake?delete HTTP/1.1\r\nHost: localhost\r\nContent-MD5: "
           "1B2M2Y8AsgTpgAmY7PhCfg==\r\nContent-Length: " +
           std::to_string(size_bytes) + "\r\n\r\n";
  }
  void let_anybody_remove() {
    ASSERT_EQ(house_
                  .send("PUT", "/lake?policy", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::lake/tmp/*"}]})")
                  .status,
              204);
  }
  http::TestServer server_{house_.front.handlers(), few_threads()};
};

TEST_F(SlowClients, DocumentsHaveHalfAMinute) {
  ASSERT_EQ(house_.send("PUT", "/lake/a", "x").status, 200);
  let_anybody_remove();
  std::vector<http::RawClient> slow;
  for (int n = 0; n < 2; ++n) {
    slow.push_back(server_.client());
    ASSERT_TRUE(slow.back().send(removal_head(8'000'000) + "<Delete>" + std::string(100'000, ' ')));
  }
  ASSERT_TRUE(http::eventually([&] { return server_.server->metrics().handlers_busy == 2; }));
  for (int n = 0; n < 8; ++n) {
    server_.clock.advance(std::chrono::seconds(5));
    for (http::RawClient& client : slow) (void)client.send_some(std::string(20'000, ' '));  // by no means too slow
  }
  http::RawClient other = server_.client();
  ASSERT_TRUE(other.send(house_.text_of({.target = "/lake/a"})));
  EXPECT_EQ(other.read_response()->body, "x");
}

TEST_F(SlowClients, AFileTakesAsLongAsItTakes) {
  const std::string bytes(16'000'000, 'x');  // more than sockets hold
  const std::string request =
      house_.text_of({.method = "PUT", .target = "/lake/big", .headers = {{"Expect", "100-continue"}}, .body = bytes});
  const size_t head_bytes = request.size() - bytes.size();
  http::ServerOptions options = few_threads();
  options.min_bytes_per_second = 0;  // whoever waits for two hours is slow; that is not what is tried here
  http::TestServer server(house_.front.handlers(), options);
  http::RawClient writer = server.client();
  ASSERT_TRUE(writer.send(request.substr(0, head_bytes)));
  ASSERT_EQ(writer.read_response()->status, 100);
  server.clock.advance(std::chrono::hours(2));
  ASSERT_TRUE(writer.send(bytes));
  const auto put = writer.read_response();
  ASSERT_TRUE(put);
  EXPECT_EQ(put->status, 200) << put->body;
  http::RawClient reader = server.client();
  ASSERT_TRUE(reader.send(house_.text_of({.target = "/lake/big"})));
  std::string got = reader.read_some(9);
  ASSERT_EQ(got, "HTTP/1.1 ");
  server.clock.advance(std::chrono::hours(2));
  const auto wanted = [&] { return got.find("\r\n\r\n") == std::string::npos || !got.ends_with(bytes); };
  while (got.size() < bytes.size() || wanted()) {
    const std::string piece = reader.read_some(1 << 20);
    if (piece.empty()) break;
    got += piece;
  }
  EXPECT_TRUE(got.ends_with(bytes)) << got.size();
}

TEST_F(SlowClients, TooManyElementsAreNotRead) {
  std::string document = "<Delete>";
  for (int n = 0; n < 20'000; ++n) document += "<Object/>";
  document += "</Delete>";
  const auto refused = house_.send({.method = "POST",
                                    .target = "/lake?delete",
                                    .headers = {{"Content-MD5", to_base64(md5_of(document))}},
                                    .body = document});
  EXPECT_EQ(code_of(refused), "MalformedXML");
}

}  // namespace
}  // namespace caudal::api::s3
