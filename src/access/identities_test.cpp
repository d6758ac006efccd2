// SPDX-License-Identifier: Apache-2.0
// Users and keys: what is found at once, what is found again after a restart, and what never shows.
#include "access/identities.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

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

TEST_F(IdentitiesTest, AnUnknownKeyGetsASecretThatNobodyHasAndNoIdentity) {
  const Found first = opened().find("AKIANOBODYNOBODYNOBO");
  EXPECT_EQ(first.state, KeyState::kUnknown);
  EXPECT_EQ(first.credential->secret.reveal().size(), 40U) << "so that checking takes as long as with a key";
  EXPECT_TRUE(first.credential->identity.anonymous());
  EXPECT_EQ(identities_->find("").credential, first.credential);
  const std::string before(first.credential->secret.reveal());
  EXPECT_NE(opened().find("AKIANOBODYNOBODYNOBO").credential->secret.reveal(), before) << "new at every start";
}

TEST_F(IdentitiesTest, DisabledAndExpiredKeysAreFoundAsSuch) {
  ASSERT_OK(opened().create_user("ana"));
  const NewKey made = unwrap(identities_->create_key({.user = "ana", .expires = clock_.now() + 1h}));
  ASSERT_OK(identities_->enable_key(made.access_key_id, false));
  EXPECT_EQ(identities_->find(made.access_key_id).state, KeyState::kDisabled);
  EXPECT_EQ(opened().find(made.access_key_id).state, KeyState::kDisabled);
  ASSERT_OK(identities_->enable_key(made.access_key_id, true));
  const Found found = identities_->find(made.access_key_id);
  EXPECT_EQ(found.state, KeyState::kActive);
  EXPECT_EQ(found.credential->secret.reveal(), made.secret.reveal());
  clock_.advance(1h);
  EXPECT_EQ(identities_->find(made.access_key_id).state, KeyState::kExpired);
  EXPECT_EQ(identities_->keys().at(1).state, KeyState::kExpired);
}

TEST_F(IdentitiesTest, ARemovedKeyIsUnknownAtOnceAndAfterARestart) {
  ASSERT_OK(opened().create_user("ana"));
  const NewKey made = unwrap(identities_->create_key({.user = "ana"}));
  const Found before = identities_->find(made.access_key_id);
  ASSERT_OK(identities_->remove_key(made.access_key_id));
  EXPECT_EQ(identities_->find(made.access_key_id).state, KeyState::kUnknown);
  EXPECT_EQ(before.credential->secret.reveal(), made.secret.reveal()) << "a request under way keeps what it found";
  EXPECT_EQ(opened().find(made.access_key_id).state, KeyState::kUnknown);
  EXPECT_EQ(identities_->remove_key(made.access_key_id).error().code, make_error_code(Errc::no_such_key));
  EXPECT_EQ(identities_->enable_key(made.access_key_id, true).error().code, make_error_code(Errc::no_such_key));
}

TEST_F(IdentitiesTest, TheRootKeyIsNotOneOfTheKeysThatCanBeChanged) {
  const std::string root = opened().take_new_root_key()->access_key_id;
  EXPECT_FALSE(identities_->remove_key(root));
  EXPECT_FALSE(identities_->enable_key(root, false));
  ASSERT_EQ(identities_->keys().size(), 1U);
  EXPECT_EQ(identities_->keys()[0].user, "root");
  EXPECT_FALSE(identities_->keys()[0].created);
}

TEST_F(IdentitiesTest, APresetRootKeyReplacesTheOneInTheFile) {
  const std::string made = opened().take_new_root_key()->access_key_id;
  identities_ = unwrap(open({.root_access_key_id = "preset", .root_secret = Secret(std::string_view("long-enough"))}));
  EXPECT_EQ(identities_->find("preset").state, KeyState::kActive);
  EXPECT_TRUE(identities_->find("preset").credential->identity.root());
  EXPECT_EQ(identities_->find(made).state, KeyState::kUnknown);
  EXPECT_FALSE(identities_->take_new_root_key());
  EXPECT_EQ(opened().find(made).state, KeyState::kActive) << "and gives way to it again";
}

TEST_F(IdentitiesTest, HalfAPresetAndOneThatIsTakenAreRefused) {
  EXPECT_EQ(open({.root_access_key_id = "preset"}).error().code, make_error_code(Errc::invalid_name));
  EXPECT_FALSE(open({.root_secret = Secret(std::string_view("long-enough"))}));
  ASSERT_OK(opened().create_user("ana"));
  const NewKey key = unwrap(identities_->create_key({.user = "ana"}));
  const auto taken =
      open({.root_access_key_id = key.access_key_id, .root_secret = Secret(std::string_view("long-enough"))});
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().message.find("preset another"), std::string::npos);
}

