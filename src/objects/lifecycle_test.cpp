// SPDX-License-Identifier: Apache-2.0
// The arithmetic of lifecycle rules: midnights, filters, versions.
#include "objects/lifecycle.h"

#include <gtest/gtest.h>

#include <limits>

namespace caudal::objects {
namespace {

using std::chrono::days;
using std::chrono::hours;

// 2024-01-15, midnight.
constexpr Timestamp kDay = std::chrono::sys_days(std::chrono::year(2024) / 1 / 15);

ObjectInfo object(const std::string& key, Timestamp modified = kDay) {
  ObjectInfo info;
  info.key = key;
  info.modified = modified;
  info.size_bytes = 100;
  return info;
}

bool due(const LifecycleRule& rule, const ObjectInfo& info, Timestamp now) {
  return is_due({rule}, VersionFacts{.info = info}, now);
}

TEST(Lifecycle, DaysEndAtMidnight) {
  EXPECT_EQ(midnight_after(kDay + hours(10), 3), kDay + days(4)) << "the example of the user guide";
  EXPECT_EQ(midnight_after(kDay, 3), kDay + days(3));
  const LifecycleRule rule{.expire_days = 3};
  const ObjectInfo info = object("a", kDay + hours(10));
  EXPECT_FALSE(due(rule, info, kDay + days(4) - std::chrono::seconds(1)));
  EXPECT_TRUE(due(rule, info, kDay + days(4)));
}

TEST(Lifecycle, ADateIsForAll) {
  const LifecycleRule rule{.expire_at = kDay + days(1)};
  EXPECT_FALSE(due(rule, object("a"), kDay));
  EXPECT_TRUE(due(rule, object("a"), kDay + days(1)));
  EXPECT_TRUE(due(rule, object("a", kDay + days(5)), kDay + days(5))) << "also what came later";
}

TEST(Lifecycle, EverythingInAFilterMustHold) {
  const Timestamp now = kDay + days(10);
  LifecycleRule rule{.filter = {.prefix = "log/", .tags = {{"a", "1"}, {"b", "2"}}}, .expire_days = 1};
  ObjectInfo info = object("log/x");
  EXPECT_FALSE(due(rule, info, now));
  info.tags = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
  EXPECT_TRUE(due(rule, info, now));
  info.tags["b"] = "other";
  EXPECT_FALSE(due(rule, info, now));
  info.tags["b"] = "2";
  info.key = "logs";
  EXPECT_FALSE(due(rule, info, now));
  rule = {.filter = {.larger_than_bytes = 100}, .expire_days = 1};
  EXPECT_FALSE(due(rule, info, now)) << "larger, not as large";
  rule.filter = {.larger_than_bytes = 99, .smaller_than_bytes = 101};
  EXPECT_TRUE(due(rule, info, now));
  rule.filter.smaller_than_bytes = 100;
  EXPECT_FALSE(due(rule, info, now));
  rule = {.is_enabled = false, .expire_days = 1};
  EXPECT_FALSE(due(rule, info, now));
}

TEST(Lifecycle, OldVersionsCountFromWhenTheyWereReplaced) {
  ObjectInfo info = object("a", kDay - days(100));
  info.is_latest = false;
  const LifecycleRule rule{.expire_days = 1, .noncurrent_days = 5, .noncurrent_kept = 2};
  const auto is = [&](Timestamp since, uint64_t newer) {
    return is_due({rule}, VersionFacts{.info = info, .noncurrent_since = since, .newer_noncurrent = newer}, kDay);
  };
  EXPECT_TRUE(is(kDay - days(5), 2));
  EXPECT_FALSE(is(kDay - days(4), 2)) << "replaced too lately";
  EXPECT_FALSE(is(kDay - days(5), 1)) << "two are kept";
}

TEST(Lifecycle, SoManyDaysAreNever) {
  for (const uint32_t many : {1'000'001U, 106'751'991U, 999'999'999U, std::numeric_limits<uint32_t>::max()}) {
    EXPECT_EQ(midnight_after(kDay, many), Timestamp::max()) << many;
    EXPECT_FALSE(due({.expire_days = many}, object("a"), kDay)) << many;
    EXPECT_FALSE(expiration_of({{.id = "x", .expire_days = many}}, object("a"))) << many;
    ObjectInfo old = object("a");
    old.is_latest = false;
    EXPECT_FALSE(is_due({{.noncurrent_days = many}}, VersionFacts{.info = old, .noncurrent_since = kDay}, kDay));
    const UploadInfo upload{.key = "a", .upload = "u", .initiated = kDay};
    EXPECT_FALSE(is_due({{.abort_upload_days = many}}, upload, kDay)) << many;
    ObjectInfo marker = object("a");
    marker.is_delete_marker = true;
    EXPECT_FALSE(due({.expire_days = many}, marker, kDay)) << many;
  }
  EXPECT_EQ(midnight_after(kDay, 1'000'000), kDay + days(1'000'000));
  EXPECT_FALSE(due({.expire_days = 1'000'000}, object("a"), kDay));
}

TEST(Lifecycle, DeleteMarkersHaveNeitherTagsNorSize) {
  ObjectInfo marker = object("a");
  marker.is_delete_marker = true;
  EXPECT_TRUE(due({.remove_expired_markers = true}, marker, kDay));
  EXPECT_FALSE(due({.expire_days = 2}, marker, kDay + days(1)));
  EXPECT_TRUE(due({.expire_days = 2}, marker, kDay + days(2)));
  EXPECT_FALSE(due({.filter = {.tags = {{"a", "1"}}}, .remove_expired_markers = true}, marker, kDay));
  EXPECT_FALSE(due({.filter = {.smaller_than_bytes = 9}, .remove_expired_markers = true}, marker, kDay));
}

TEST(Lifecycle, UploadsGoByTheirBeginning) {
  const UploadInfo upload{.key = "log/x", .upload = "u", .initiated = kDay};
  EXPECT_TRUE(is_due({{.filter = {.prefix = "log/"}, .abort_upload_days = 2}}, upload, kDay + days(2)));
  EXPECT_FALSE(is_due({{.filter = {.prefix = "log/"}, .abort_upload_days = 2}}, upload, kDay + days(1)));
  EXPECT_FALSE(is_due({{.filter = {.prefix = "other"}, .abort_upload_days = 2}}, upload, kDay + days(9)));
  EXPECT_FALSE(is_due({{.expire_days = 1}}, upload, kDay + days(9)));
}

TEST(Lifecycle, TheEarliestRuleIsTold) {
  const std::vector<LifecycleRule> rules = {{.id = "late", .expire_days = 9},
                                            {.id = "early", .expire_days = 3},
                                            {.id = "other", .filter = {.prefix = "b"}, .expire_days = 1}};
  const auto expiration = expiration_of(rules, object("a", kDay + hours(1)));
  ASSERT_TRUE(expiration);
  EXPECT_EQ(expiration->rule, "early");
  EXPECT_EQ(expiration->at, kDay + days(4));
  EXPECT_FALSE(expiration_of({{.noncurrent_days = 1}}, object("a")));
}

TEST(Lifecycle, OnlyWhatRulesAreAboutIsLookedThrough) {
  EXPECT_EQ(common_prefix({}), "");
  EXPECT_EQ(common_prefix({{.filter = {.prefix = "log/app"}}, {.filter = {.prefix = "log/audit"}}}), "log/a");
  EXPECT_EQ(common_prefix({{.filter = {.prefix = "log/"}}, {.is_enabled = false}}), "log/");
  EXPECT_EQ(common_prefix({{.filter = {.prefix = "log/"}}, {}}), "");
}

}  // namespace
}  // namespace caudal::objects
