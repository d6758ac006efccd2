// SPDX-License-Identifier: Apache-2.0
// Users, keys and policies over IAM: what is answered, who may, and what is told of it.
#include "api/iam/door.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "access/named_policies.h"
#include "api/gate/testing/query_door_test.h"
#include "aws/uri.h"
#include "http/testing/test_server.h"

namespace caudal::api::iam {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Iam : public QueryDoorTest<IamDoor> {
 protected:
  http::RawResponse ask(const std::string& action, const std::string& parameters = "",
                        const aws::Credentials& credentials = {}) {
    return send(
        {.form = fmt::format("Action={}&Version=2010-05-08{}", action, parameters), .credentials = credentials});
  }
  // The text of the first element of that name.
  static std::string text(const http::RawResponse& answer, const std::string& name) {
    const size_t from = answer.body.find("<" + name + ">");
    if (from == std::string::npos) return "";
    const size_t begin = from + name.size() + 2;
    return answer.body.substr(begin, answer.body.find("</" + name + ">", begin) - begin);
  }
  static std::string refusal(const http::RawResponse& answer) {
    return fmt::format("{} {}", answer.status, text(answer, "Code"));
  }
  // A user who may do what the document says.
  aws::Credentials user_with(const std::string& name, std::string_view document) {
    aws::Credentials credentials = user(name);
    EXPECT_OK(identities_->put_policy(name, "own", document));
    return credentials;
  }
};

TEST_F(Iam, AUserIsMadeShownListedAndRemoved) {
  const auto made = ask("CreateUser", "&UserName=ana");
  EXPECT_EQ(made.status, 200);
  const std::string id = identities_->users().front().id;
  EXPECT_THAT(made.body, HasSubstr("<CreateUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">"
                                   "<CreateUserResult><User><Path>/</Path><UserName>ana</UserName><UserId>" +
                                   id + "</UserId><Arn>arn:aws:iam::000000000000:user/ana</Arn><CreateDate>"));
  EXPECT_EQ(text(ask("GetUser", "&UserName=ana"), "UserId"), id);
  EXPECT_EQ(refusal(ask("CreateUser", "&UserName=ana")), "409 EntityAlreadyExists");
  EXPECT_EQ(text(ask("ListUsers"), "IsTruncated"), "false");
  EXPECT_THAT(ask("ListUsers").body, HasSubstr("<Users><member><Path>/</Path><UserName>ana</UserName>"));
  EXPECT_EQ(ask("DeleteUser", "&UserName=ana").status, 200);
  EXPECT_EQ(refusal(ask("GetUser", "&UserName=ana")), "404 NoSuchEntity");
  EXPECT_EQ(refusal(ask("DeleteUser", "&UserName=ana")), "404 NoSuchEntity");
  EXPECT_TRUE(identities_->users().empty());
}

TEST_F(Iam, WhatAUserCannotHaveIsRefused) {
  EXPECT_EQ(refusal(ask("CreateUser")), "400 ValidationError");
  EXPECT_EQ(refusal(ask("CreateUser", "&UserName=a%20b")), "400 ValidationError");
  EXPECT_EQ(refusal(ask("CreateUser", "&UserName=ana&Path=%2Fteam%2F")), "400 ValidationError");
  EXPECT_EQ(refusal(ask("CreateUser", "&UserName=ana&Tags.member.1.Key=a&Tags.member.1.Value=b")),
            "400 ValidationError");
  EXPECT_TRUE(identities_->users().empty());
  EXPECT_EQ(ask("CreateUser", "&UserName=ana&Path=%2F").status, 200);
}

TEST_F(Iam, AKeyIsMadeOnceShownAndWorksUntilItIsDisabled) {
  EXPECT_EQ(ask("CreateUser", "&UserName=ana").status, 200);
  const auto made = ask("CreateAccessKey", "&UserName=ana&Description=laptop&Expires=2031-01-01T00:00:00Z");
  const aws::Credentials ana{.access_key_id = text(made, "AccessKeyId"), .secret = text(made, "SecretAccessKey")};
  EXPECT_EQ(text(made, "Status"), "Active");
  EXPECT_EQ(text(ask("ListAccessKeys", "", ana), "Code"), "AccessDenied") << "it is known, and may nothing";
  const auto listed = ask("ListAccessKeys", "&UserName=ana");
  EXPECT_EQ(text(listed, "AccessKeyId"), ana.access_key_id);
  EXPECT_EQ(text(listed, "Description"), "laptop");
  EXPECT_EQ(text(listed, "Expires"), "2031-01-01T00:00:00.000000Z");
  EXPECT_THAT(listed.body, Not(HasSubstr(ana.secret)));
  const std::string which = "&UserName=ana&AccessKeyId=" + ana.access_key_id;
  EXPECT_EQ(ask("UpdateAccessKey", which + "&Status=Inactive").status, 200);
  EXPECT_EQ(text(ask("ListAccessKeys", "&UserName=ana"), "Status"), "Inactive");
  EXPECT_EQ(refusal(ask("GetUser", "", ana)), "403 InvalidClientTokenId");
  EXPECT_EQ(refusal(ask("UpdateAccessKey", which + "&Status=Sleeping")), "400 ValidationError");
  EXPECT_EQ(ask("UpdateAccessKey", which + "&Status=Active").status, 200);
  EXPECT_EQ(refusal(ask("DeleteUser", "&UserName=ana")), "409 DeleteConflict");
  EXPECT_EQ(ask("DeleteAccessKey", which).status, 200);
  EXPECT_EQ(refusal(ask("DeleteAccessKey", which)), "404 NoSuchEntity");
}

TEST_F(Iam, AKeyIsOfItsUserAlone) {
  const aws::Credentials ana = user("ana");
  const aws::Credentials bia = user_with("bia", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)"
                                                R"("Action":"iam:*","Resource":"arn:aws:iam::*:user/bia"}]})");
  EXPECT_EQ(refusal(ask("DeleteAccessKey", "&UserName=bia&AccessKeyId=" + ana.access_key_id, bia)), "404 NoSuchEntity");
  EXPECT_EQ(refusal(ask("DeleteAccessKey", "&UserName=ana&AccessKeyId=" + ana.access_key_id, bia)), "403 AccessDenied");
  EXPECT_EQ(refusal(ask("DeleteAccessKey", "&AccessKeyId=" + root_.access_key_id)), "400 ValidationError")
      << "root is no user";
  EXPECT_EQ(text(ask("ListAccessKeys", "", bia), "AccessKeyId"), bia.access_key_id) << "whoever asks";
  EXPECT_EQ(text(ask("ListAccessKeys"), "AccessKeyId"), root_.access_key_id);
  EXPECT_EQ(text(ask("CreateAccessKey", "", bia), "UserName"), "bia");
  EXPECT_EQ(refusal(ask("CreateAccessKey", "&UserName=root")), "404 NoSuchEntity");
  EXPECT_EQ(refusal(ask("ListAccessKeys", "&UserName=root")), "404 NoSuchEntity");
}

