// SPDX-License-Identifier: Apache-2.0
// Sweeps: what goes and what stays, in one batch or in many, with restarts between them.
#include "objects/lifecycle_sweep.h"

#include <fmt/format.h>

#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

using std::chrono::days;

class SweepTest : public StoreFixture {
 protected:
  SweepTest() {
    EXPECT_OK(store_->create_bucket("raw", {.settings = {{"lifecycle", "rules"}}}));
    EXPECT_OK(store_->create_bucket("untouched"));
  }
  LifecycleSweep sweep(size_t batch = 1000) {
    return LifecycleSweep(
        *store_,
        [this](const std::string&, std::string_view document) -> Result<std::vector<LifecycleRule>> {
          if (document == "broken") return Error{Errc::invalid_argument, "no rules"};
          return rules_;
        },
        batch);
  }
  SweepReport run() { return unwrap(sweep().run({})); }
  void versioned() { ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled)); }
  // All versions in a bucket, oldest last: their bodies, "del" for markers.
  std::string history(const std::string& bucket = "raw") {
    std::string all;
    for (const ObjectInfo& info : unwrap(store_->list_versions({.bucket = bucket})).versions) {
      all += info.key + ":" + (info.is_delete_marker ? "del" : unwrap(get({bucket, info.key}, info.version))) + " ";
    }
    return all;
  }
  std::vector<LifecycleRule> rules_;
};

