// SPDX-License-Identifier: Apache-2.0
// The served door as a whole with a clock that the test moves, and a real HTTP client: what happens by days.
#include "app/serve/serving.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "app/testing/serve_options.h"
#include "aws/sigv4_sign.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "http/client.h"
#include "http/errors.h"
#include "http/testing/test_server.h"

namespace caudal::app {
namespace {

using std::chrono::days;
using testing::HasSubstr;
using testing::Not;

class Served : public testing::Test {
 protected:
  http::ClientResponse send(const std::string& method, const std::string& target, const std::string& body = {}) {
    const std::string host = serving_->url().substr(std::string("http://").size());
    const std::string hash = to_hex(view(sha256(body)));
    const std::vector<aws::Header> headers = {{"Host", host}};
    const aws::SignedHead head =
        aws::sign({.method = method, .target = target, .headers = headers}, root_,
                  {.region = "us-east-1", .service = "s3", .at = clock_.now(), .payload_hash = hash});
    http::ClientRequest request{.method = method, .url = serving_->url() + target, .body = body};
    for (const auto& [name, value] : head.headers) request.headers.add(name, value);
    if (target.ends_with("?lifecycle")) request.headers.add("Content-MD5", to_base64(md5_of(body)));
    return unwrap(client_->send(request));
  }
  int status(const std::string& target) { return send("GET", target).status; }
  void put(const std::string& target) { ASSERT_EQ(send("PUT", target, "x").status, 200) << target; }
  void rules(const std::string& bucket, const std::string& rules) {
    const auto answer =
        send("PUT", "/" + bucket + "?lifecycle", "<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>");
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  static std::string rule(const std::string& prefix, const std::string& what) {
    return fmt::format("<Rule><ID>{0}</ID><Status>Enabled</Status><Filter><Prefix>{0}</Prefix></Filter>{1}</Rule>",
                       prefix, what);
  }
  // Lets time go by, and waits until the rules of all buckets were kept again.
  void pass(days by) {
    put("/swept/canary");
    clock_.advance(by);
    // And a little more each time, in case the next look was set for after that.
    ASSERT_TRUE(http::eventually([&] {
      clock_.advance(std::chrono::seconds(30));
      return status("/swept/canary") == 404;
    }));
  }
  void SetUp() override {
    put_bucket("swept");  // the last of all buckets in order of name, but for tests that say otherwise
    rules("swept", rule("", "<Expiration><Days>1</Days></Expiration>"));
  }
  void put_bucket(const std::string& bucket) { ASSERT_EQ(send("PUT", "/" + bucket).status, 200); }

  const aws::Credentials root_{.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"};
  TemporaryDirectory dir_;
  ManualClock clock_{http::kTestStart};
  SystemClock wall_;
  std::unique_ptr<Platform> platform_ =
      unwrap(Platform::open({.data = dir_.path() / "data",
                             .root_access_key_id = root_.access_key_id,
                             .root_secret = access::Secret(std::string_view(root_.secret))},
                            clock_));
  std::unique_ptr<http::Client> client_ = unwrap(http::Client::open({}, wall_, 1));
  std::unique_ptr<Serving> serving_ = unwrap(Serving::open(*platform_, test_serve_options(), clock_));
};

TEST_F(Served, ObjectsExpireByDays) {
  put_bucket("lake");
  rules("lake", rule("tmp/", "<Expiration><Days>30</Days></Expiration>"));
  put("/lake/tmp/a");
  put("/lake/kept/a");
  const auto head = send("HEAD", "/lake/tmp/a");
  EXPECT_THAT(std::string(head.headers.find("x-amz-expiration").value_or("")),
              HasSubstr("Sun, 31 Mar 2024 00:00:00 GMT"));
  pass(days(29));
  EXPECT_EQ(status("/lake/tmp/a"), 200) << "a day too early";
  put("/lake/tmp/later");
  pass(days(3));
  EXPECT_EQ(status("/lake/tmp/a"), 404);
  EXPECT_EQ(status("/lake/tmp/later"), 200);
  pass(days(30));
  EXPECT_EQ(status("/lake/tmp/later"), 404);
  EXPECT_EQ(status("/lake/kept/a"), 200);
}

TEST_F(Served, OldVersionsGoByTheDaysSinceTheyWereReplaced) {
  put_bucket("lake");
  ASSERT_EQ(
      send("PUT", "/lake?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
          .status,
      200);
  rules("lake",
        rule("", "<NoncurrentVersionExpiration><NoncurrentDays>10</NoncurrentDays></NoncurrentVersionExpiration>"));
  put("/lake/a");
  pass(days(20));
  put("/lake/a");
  const auto versions = [&] {
    const std::string body = send("GET", "/lake?versions").body;
    size_t count = 0;
    for (size_t at = body.find("<Version>"); at != std::string::npos; at = body.find("<Version>", at + 1)) ++count;
    return count;
  };
  pass(days(9));
  EXPECT_EQ(versions(), 2U) << "it was replaced nine days ago, however old it is";
  pass(days(3));
  EXPECT_EQ(versions(), 1U);
  EXPECT_EQ(status("/lake/a"), 200);
}

TEST_F(Served, UploadsThatNobodyCompletesAreGivenUp) {
  put_bucket("lake");
  rules("lake", rule("tmp/",
                     "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation>"
                     "</AbortIncompleteMultipartUpload>"));
  for (const char* key : {"tmp/a", "kept/a"}) ASSERT_EQ(send("POST", fmt::format("/lake/{}?uploads", key)).status, 200);
  pass(days(6));
  EXPECT_THAT(send("GET", "/lake?uploads").body, HasSubstr("<Key>tmp/a</Key>"));
  pass(days(3));
  const std::string left = send("GET", "/lake?uploads").body;
  EXPECT_THAT(left, Not(HasSubstr("<Key>tmp/a</Key>")));
  EXPECT_THAT(left, HasSubstr("<Key>kept/a</Key>")) << "without a rule they stay for ever, as in S3";
}

TEST_F(Served, ASignatureOfYesterdayIsTooOld) {
  put("/swept/a");
  const std::string host = serving_->url().substr(std::string("http://").size());
  const std::vector<aws::Header> headers = {{"Host", host}};
  const std::string presigned = aws::presigned_target(
      {.method = "GET", .target = "/swept/a", .headers = headers}, root_,
      {.region = "us-east-1", .service = "s3", .at = clock_.now(), .payload_hash = "UNSIGNED-PAYLOAD"}, 3600);
  EXPECT_EQ(unwrap(client_->send({.url = serving_->url() + presigned})).status, 200);
  clock_.advance(std::chrono::hours(2));
  const auto expired = unwrap(client_->send({.url = serving_->url() + presigned}));
  EXPECT_EQ(expired.status, 403);
  EXPECT_THAT(expired.body, HasSubstr("Request has expired"));
}

TEST_F(Served, ASecondServerOnThePortIsToldWhatToChange) {
  ServeOptions taken = test_serve_options();
  taken.server.port = static_cast<uint16_t>(std::stoi(serving_->url().substr(serving_->url().rfind(':') + 1)));
  const auto other = unwrap(Platform::open({.data = dir_.path() / "other"}, clock_));
  const auto second = Serving::open(*other, taken, clock_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, http::Errc::cannot_listen);
  EXPECT_THAT(second.error().message, HasSubstr("Address already in use"));
  EXPECT_THAT(second.error().message, HasSubstr("--port or server.port"));
  EXPECT_THAT(second.error().message, HasSubstr("--address or server.address"));
}

TEST_F(Served, ProbesAreNotForTheHostsOfBuckets) {
  const auto ask = [&](const std::string& host) {
    http::ClientRequest request{.url = serving_->url() + "/metrics"};
    request.headers.add("Host", host);
    return unwrap(client_->send(request));
  };
  EXPECT_THAT(ask("localhost").body, HasSubstr("caudal_requests_total"));
  EXPECT_EQ(ask("swept.localhost").status, 403) << "that is a key of the bucket, and not public";
  EXPECT_EQ(ask("swept.s3-website.localhost").status, 404) << "and that its website";
}

}  // namespace
}  // namespace caudal::app