TEST_F(IdentitiesTest, TheMasterKeyMustBeTheOneThatSealed) {
  opened();
  const auto file = folder_.path() / "access" / "master.key";
  const std::string right = unwrap(read_file(file));
  std::filesystem::remove(file);
  EXPECT_EQ(open().error().code, make_error_code(Errc::wrong_master_key));
  EXPECT_FALSE(std::filesystem::exists(file)) << "a new one would not open what is sealed";
  std::ofstream(file) << std::string(64, 'a') << '\n';
  ::chmod(file.c_str(), 0600);
  EXPECT_EQ(open().error().code, make_error_code(Errc::wrong_master_key));
  std::ofstream(file) << right;
  EXPECT_OK(open());
  ::chmod(file.c_str(), 0644);
  EXPECT_EQ(open().error().code, make_error_code(Errc::too_open));
}

TEST_F(IdentitiesTest, TheMasterKeyMayLieElsewhere) {
  const auto elsewhere = folder_.path() / "elsewhere.key";
  identities_ = unwrap(open({.master_key_file = elsewhere}));
  EXPECT_TRUE(std::filesystem::exists(elsewhere));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "access" / "master.key"));
  EXPECT_EQ(open().error().code, make_error_code(Errc::wrong_master_key));
}

TEST_F(IdentitiesTest, SecretsAreNowhereInTheStoreInClear) {
  ASSERT_OK(opened().create_user("ana"));
  const NewKey made = unwrap(identities_->create_key({.user = "ana"}));
  identities_.reset();
  store_.reset();
  size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path() / "kv")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(unwrap(read_file(entry.path())).find(made.secret.reveal()), std::string::npos) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 0U);
}

TEST_F(IdentitiesTest, NamesThatCouldBeTakenForSomethingElseAreRefused) {
  opened();
  for (const char* name : {"", "root", "a b", "a/b", "a*", "caf\xc3\xa9", "AIDA2222222222222222", "000000000000"}) {
    EXPECT_EQ(identities_->create_user(name).error().code, make_error_code(Errc::invalid_name)) << name;
  }
  EXPECT_FALSE(identities_->create_user(std::string(65, 'a')));
  for (const char* name : {"a", "ana.silva@example.org", "AIDA", "12345"}) EXPECT_OK(identities_->create_user(name));
  EXPECT_EQ(identities_->create_user("a").error().code, make_error_code(Errc::user_exists));
}

TEST_F(IdentitiesTest, WhatAKeyIsAskedForMustMakeSense) {
  ASSERT_OK(opened().create_user("ana"));
  EXPECT_EQ(identities_->create_key({.user = "bob"}).error().code, make_error_code(Errc::no_such_user));
  EXPECT_EQ(identities_->create_key({.user = "ana", .expires = clock_.now()}).error().code,
            make_error_code(Errc::invalid_argument));
  EXPECT_FALSE(identities_->create_key({.user = "ana", .description = std::string(257, 'd')}));
  EXPECT_FALSE(identities_->create_key({.user = "ana", .description = "two\nlines"}));
  EXPECT_OK(identities_->create_key({.user = "ana", .description = "caf\xc3\xa9"}));
  for (size_t more = 1; more < Identities::kMaxKeysOfUser; ++more) ASSERT_OK(identities_->create_key({.user = "ana"}));
  EXPECT_EQ(identities_->create_key({.user = "ana"}).error().code, make_error_code(Errc::too_many));
}

TEST_F(IdentitiesTest, UsersAreListedKnownAndRemoved) {
  const UserInfo ana = unwrap(opened().create_user("ana"));
  EXPECT_TRUE(ana.id.starts_with("AIDA"));
  ASSERT_OK(identities_->put_policy("ana", "read", kReadAll));
  const NewKey key = unwrap(identities_->create_key({.user = "ana"}));
  const auto users = opened().users();
  ASSERT_EQ(users.size(), 1U);
  EXPECT_EQ(users[0].id, ana.id);
  EXPECT_EQ(users[0].created, clock_.now());
  EXPECT_EQ(users[0].keys, 1U);
  EXPECT_EQ(users[0].policies, std::vector<std::string>{"read"});
  EXPECT_TRUE(identities_->knows_user("ana"));
  EXPECT_TRUE(identities_->knows_user(ana.id));
  EXPECT_FALSE(identities_->knows_user("bob"));
  EXPECT_EQ(identities_->remove_user("ana").error().code, make_error_code(Errc::user_has_keys));
  ASSERT_OK(identities_->remove_key(key.access_key_id));
  ASSERT_OK(identities_->remove_user("ana"));
  EXPECT_FALSE(opened().knows_user("ana"));
  const UserInfo again = unwrap(identities_->create_user("ana"));
  EXPECT_NE(again.id, ana.id);
  EXPECT_TRUE(identities_->users().at(0).policies.empty()) << "policies went with their user";
}

