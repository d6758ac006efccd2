// SPDX-License-Identifier: Apache-2.0
// Who is told who it is, and what else is asked of STS; requests as bytes through a server.
#include "api/sts/door.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "api/gate/testing/query_door_test.h"
#include "http/testing/test_server.h"

namespace caudal::api::sts {
namespace {

using testing::HasSubstr;

constexpr std::string_view kAsk = "Action=GetCallerIdentity&Version=2011-06-15";

class Sts : public QueryDoorTest<StsDoor> {
 protected:
  http::RawResponse ask(Request request = {}) {
    request.form = kAsk;
    return send(std::move(request));
  }
};

TEST_F(Sts, RootIsTheAccount) {
  const auto answer = ask();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.has("Content-Type: text/xml")) << answer.head;
  EXPECT_THAT(answer.body, HasSubstr("<Arn>arn:aws:iam::000000000000:root</Arn><UserId>000000000000</UserId>"
                                     "<Account>000000000000</Account>"));
}

TEST_F(Sts, AUserNeedsNoPermission) {
  const aws::Credentials ana = user("ana");
  const auto answer = ask({.credentials = ana});
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
  const auto mismatch = ask({.credentials = forged});
  EXPECT_EQ(mismatch.status, 403);
  EXPECT_THAT(mismatch.body, HasSubstr("<Type>Sender</Type><Code>SignatureDoesNotMatch</Code>"));
  const auto unknown = ask({.credentials = {.access_key_id = "AKIANOBODYNOBODYNOBO", .secret = "x"}});
  EXPECT_EQ(unknown.status, 403);
  EXPECT_THAT(unknown.body, HasSubstr("InvalidClientTokenId"));
  EXPECT_THAT(send({.form = "Action=AssumeRole", .credentials = forged}).body, HasSubstr("SignatureDoesNotMatch"));
  EXPECT_EQ(ask({.at = http::kTestStart - std::chrono::minutes(16)}).status, 403);
  EXPECT_EQ(ask({.sent_instead = "Action=GetCallerIdentity&Version=2011-06-16"}).status, 403) << "another body";
}

TEST_F(Sts, ADisabledKeyIsAsGoodAsNone) {
  const aws::Credentials ana = user("ana");
  ASSERT_OK(identities_->enable_key(ana.access_key_id, false));
  EXPECT_THAT(ask({.credentials = ana}).body, HasSubstr("InvalidClientTokenId"));
}

TEST_F(Sts, AFormThatIsTooLongIsNotRead) {
  const auto answer = send({.form = std::string(100'000, 'a')});
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("RequestEntityTooLarge"));
}

TEST_F(Sts, RequestsOfOtherServicesAreNotIts) { EXPECT_EQ(ask({.service = "none"}).body, "not for it"); }

}  // namespace
}  // namespace caudal::api::sts