TEST_F(Iam, WhoMayNotIsToldNothingOfWhatIsThere) {
  const aws::Credentials ana = user("ana");
  const auto there = ask("GetUser", "&UserName=ana", ana);
  const auto absent = ask("GetUser", "&UserName=eva", ana);
  EXPECT_EQ(refusal(there), "403 AccessDenied");
  EXPECT_EQ(refusal(absent), "403 AccessDenied");
  EXPECT_THAT(absent.body, HasSubstr("User: arn:aws:iam::000000000000:user/ana is not authorized to perform: "
                                     "iam:GetUser on resource: arn:aws:iam::000000000000:user/eva"));
  for (const char* action : {"CreateUser", "DeleteUser", "CreateAccessKey", "PutUserPolicy", "AttachUserPolicy",
                             "DetachUserPolicy", "DeleteUserPolicy", "GetUserPolicy", "ListUserPolicies",
                             "ListAttachedUserPolicies", "ListAccessKeys", "UpdateAccessKey", "DeleteAccessKey"}) {
    EXPECT_EQ(refusal(ask(action, "&UserName=eva", ana)), "403 AccessDenied") << action;
  }
  EXPECT_EQ(refusal(ask("ListUsers", "", ana)), "403 AccessDenied");
  EXPECT_EQ(identities_->users().size(), 1U);
  server_.server->stop();
  const Record last = noted_.records().back();
  EXPECT_EQ(last.operation, "ListUsers");
  EXPECT_EQ(last.decision, "implicit_deny");
}