TEST_F(IdentitiesTest, PoliciesThatAreWrongChangeNothing) {
  ASSERT_OK(opened().create_user("ana"));
  ASSERT_OK(identities_->put_policy("ana", "read", kReadAll));
  EXPECT_EQ(identities_->put_policy("ana", "read", "{").error().code, make_error_code(Errc::malformed_policy));
  EXPECT_EQ(identities_->put_policy("ana", "a/b", kReadAll).error().code, make_error_code(Errc::invalid_name));
  EXPECT_EQ(identities_->put_policy("bob", "read", kReadAll).error().code, make_error_code(Errc::no_such_user));
  EXPECT_EQ(identities_->policy("ana", "none").error().code, make_error_code(Errc::no_such_policy));
  EXPECT_EQ(identities_->remove_policy("ana", "none").error().code, make_error_code(Errc::no_such_policy));
  EXPECT_EQ(unwrap(identities_->policy("ana", "read")), kReadAll);
  for (size_t more = 1; more < Identities::kMaxPoliciesOfUser; ++more) {
    ASSERT_OK(identities_->put_policy("ana", "p" + std::to_string(more), kReadAll));
  }
  EXPECT_EQ(identities_->put_policy("ana", "more", kReadAll).error().code, make_error_code(Errc::too_many));
  EXPECT_OK(identities_->put_policy("ana", "read", kReadAll)) << "one that is there may be replaced";
}

TEST_F(IdentitiesTest, ReadersSeeWholeStatesWhileOthersChangeThem) {
  ASSERT_OK(opened().create_user("ana"));
  const NewKey stays = unwrap(identities_->create_key({.user = "ana"}));
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      while (!stop) {
        const Found found = identities_->find(stays.access_key_id);
        EXPECT_EQ(found.credential->secret.reveal(), stays.secret.reveal());
        EXPECT_LE(found.credential->identity.policies.size(), 1U);
      }
    });
  }
  for (int round = 0; round < 20; ++round) {
    const NewKey comes = unwrap(identities_->create_key({.user = "ana"}));
    EXPECT_EQ(identities_->find(comes.access_key_id).state, KeyState::kActive);
    EXPECT_OK(identities_->put_policy("ana", "read", kReadAll));
    EXPECT_OK(identities_->remove_key(comes.access_key_id));
    EXPECT_OK(identities_->remove_policy("ana", "read"));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

TEST_F(IdentitiesTest, DerivedKeysStayTheSame) {
  const std::string before(opened().derive_key("audit").reveal());
  EXPECT_EQ(opened().derive_key("audit").reveal(), before);
  EXPECT_NE(identities_->derive_key("other").reveal(), before);
}

TEST_F(IdentitiesTest, ThreadsThatMakeKeysAtOnceLoseNone) {
  opened();
  std::vector<std::thread> makers;
  for (int maker = 0; maker < 4; ++maker) {
    makers.emplace_back([this, maker] {
      const std::string name = "user" + std::to_string(maker);
      EXPECT_OK(identities_->create_user(name));
      for (int round = 0; round < 10; ++round) EXPECT_OK(identities_->create_key({.user = name}));
    });
  }
  for (std::thread& maker : makers) maker.join();
  EXPECT_EQ(identities_->keys().size(), 41U);
  EXPECT_EQ(opened().keys().size(), 41U);
  for (const UserInfo& user : identities_->users()) EXPECT_EQ(user.keys, 10U) << user.name;
}

TEST_F(IdentitiesTest, KeysAreListedByUserAndAge) {
  opened();
  for (const char* name : {"bob", "ana"}) ASSERT_OK(identities_->create_user(name));
  for (const char* name : {"bob", "ana", "bob"}) {
    clock_.advance(1min);
    ASSERT_OK(identities_->create_key({.user = name, .description = name}));
  }
  const auto keys = opened().keys();
  ASSERT_EQ(keys.size(), 4U);
  EXPECT_EQ(keys[0].user, "root");
  EXPECT_EQ(keys[1].user, "ana");
  EXPECT_EQ(keys[1].description, "ana");
  EXPECT_EQ(keys[2].user, "bob");
  EXPECT_LT(keys[2].created, keys[3].created);
}

}  // namespace
}  // namespace caudal::access