TEST_F(SweepTest, RemovesWhatIsOldWhereNoVersionsAreKept) {
  rules_ = {{.filter = {.prefix = "log/"}, .expire_days = 2}};
  ASSERT_OK(put({"raw", "log/old"}, test_bytes(50'000)));
  ASSERT_OK(put({"raw", "data/old"}, "d"));
  ASSERT_OK(put({"untouched", "log/old"}, "u"));
  clock_.advance(days(2));
  ASSERT_OK(put({"raw", "log/new"}, "n"));
  clock_.advance(days(1));
  const SweepReport report = run();
  EXPECT_EQ(report.removed, 1u);
  EXPECT_EQ(report.looked_at, 2u) << "only below the prefix";
  EXPECT_TRUE(report.is_finished);
  EXPECT_EQ(history(), "data/old:d log/new:n ");
  EXPECT_EQ(history("untouched"), "log/old:u ");
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(SweepTest, MoreDaysThanAClockCanCountRemoveNothing) {
  versioned();
  constexpr uint32_t kNever = 999'999'999;
  rules_ = {{.expire_days = kNever, .noncurrent_days = kNever, .abort_upload_days = kNever}};
  ASSERT_OK(put({"raw", "a"}, "one"));
  ASSERT_OK(put({"raw", "a"}, "two"));
  unwrap(store_->create_upload({"raw", "a"}));
  clock_.advance(days(3650));
  const SweepReport report = run();
  EXPECT_EQ(report.removed, 0u);
  EXPECT_EQ(report.hidden, 0u);
  EXPECT_EQ(history(), "a:two a:one ");
  EXPECT_EQ(unwrap(store_->list_uploads("raw")).size(), 1u);
}

TEST_F(SweepTest, HidesAndThenForgets) {
  versioned();
  rules_ = {{.expire_days = 10, .remove_expired_markers = true, .noncurrent_days = 5}};
  ASSERT_OK(put({"raw", "a"}, "one"));
  clock_.advance(days(11));
  EXPECT_EQ(run().hidden, 1u);
  EXPECT_EQ(history(), "a:del a:one ");
  EXPECT_EQ(run().hidden, 0u) << "hidden once";
  clock_.advance(days(5));
  EXPECT_EQ(run().removed, 0u) << "not before the midnight";
  clock_.advance(days(1));
  const SweepReport report = run();
  EXPECT_EQ(report.removed, 1u);
  EXPECT_EQ(report.removed_markers, 1u) << "nothing is left below it";
  EXPECT_EQ(history(), "");
}

TEST_F(SweepTest, KeepsTheNewestOfTheOldVersions) {
  versioned();
  rules_ = {{.noncurrent_days = 1, .noncurrent_kept = 2}};
  for (const char* body : {"1", "2", "3", "4", "5"}) ASSERT_OK(put({"raw", "a"}, body));
  ASSERT_OK(put({"raw", "b"}, "only"));
  clock_.advance(days(3));
  EXPECT_EQ(run().removed, 2u);
  EXPECT_EQ(history(), "a:5 a:4 a:3 b:only ");
  EXPECT_EQ(run().removed, 0u);
}

TEST_F(SweepTest, AMarkerStaysWhileItHidesSomething) {
  versioned();
  rules_ = {{.remove_expired_markers = true}};
  ASSERT_OK(put({"raw", "a"}, "one"));
  ASSERT_OK(store_->remove({"raw", "a"}));
  ASSERT_OK(store_->remove({"raw", "never"}));
  EXPECT_EQ(run().removed_markers, 1u);
  EXPECT_EQ(history(), "a:del a:one ");
}

TEST_F(SweepTest, TagsDecideAtTheMomentOfRemoval) {
  rules_ = {{.filter = {.tags = {{"keep", "no"}}}, .expire_days = 1}};
  ASSERT_OK(put({"raw", "a"}, "a"));
  ASSERT_OK(put({"raw", "b"}, "b"));
  ASSERT_OK(store_->set_tags({"raw", "b"}, {{"keep", "no"}}));
  clock_.advance(days(3));
  EXPECT_EQ(run().removed, 1u);
  EXPECT_EQ(history(), "a:a ");
}

TEST_F(SweepTest, SuspendedVersioningKeepsWhatHasAVersion) {
  versioned();
  ASSERT_OK(put({"raw", "a"}, "v1"));
  ASSERT_OK(store_->set_versioning("raw", Versioning::kSuspended));
  ASSERT_OK(put({"raw", "b"}, "null"));
  rules_ = {{.expire_days = 1}};
  clock_.advance(days(3));
  EXPECT_EQ(run().hidden, 2u);
  EXPECT_EQ(history(), "a:del a:v1 b:del ") << "the null version gave way to its marker";
}

TEST_F(SweepTest, GivesUpForgottenUploads) {
  rules_ = {{.filter = {.prefix = "log/"}, .abort_upload_days = 3}};
  for (const char* key : {"log/1", "log/2", "other"}) {
    const std::string upload = unwrap(store_->create_upload({"raw", key}));
    TextSource source("part");
    ASSERT_OK(store_->upload_part({"raw", key}, upload, 1, source));
  }
  clock_.advance(days(4));
  ASSERT_OK(store_->create_upload({"raw", "log/3"}));
  EXPECT_EQ(unwrap(sweep(1).run({})).aborted, 2u) << "also one by one";
  EXPECT_EQ(unwrap(store_->list_uploads("raw")).size(), 2u);
  EXPECT_EQ(count_files(), 1u);
}

TEST_F(SweepTest, EachStepIsBoundedAndGoesOnAfterARestart) {
  versioned();
  rules_ = {{.expire_days = 100, .noncurrent_days = 1, .noncurrent_kept = 1}};
  ASSERT_OK(store_->create_bucket("second", {.settings = {{"lifecycle", "rules"}}}));
  for (int version = 0; version < 6; ++version) {
    for (const char* key : {"a", "b"}) ASSERT_OK(put({"raw", key}, std::to_string(version)));
  }
  ASSERT_OK(put({"second", "c"}, "c"));
  clock_.advance(days(3));
  SweepReport all;
  for (int step = 0; !all.is_finished; ++step) {
    ASSERT_LT(step, 100);
    const SweepReport report = unwrap(sweep(2).step());  // a new one each time: as after a restart
    EXPECT_LE(report.looked_at, 2u);
    all += report;
    open();
  }
  EXPECT_EQ(all.looked_at, 13u) << "each once, though two keys were begun in one step and ended in another";
  EXPECT_EQ(all.removed, 8u);
  EXPECT_EQ(history(), "a:5 a:4 b:5 b:4 ");
  EXPECT_FALSE(unwrap(sweep(2).step()).is_finished) << "the next sweep begins again";
}

TEST_F(SweepTest, AStoppedSweepDoesNothing) {
  rules_ = {{.expire_days = 1}};
  ASSERT_OK(put({"raw", "a"}, "a"));
  clock_.advance(days(9));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(unwrap(sweep().run(stop.get_token())).is_finished);
  EXPECT_EQ(history(), "a:a ");
}

TEST_F(SweepTest, RulesThatCannotBeReadAreToldAndLeaveOthersAlone) {
  ASSERT_OK(store_->create_bucket("broken", {.settings = {{"lifecycle", "broken"}}}));
  ASSERT_OK(put({"broken", "a"}, "a"));
  ASSERT_OK(put({"raw", "a"}, "a"));
  rules_ = {{.expire_days = 1}};
  clock_.advance(days(3));
  const SweepReport report = run();
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_NE(report.problems[0].to_string().find("broken"), std::string::npos) << report.problems[0].to_string();
  EXPECT_EQ(history("broken"), "a:a ");
  EXPECT_EQ(history(), "");
}

TEST_F(SweepTest, WhatExpiresIsTold) {
  ASSERT_OK(store_->put_setting("raw", settings::kNotification, "all:s"));
  rules_ = {{.expire_days = 1}};
  ASSERT_OK(put({"raw", "a"}, "a"));
  clock_.advance(days(3));
  run();
  versioned();
  ASSERT_OK(put({"raw", "b"}, "b"));
  clock_.advance(days(3));
  run();
  std::vector<EventKind> kinds;
  for (const QueuedEvent& one : unwrap(store_->read_events("all", 0, 100)).events) kinds.push_back(one.event.kind);
  EXPECT_EQ(kinds, (std::vector{EventKind::kPut, EventKind::kExpired, EventKind::kPut, EventKind::kExpiredMarkerMade}));
}

TEST_F(SweepTest, AnErrorOfTheDiskLosesNothingAndIsMadeUpFor) {
  versioned();
  rules_ = {{.noncurrent_days = 1}};
  for (int i = 0; i < 4; ++i) ASSERT_OK(put({"raw", "a"}, test_bytes(30'000, static_cast<uint64_t>(i) + 1)));
  clock_.advance(days(3));
  for (uint64_t steps = 0; steps < 6; ++steps) {
    plan_.fail_after(steps, EIO, FaultPlan::Lasting::kUntilDisarmed);
    static_cast<void>(sweep(2).step().has_value());
    plan_.disarm();
    open();
    EXPECT_EQ(unwrap(get({"raw", "a"})), test_bytes(30'000, 4));
  }
  unwrap(sweep().run({}));
  unwrap(sweep().run({}));
  EXPECT_EQ(count_files(), 1u);
}

}  // namespace
}  // namespace caudal::objects
