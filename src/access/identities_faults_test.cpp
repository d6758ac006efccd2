// SPDX-License-Identifier: Apache-2.0
// Users and keys while the disk refuses or the process dies: a change that was not told as done is not seen, one that
// was is there after a restart, and nothing half is ever read.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "access/errors.h"
#include "access/identities.h"
#include "access/identity_rows.h"
#include "base/file.h"
#include "base/testing/manual_clock.h"
#include "base/testing/result_matchers.h"
#include "base/testing/temporary_directory.h"
#include "kv/testing/fault_env.h"

namespace caudal::access {
namespace {

constexpr const char* kReadAll =
    R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}})";

class IdentitiesFaultsTest : public testing::Test {
 protected:
  void open() {
    identities_.reset();
    store_.reset();
    store_ = unwrap(kv::Store::open(folder_.path() / "kv", {.env = env_.get()}));
    identities_ = unwrap(Identities::open(*store_, clock_, {.directory = folder_.path() / "access"}));
  }
  // Everything that can be seen of users and keys.
  std::string state() const {
    std::string text;
    for (const UserInfo& user : identities_->users()) {
      text += user.name + "[";
      for (const std::string& policy : user.policies)
        text += policy + "=" + unwrap(identities_->policy(user.name, policy));
      text += "] ";
    }
    for (const KeyInfo& key : identities_->keys()) {
      text += key.access_key_id + ":" + key.user + ":" + std::string(to_string(key.state)) + " ";
    }
    return text;
  }

  TemporaryDirectory folder_;
  ManualClock clock_{Timestamp(std::chrono::sys_days(std::chrono::year(2024) / 5 / 1))};
  FaultPlan plan_;
  std::unique_ptr<rocksdb::Env> env_ = kv::make_fault_env(plan_);
  std::unique_ptr<kv::Store> store_;
  std::unique_ptr<Identities> identities_;
};

TEST_F(IdentitiesFaultsTest, ARefusedChangeIsToldAndNotSeen) {
  open();
  ASSERT_OK(identities_->create_user("ana"));
  const NewKey key = unwrap(identities_->create_key({.user = "ana"}));
  ASSERT_OK(identities_->put_policy("ana", "read", kReadAll));
  const std::string before = state();
  const std::vector<std::function<bool()>> changes = {
      [&] { return identities_->create_user("bob").has_value(); },
      [&] { return identities_->create_key({.user = "ana"}).has_value(); },
      [&] { return identities_->enable_key(key.access_key_id, false).has_value(); },
      [&] { return identities_->remove_key(key.access_key_id).has_value(); },
      [&] { return identities_->put_policy("ana", "more", kReadAll).has_value(); },
      [&] { return identities_->remove_policy("ana", "read").has_value(); },
  };
  for (size_t index = 0; index < changes.size(); ++index) {
    plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
    EXPECT_FALSE(changes[index]()) << index;
    plan_.disarm();
    EXPECT_EQ(state(), before) << index;
  }
  for (const auto& change : changes) EXPECT_TRUE(change()) << "and all is well when there is room";
}