TEST_F(Iam, PoliciesArePutShownAndTakenAway) {
  (void)user("ana");
  constexpr std::string_view kDocument =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]})";
  const std::string encoded = aws::uri_encoded(kDocument);
  EXPECT_EQ(ask("PutUserPolicy", "&UserName=ana&PolicyName=raw&PolicyDocument=" + encoded).status, 200);
  EXPECT_EQ(unwrap(identities_->policy("ana", "raw")), kDocument);
  EXPECT_EQ(text(ask("GetUserPolicy", "&UserName=ana&PolicyName=raw"), "PolicyDocument"), encoded);
  EXPECT_EQ(ask("AttachUserPolicy", "&UserName=ana&PolicyArn=arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess").status,
            200);
  EXPECT_EQ(unwrap(identities_->policy("ana", "AmazonS3ReadOnlyAccess")),
            *access::named_policy("AmazonS3ReadOnlyAccess"));
  EXPECT_THAT(ask("ListUserPolicies", "&UserName=ana").body,
              HasSubstr("<PolicyNames><member>raw</member></PolicyNames>"));
  EXPECT_THAT(ask("ListAttachedUserPolicies", "&UserName=ana").body,
              HasSubstr("<AttachedPolicies><member><PolicyName>AmazonS3ReadOnlyAccess</PolicyName><PolicyArn>"
                        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess</PolicyArn></member></AttachedPolicies>"));
  EXPECT_EQ(ask("DetachUserPolicy", "&UserName=ana&PolicyArn=arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess").status,
            200);
  EXPECT_EQ(refusal(ask("DetachUserPolicy", "&UserName=ana&PolicyArn=arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")),
            "404 NoSuchEntity");
  EXPECT_EQ(ask("DeleteUserPolicy", "&UserName=ana&PolicyName=raw").status, 200);
  EXPECT_EQ(refusal(ask("GetUserPolicy", "&UserName=ana&PolicyName=raw")), "404 NoSuchEntity");
  EXPECT_EQ(refusal(ask("AttachUserPolicy", "&UserName=ana&PolicyArn=arn:aws:iam::aws:policy/None")),
            "404 NoSuchEntity");
  EXPECT_EQ(refusal(ask("PutUserPolicy", "&UserName=ana&PolicyName=raw&PolicyDocument=%7B%7D")),
            "400 MalformedPolicyDocument");
  EXPECT_EQ(refusal(ask("PutUserPolicy", "&UserName=eva&PolicyName=raw&PolicyDocument=" + encoded)),
            "404 NoSuchEntity");
}

TEST_F(Iam, ListsComeInPages) {
  for (int n = 0; n < 5; ++n) unwrap(identities_->create_user(fmt::format("user{}", n)));
  std::vector<std::string> seen;
  std::string marker;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = ask("ListUsers", "&MaxItems=2" + (marker.empty() ? "" : "&Marker=" + marker));
    for (size_t at = 0; (at = page.body.find("<UserName>", at)) != std::string::npos; ++at)
      seen.push_back(page.body.substr(at + 10, 5));
    marker = text(page, "Marker");
    if (text(page, "IsTruncated") == "false") break;
  }
  EXPECT_THAT(seen, ElementsAre("user0", "user1", "user2", "user3", "user4"));
  EXPECT_EQ(refusal(ask("ListUsers", "&MaxItems=0")), "400 ValidationError");
  EXPECT_EQ(refusal(ask("ListUsers", "&MaxItems=1001")), "400 ValidationError");
  EXPECT_EQ(refusal(ask("ListUsers", "&MaxItems=x")), "400 ValidationError");
}

TEST_F(Iam, OtherActionsAreNoneAndStrangersLearnNothing) {
  EXPECT_EQ(refusal(ask("CreateRole", "&RoleName=r")), "400 InvalidAction");
  EXPECT_EQ(refusal(ask("CreateUser", "&UserName=ana", {.access_key_id = root_.access_key_id, .secret = "another"})),
            "403 SignatureDoesNotMatch");
  EXPECT_TRUE(identities_->users().empty());
  server_.server->stop();
  for (const Record& record : noted_.records()) EXPECT_EQ(record.operation, "") << "names of nobody's making";
}

TEST_F(Iam, WhatIsDoneIsToldWithItsDecision) {
  EXPECT_EQ(ask("CreateUser", "&UserName=ana").status, 200);
  server_.server->stop();
  const auto records = noted_.records();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].service, "iam");
  EXPECT_EQ(records[0].operation, "CreateUser");
  EXPECT_EQ(records[0].resource, "arn:aws:iam::000000000000:user/ana");
  EXPECT_EQ(records[0].decision, "allow");
  EXPECT_EQ(records[0].decided_by, "root");
}

}  // namespace
}  // namespace caudal::api::iam
