// SPDX-License-Identifier: Apache-2.0
// Who is told who it is, and what else is asked of STS; requests as bytes through a server.
#include "api/sts/door.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "api/gate/front.h"
#include "aws/sigv4_sign.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "http/testing/test_server.h"

namespace caudal::api::sts {
namespace {

using testing::HasSubstr;

constexpr std::string_view kAsk = "Action=GetCallerIdentity&Version=2011-06-15";

// Takes what names no service, as the door of S3 does.
class NoDoor final : public Door {
 public:
  std::string_view service() const override { return "none"; }
  std::string make_request_id() override { return "none"; }
  void answer(std::unique_ptr<Visit> visit) override {
    (void)visit->exchange.response().send({.status = 418}, "not sts");
  }
};

class Noted final : public Witness {
 public:
  void note(const Visit& visit, std::chrono::microseconds) override {
    const std::lock_guard lock(mutex_);
    records_.push_back(visit.record);
  }
  std::vector<Record> records() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Record> records_;
};

class Sts : public testing::Test {
 protected:
  struct Request {
    std::string form = std::string(kAsk);
    aws::Credentials credentials = {};
    std::string service = "sts";
    Timestamp at = http::kTestStart;
    std::string target = "/";
    std::string sent_instead = {};  // of the form that was signed
  };

  http::RawResponse send(Request request) {
    if (request.credentials.access_key_id.empty()) request.credentials = root_;
    const std::vector<aws::Header> headers = {{"Host", "localhost"}};
    const aws::SignedHead head =
        aws::sign({.method = "POST", .target = request.target, .headers = headers}, request.credentials,
                  {.dialect = aws::Dialect::kJson,
                   .region = "us-east-1",
                   .service = request.service,
                   .at = request.at,
                   .payload_hash = to_hex(view(sha256(request.form)))});
    std::string text = fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\n", request.target);
    for (const auto& [name, value] : head.headers) text += fmt::format("{}: {}\r\n", name, value);
    const std::string& body = request.sent_instead.empty() ? request.form : request.sent_instead;
    http::RawClient client = server_.client();
    EXPECT_TRUE(client.send(text + fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body)));
    return client.read_response().value_or(http::RawResponse{});
  }
  aws::Credentials user(const std::string& name) {
    unwrap(identities_->create_user(name));
    const access::NewKey key = unwrap(identities_->create_key({.user = name}));
    return {.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())};
  }

  const aws::Credentials root_{.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"};
  TemporaryDirectory dir_;
  ManualClock clock_{http::kTestStart};
  std::unique_ptr<kv::Store> kv_ = unwrap(kv::Store::open(dir_.path() / "kv", {}));
  std::unique_ptr<access::Identities> identities_ =
      unwrap(access::Identities::open(*kv_, clock_,
                                      {.directory = dir_.path() / "access",
                                       .root_access_key_id = root_.access_key_id,
                                       .root_secret = access::Secret(std::string_view(root_.secret))}));
  NoDoor other_;
  StsDoor door_{*identities_, clock_, 7};
  Noted noted_;
  Probes probes_{.ready = [] { return Result<void>(); }, .metrics = [] { return std::string(); }};
  Front front_{{&other_, &door_}, {&noted_}, probes_, clock_};
  http::TestServer server_{front_.handlers()};
};

TEST_F(Sts, RootIsTheAccount) {
  const auto answer = send({});
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.has("Content-Type: text/xml")) << answer.head;
  EXPECT_THAT(answer.body, HasSubstr("<Arn>arn:aws:iam::000000000000:root</Arn><UserId>000000000000</UserId>"
                                     "<Account>000000000000</Account>"));
}

TEST_F(Sts, AUserNeedsNoPermission) {
  const aws::Credentials ana = user("ana");
  const auto answer = send({.credentials = ana});
  EXPECT_EQ(answer.status, 200);
  const std::string id = identities_->users().front().id;
  EXPECT_THAT(answer.body, HasSubstr("<Arn>arn:aws:iam::000000000000:user/ana</Arn><UserId>" + id + "</UserId>"));
  server_.server->stop();
  const auto records = noted_.records();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].service, "sts");
  EXPECT_EQ(records[0].operation, "GetCallerIdentity");
  EXPECT_EQ(records[0].caller, "arn:aws:iam::000000000000:user/ana");
  EXPECT_EQ(records[0].status, 200);
}

TEST_F(Sts, ParametersMayStandInTheAddress) {
  EXPECT_EQ(send({.form = "", .target = "/?" + std::string(kAsk)}).status, 200);
}

TEST_F(Sts, OtherActionsAreNone) {
  const auto assume = send({.form = "Action=AssumeRole&Version=2011-06-15&RoleArn=x"});
  EXPECT_EQ(assume.status, 400);
  EXPECT_THAT(assume.body, HasSubstr("<Code>InvalidAction</Code><Message>Could not find operation AssumeRole for "
                                     "version 2011-06-15</Message>"));
  EXPECT_THAT(send({.form = "Action=GetCallerIdentity&Version=2009-01-01"}).body, HasSubstr("InvalidAction"));
  EXPECT_THAT(send({.form = "Action=GetCallerIdentity"}).body, HasSubstr("NO_VERSION_SPECIFIED"));
  EXPECT_THAT(send({.form = "Version=2011-06-15"}).body, HasSubstr("<Code>MissingAction</Code>"));
  EXPECT_THAT(send({.form = "Action=%3Cb%3E&Version=2011-06-15"}).body, HasSubstr("operation &lt;b&gt; for"));
  server_.server->stop();
  for (const Record& record : noted_.records()) EXPECT_EQ(record.operation, "") << "names of nobody's making";
}

TEST_F(Sts, WhoIsNotWhoItClaimsToBeLearnsNothing) {
  aws::Credentials forged = root_;
  forged.secret = "another";
  const auto mismatch = send({.credentials = forged});
  EXPECT_EQ(mismatch.status, 403);
  EXPECT_THAT(mismatch.body, HasSubstr("<Type>Sender</Type><Code>SignatureDoesNotMatch</Code>"));
  const auto unknown = send({.credentials = {.access_key_id = "AKIANOBODYNOBODYNOBO", .secret = "x"}});
  EXPECT_EQ(unknown.status, 403);
  EXPECT_THAT(unknown.body, HasSubstr("InvalidClientTokenId"));
  EXPECT_THAT(send({.form = "Action=AssumeRole", .credentials = forged}).body, HasSubstr("SignatureDoesNotMatch"));
  EXPECT_EQ(send({.at = http::kTestStart - std::chrono::minutes(16)}).status, 403);
  EXPECT_EQ(send({.sent_instead = "Action=GetCallerIdentity&Version=2011-06-16"}).status, 403) << "another body";
}

TEST_F(Sts, ADisabledKeyIsAsGoodAsNone) {
  const aws::Credentials ana = user("ana");
  ASSERT_OK(identities_->enable_key(ana.access_key_id, false));
  EXPECT_THAT(send({.credentials = ana}).body, HasSubstr("InvalidClientTokenId"));
}

TEST_F(Sts, AFormThatIsTooLongIsNotRead) {
  const auto answer = send({.form = std::string(100'000, 'a')});
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("RequestEntityTooLarge"));
}

TEST_F(Sts, RequestsOfOtherServicesAreNotIts) { EXPECT_EQ(send({.service = "none"}).body, "not sts"); }

}  // namespace
}  // namespace caudal::api::sts