TEST_F(IdentitiesFaultsTest, WhatWasToldSurvivesAKillAndNothingHalfIsRead) {
  plan_.skip_syncs(true);
  open();
  identities_.reset();
  store_.reset();
  for (uint64_t step = 0; step < 24; step += 3) {
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      plan_.kill_after(step + 20);  // past what opening takes
      open();
      for (uint64_t number = 0;; ++number) {
        const std::string name = "user" + std::to_string(step) + "-" + std::to_string(number);
        if (!identities_->create_user(name) || !identities_->create_key({.user = name})) ::_exit(1);
        if (::write(told[1], "x", 1) != 1) ::_exit(1);
      }
    }
    ::close(told[1]);
    size_t done = 0;
    for (char byte = 0; ::read(told[0], &byte, 1) == 1;) ++done;
    ::close(told[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "killed, not ended";
    open();
    const std::string start = "user" + std::to_string(step) + "-";
    size_t with_key = 0;
    for (const UserInfo& user : identities_->users()) {
      if (user.name.starts_with(start)) with_key += user.keys;
    }
    EXPECT_GE(with_key, done) << "step " << step;
    EXPECT_LE(with_key, done + 1) << "step " << step;
    identities_.reset();
    store_.reset();
  }
}

TEST_F(IdentitiesFaultsTest, ACrashBetweenTheMasterKeyAndItsCheckIsNoTrouble) {
  open();
  identities_.reset();
  kv::Batch batch;
  const IdentityTables tables = unwrap(IdentityTables::open(*store_));
  batch.remove(unwrap(store_->family("access.settings")), kv::KeyWriter().text("master_check").bytes());
  ASSERT_OK(store_->commit(std::move(batch)));
  EXPECT_FALSE(unwrap(tables.read_all()).master_check);
  open();
  EXPECT_TRUE(unwrap(unwrap(IdentityTables::open(*store_)).read_all()).master_check);
}

TEST_F(IdentitiesFaultsTest, RowsThatAreDamagedAreToldNotGuessed) {
  open();
  ASSERT_OK(identities_->create_user("ana"));
  ASSERT_OK(identities_->create_key({.user = "ana"}));
  identities_.reset();
  const auto expect_refused = [&](const char* family, std::string_view key, std::string_view value) {
    const kv::Family where = unwrap(store_->family(family));
    const auto before = unwrap(store_->get(where, key));
    kv::Batch damage;
    damage.put(where, key, value);
    ASSERT_OK(store_->commit(std::move(damage)));
    const auto opened = Identities::open(*store_, clock_, {.directory = folder_.path() / "access"});
    ASSERT_FALSE(opened) << family;
    kv::Batch repair;
    before ? repair.put(where, key, *before) : repair.remove(where, key);
    ASSERT_OK(store_->commit(std::move(repair)));
  };
  const std::string ana = kv::KeyWriter().text("ana").take();
  expect_refused("access.users", ana, "");
  expect_refused("access.users", ana, "\x07");
  expect_refused("access.keys", kv::KeyWriter().text("AKIAX").take(), "\x01");
  expect_refused("access.policies", kv::KeyWriter().text("nobody").text("p").take(), kReadAll);
  expect_refused("access.policies", kv::KeyWriter().text("ana").text("p").take(), "{");
  expect_refused("access.policies", "no key", kReadAll);
  EXPECT_OK(Identities::open(*store_, clock_, {.directory = folder_.path() / "access"}));
}

TEST_F(IdentitiesFaultsTest, ASealedSecretDoesNotOpenForAnotherKey) {
  open();
  ASSERT_OK(identities_->create_user("ana"));
  const NewKey first = unwrap(identities_->create_key({.user = "ana"}));
  const NewKey second = unwrap(identities_->create_key({.user = "ana"}));
  identities_.reset();
  const kv::Family keys = unwrap(store_->family("access.keys"));
  const auto row = unwrap(store_->get(keys, kv::KeyWriter().text(first.access_key_id).bytes()));
  kv::Batch swap;
  swap.put(keys, kv::KeyWriter().text(second.access_key_id).bytes(), *row);
  ASSERT_OK(store_->commit(std::move(swap)));
  EXPECT_EQ(Identities::open(*store_, clock_, {.directory = folder_.path() / "access"}).error().code,
            make_error_code(Errc::wrong_master_key));
}

TEST(IdentityTables, RowsComeBackWithEveryField) {
  const TemporaryDirectory folder;
  const auto store = unwrap(kv::Store::open(folder.path() / "kv", {}));
  const IdentityTables tables = unwrap(IdentityTables::open(*store));
  const Timestamp created(std::chrono::microseconds(1714521600123456));
  kv::Batch batch;
  tables.put_user(batch, "ana", {.id = "AIDA2222222222222222", .created = created});
  tables.put_key(batch, "AKIA1",
                 {.user = "ana",
                  .description = "d",
                  .created = created,
                  .enabled = false,
                  .sealed_secret = std::string("\0\x01", 2)});
  tables.put_key(batch, "AKIA2",
                 {.user = "ana", .created = created, .expires = created + std::chrono::hours(1), .sealed_secret = "s"});
  tables.put_policy(batch, "ana", "p", "document");
  tables.put_master_check(batch, "check");
  ASSERT_OK(store->commit(std::move(batch)));
  const IdentityRows rows = unwrap(tables.read_all());
  EXPECT_EQ(rows.users.at("ana").id, "AIDA2222222222222222");
  EXPECT_EQ(rows.users.at("ana").created, created);
  const KeyRow& first = rows.keys.at("AKIA1");
  EXPECT_EQ(first.description, "d");
  EXPECT_FALSE(first.enabled);
  EXPECT_FALSE(first.expires);
  EXPECT_EQ(first.sealed_secret, std::string("\0\x01", 2));
  EXPECT_EQ(rows.keys.at("AKIA2").expires, created + std::chrono::hours(1));
  EXPECT_TRUE(rows.keys.at("AKIA2").enabled);
  ASSERT_EQ(rows.policies.size(), 1U);
  EXPECT_EQ(rows.policies[0].document, "document");
  EXPECT_EQ(rows.master_check, "check");
  kv::Batch gone;
  ASSERT_OK(tables.remove_user(gone, "ana"));
  tables.remove_key(gone, "AKIA1");
  ASSERT_OK(store->commit(std::move(gone)));
  const IdentityRows left = unwrap(tables.read_all());
  EXPECT_TRUE(left.users.empty() && left.policies.empty());
  EXPECT_EQ(left.keys.size(), 1U);
}

}  // namespace
}  // namespace caudal::access
