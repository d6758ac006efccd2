// SPDX-License-Identifier: Apache-2.0
// Exports and imports are told of as the policies of their tables have it.
#include <gmock/gmock.h>

#include "api/dynamodb/testing/door_fixture.h"

namespace caudal::api::dynamodb {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kTable = "arn:aws:dynamodb:us-east-1:000000000000:table/tab";

class ExportPolicies : public DoorTest {
 protected:
  ExportPolicies() {
    EXPECT_OK(objects_->create_bucket("lake"));
    make_table();
    job_ = unwrap(jobs_->begin_export({.table = "tab", .table_arn = kTable, .bucket = "lake"}));
    EXPECT_OK(identities_->create_user("ana"));
    const auto key = unwrap(identities_->create_key({.user = "ana"}));
    ana_ = {.access_key_id = key.access_key_id, .secret = std::string(key.secret.reveal())};
  }
  void put_policy(std::string_view effect, std::string_view action, std::string_view resource) {
    ASSERT_OK(store_->policies().put(
        {.table = "tab"},
        fmt::format(
            R"({{"Version":"2012-10-17","Statement":[{{"Effect":"{}","Principal":"*","Action":"{}","Resource":"{}"}}]}})",
            effect, action, resource),
        std::nullopt));
  }
  void be_ana(std::string_view allowed) {
    credentials_ = ana_;
    ASSERT_OK(identities_->put_policy(
        "ana", "some",
        fmt::format(R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{}","Resource":"*"}}]}})",
                    allowed)));
  }
  std::string describe() {
    return ask("DescribeExport", fmt::format(R"({{"ExportArn":"{}/export/{}"}})", kTable, job_.id)).body;
  }
  std::string list(const std::string& more = "") { return ask("ListExports", "{" + more + "}").body; }

  transfer::Job job_;
  aws::Credentials ana_;
};

TEST_F(ExportPolicies, ATableAllowsOrRefusesThatItsExportsAreDescribed) {
  EXPECT_THAT(describe(), HasSubstr("ExportDescription"));
  be_ana("dynamodb:GetItem");
  EXPECT_THAT(describe(), HasSubstr("no identity-based policy allows"));
  for (const std::string& resource : {std::string(kTable), fmt::format("{}/export/*", kTable)}) {
    put_policy("Allow", "dynamodb:DescribeExport", resource);
    EXPECT_THAT(describe(), HasSubstr("ExportDescription")) << resource;
    put_policy("Deny", "dynamodb:DescribeExport", resource);
    EXPECT_THAT(describe(), HasSubstr("with an explicit deny in a resource-based policy")) << resource;
  }
  put_policy("Allow", "dynamodb:DescribeImport", kTable);
  EXPECT_THAT(describe(), HasSubstr("no identity-based policy allows"));
  be_ana("dynamodb:*");
  EXPECT_THAT(describe(), HasSubstr("ExportDescription"));
}

TEST_F(ExportPolicies, AUserThatIsRefusedIsRefusedWhateverTheTableAllows) {
  put_policy("Allow", "dynamodb:DescribeExport", kTable);
  credentials_ = ana_;
  EXPECT_THAT(describe(), HasSubstr("ExportDescription"));
  ASSERT_OK(identities_->put_policy(
      "ana", "none",
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"dynamodb:*","Resource":"*"}]})"));
  EXPECT_THAT(describe(), HasSubstr("AccessDenied"));
}

TEST_F(ExportPolicies, ListsLeaveOutWhatATableRefuses) {
  be_ana("dynamodb:*");
  EXPECT_THAT(list(), HasSubstr(job_.id));
  put_policy("Deny", "dynamodb:*", kTable);
  EXPECT_THAT(list(), Not(HasSubstr(job_.id)));
  EXPECT_THAT(list(fmt::format(R"("TableArn":"{}")", kTable)), HasSubstr("with an explicit deny"));
  EXPECT_THAT(describe(), HasSubstr("with an explicit deny"));
}

}  // namespace
}  // namespace caudal::api::dynamodb
