// SPDX-License-Identifier: Apache-2.0
// Users and keys: what is found at once, what is found again after a restart, and what never shows.
#include "access/identities.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "access/errors.h"
#include "base/file.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"

namespace caudal::access {
namespace {

using namespace std::chrono_literals;

constexpr const char* kReadAll =
    R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}})";

class IdentitiesTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Identities>> open(IdentityOptions options = {}) {
    identities_.reset();
    store_.reset();
    store_ = unwrap(kv::Store::open(folder_.path() / "kv", {}));
    options.directory = folder_.path() / "access";
    return Identities::open(*store_, clock_, std::move(options));
  }
  Identities& opened() {
    identities_ = unwrap(open());
    return *identities_;
  }

  TemporaryDirectory folder_;
  ManualClock clock_{Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1))};
  std::unique_ptr<kv::Store> store_;
  std::unique_ptr<Identities> identities_;
};

TEST_F(IdentitiesTest, MakeARootKeyOnceAndKeepIt) {
  Identities& first = opened();
  const auto made = first.take_new_root_key();
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->access_key_id.starts_with("AKIA"));
  EXPECT_EQ(made->access_key_id.size(), 20U);
  EXPECT_EQ(made->secret.reveal().size(), 40U);
  EXPECT_FALSE(first.take_new_root_key());
  const Found found = opened().find(made->access_key_id);
  EXPECT_EQ(found.state, KeyState::kActive);
  EXPECT_TRUE(found.credential->identity.root());
  EXPECT_EQ(found.credential->secret.reveal(), made->secret.reveal());
  EXPECT_FALSE(identities_->take_new_root_key());
}

TEST_F(IdentitiesTest, AKeyIsFoundAtOnceAndAfterARestart) {
  ASSERT_OK(opened().create_user("ana"));
  const NewKey made = unwrap(identities_->create_key({.user = "ana", .description = "laptop"}));
  for (int round = 0; round < 2; ++round) {
    const Found found = identities_->find(made.access_key_id);
    EXPECT_EQ(found.state, KeyState::kActive);
    EXPECT_EQ(found.credential->secret.reveal(), made.secret.reveal());
    EXPECT_EQ(found.credential->identity.arn, "arn:aws:iam::000000000000:user/ana");
    opened();
  }
}

TEST_F(IdentitiesTest, PoliciesTakeEffectAtOnceAndAfterARestart) {
  ASSERT_OK(opened().create_user("ana"));
  const NewKey made = unwrap(identities_->create_key({.user = "ana"}));
  EXPECT_EQ(identities_->find(made.access_key_id).credential->identity.policies.size(), 0U);
  ASSERT_OK(identities_->put_policy("ana", "read", kReadAll));
  EXPECT_EQ(identities_->find(made.access_key_id).credential->identity.policies.size(), 1U);
  opened();
  EXPECT_EQ(identities_->find(made.access_key_id).credential->identity.policies.size(), 1U);
  EXPECT_EQ(unwrap(identities_->policy("ana", "read")), kReadAll);
  ASSERT_OK(identities_->remove_policy("ana", "read"));
  EXPECT_EQ(identities_->find(made.access_key_id).credential->identity.policies.size(), 0U);
}

}  // namespace
}  // namespace caudal::access
