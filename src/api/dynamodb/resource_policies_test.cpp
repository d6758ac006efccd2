// SPDX-License-Identifier: Apache-2.0
// Policies of tables over a socket: they decide together with those of users, about all that they can ask for.
#include <gmock/gmock.h>

#include "api/dynamodb/testing/door_fixture.h"

namespace caudal::api::dynamodb {
namespace {

using testing::HasSubstr;

constexpr const char* kTable = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";

class ResourcePolicies : public DoorTest {
 protected:
  static std::string document(std::string_view effect, std::string_view principal, std::string_view action,
                              std::string_view condition = "") {
    return fmt::format(
        R"({{"Version":"2012-10-17","Statement":[{{"Effect":"{}","Principal":{},"Action":"dynamodb:{}","Resource":["{}","{}/index/*"]{}}}]}})",
        effect, principal, action, kTable, kTable, condition);
  }
  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
    return out.append("\"");
  }
  http::RawResponse put(const std::string& policy, const std::string& more = "") {
    return ask("PutResourcePolicy",
               fmt::format(R"({{"ResourceArn":"{}","Policy":{}{}}})", kTable, quoted(policy), more));
  }
  http::RawResponse about_policy(const std::string& operation) {
    return ask(operation, fmt::format(R"({{"ResourceArn":"{}"}})", kTable));
  }
  http::RawResponse get_item(const std::string& id = "a") {
    return ask("GetItem", fmt::format(R"({{"TableName":"tab","Key":{{"id":{{"S":"{}"}}}}}})", id));
  }
  void be_ana() {
    if (!ana_) {
      EXPECT_OK(identities_->create_user("ana"));
      const auto key = unwrap(identities_->create_key({.user = "ana"}));
      ana_ = aws::Credentials{.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())};
    }
    credentials_ = *ana_;
  }
  void be_root() { credentials_ = {.access_key_id = "AKIAROOTROOTROOTROOT", .secret = "root-secret-of-the-tests"}; }
  std::optional<aws::Credentials> ana_;
};

TEST_F(ResourcePolicies, AllowAndDenyWithoutAPolicyOfTheUser) {
  make_table();
  be_ana();
  EXPECT_THAT(get_item().body, HasSubstr("no identity-based policy allows"));
  be_root();
  ASSERT_EQ(put(document("Allow", R"({"AWS":"arn:aws:iam::000000000000:user/ana"})", "GetItem")).status, 200);
  be_ana();
  EXPECT_EQ(get_item().status, 200);
  EXPECT_THAT(ask("DeleteItem", R"({"TableName":"tab","Key":{"id":{"S":"a"}}})").body, HasSubstr("AccessDenied"));
  be_root();
  ASSERT_EQ(put(document("Deny", R"("*")", "GetItem")).status, 200);
  EXPECT_THAT(get_item().body, HasSubstr("with an explicit deny in a resource-based policy"));
  ASSERT_EQ(about_policy("DeleteResourcePolicy").status, 200);
  EXPECT_EQ(get_item().status, 200);
}

TEST_F(ResourcePolicies, ConditionsOfATableHoldForCallersWhosePoliciesAskForNothing) {
  make_table();
  be_ana();
  be_root();
  ASSERT_EQ(put(document("Allow", R"({"AWS":"ana"})", "GetItem",
                         R"(,"Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["ana"]}})"))
                .status,
            200);
  be_ana();
  EXPECT_EQ(get_item("ana").status, 200);
  EXPECT_THAT(get_item("bia").body, HasSubstr("AccessDenied"));
}

TEST_F(ResourcePolicies, AreShownWithNamesAndMeanWhoWasThere) {
  make_table();
  be_ana();
  be_root();
  ASSERT_EQ(put(document("Allow", R"({"AWS":"arn:aws:iam::000000000000:user/ana"})", "GetItem")).status, 200);
  EXPECT_THAT(about_policy("GetResourcePolicy").body, HasSubstr("user/ana"));
  ASSERT_OK(identities_->remove_key(ana_->access_key_id));
  ASSERT_OK(identities_->remove_user("ana"));
  ana_.reset();
  be_ana();
  EXPECT_THAT(get_item().body, HasSubstr("AccessDenied")) << "another user of the same name";
}

TEST_F(ResourcePolicies, NobodyLocksThemselvesOutByMistake) {
  make_table();
  be_ana();
  be_root();
  ASSERT_OK(identities_->put_policy(
      "ana", "all", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})"));
  be_ana();
  const std::string locked = document("Deny", R"("*")", "*ResourcePolicy");
  EXPECT_THAT(put(locked).body, HasSubstr("ConfirmRemoveSelfResourceAccess"));
  EXPECT_THAT(about_policy("GetResourcePolicy").body, HasSubstr("PolicyNotFoundException"));
  EXPECT_EQ(put(locked, R"(,"ConfirmRemoveSelfResourceAccess":true)").status, 200);
  EXPECT_THAT(put(document("Allow", R"("*")", "GetItem")).body, HasSubstr("AccessDenied"));
  be_root();
  EXPECT_EQ(about_policy("DeleteResourcePolicy").status, 200) << "root always can";
}

TEST_F(ResourcePolicies, AreRefusedWithWhatIsWrong) {
  make_table();
  const auto wrong = put(document("Allow", R"("*")", "Fly"));
  EXPECT_THAT(wrong.body, HasSubstr("ValidationException"));
  EXPECT_THAT(wrong.body, HasSubstr("Invalid policy document: The following action names are invalid"));
  EXPECT_THAT(put(document("Allow", R"({"AWS":"nobody"})", "GetItem")).body, HasSubstr("Invalid principal"));
  EXPECT_THAT(put("{" + std::string(20480, ' ') + "}").body, HasSubstr("20480 bytes"));
  EXPECT_THAT(put(document("Allow", R"("*")", "GetItem"), R"(,"ExpectedRevisionId":"7")").body,
              HasSubstr("PolicyNotFoundException"));
  EXPECT_THAT(ask("GetResourcePolicy", R"({"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/none"})").body,
              HasSubstr("ResourceNotFoundException"));
  EXPECT_THAT(ask("GetResourcePolicy", fmt::format(R"({{"ResourceArn":"{}/index/by-s"}})", kTable)).body,
              HasSubstr("ValidationException"));
}

}  // namespace
}  // namespace caudal::api::dynamodb
