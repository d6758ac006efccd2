// SPDX-License-Identifier: Apache-2.0
// Versions and delete markers, as S3 has them.
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class VersionsTest : public StoreFixture {
 protected:
  VersionsTest() { EXPECT_OK(store_->create_bucket("raw")); }
  void versioning(Versioning versioning) { ASSERT_OK(store_->set_versioning("raw", versioning)); }
  // "v3* v2 x1": bodies of the versions newest first, "del" for delete markers, * at the latest.
  std::string history(const std::string& key = "k") {
    std::string all;
    for (const ObjectInfo& info : unwrap(store_->list_versions({.bucket = "raw", .prefix = key})).versions) {
      if (info.key != key) continue;
      if (!all.empty()) all += " ";
      all += info.is_delete_marker ? "del" : unwrap(get({"raw", key}, info.version));
      if (info.version == kNullVersion) all += "(null)";
      if (info.is_latest) all += "*";
    }
    return all;
  }
  const ObjectRef ref_{"raw", "k"};
};

TEST_F(VersionsTest, OverwritingKeepsTheOldBody) {
  versioning(Versioning::kEnabled);
  const auto v1 = unwrap(put(ref_, "v1")).version;
  const auto v2 = unwrap(put(ref_, test_bytes(30'000))).version;
  const auto v3 = unwrap(put(ref_, "v3")).version;
  EXPECT_EQ(v1.size(), 32u);
  EXPECT_EQ(unwrap(get(ref_)), "v3");
  EXPECT_EQ(unwrap(get(ref_, v1)), "v1");
  EXPECT_EQ(unwrap(get(ref_, v2)), test_bytes(30'000));
  EXPECT_EQ(unwrap(get(ref_, v3)), "v3");
  EXPECT_EQ(unwrap(store_->head(ref_, v1)).is_latest, false);
  EXPECT_EQ(get(ref_, "null").error().code, Errc::no_such_version);
  EXPECT_EQ(get(ref_, std::string(32, '0')).error().code, Errc::no_such_version);
  EXPECT_EQ(get(ref_, "nonsense").error().code, Errc::invalid_argument);
  open();
  EXPECT_EQ(unwrap(get(ref_, v2)), test_bytes(30'000));
}

TEST_F(VersionsTest, ADeleteMarkerHidesAndItsRemovalShowsAgain) {
  versioning(Versioning::kEnabled);
  ASSERT_OK(put(ref_, "v1"));
  const RemoveResult hidden = unwrap(store_->remove(ref_));
  EXPECT_TRUE(hidden.is_delete_marker);
  EXPECT_TRUE(hidden.existed);
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_key);
  EXPECT_EQ(get(ref_, hidden.version).error().code, Errc::is_delete_marker);
  EXPECT_EQ(history(), "del* v1");
  EXPECT_TRUE(unwrap(store_->list({.bucket = "raw"})).objects.empty());
  const RemoveResult shown = unwrap(store_->remove(ref_, hidden.version));
  EXPECT_TRUE(shown.is_delete_marker);
  EXPECT_EQ(history(), "v1*");
  EXPECT_EQ(unwrap(get(ref_)), "v1");
}

TEST_F(VersionsTest, EveryDeleteOfNothingIsAMarkerToo) {
  versioning(Versioning::kEnabled);
  EXPECT_FALSE(unwrap(store_->remove(ref_)).existed);
  EXPECT_FALSE(unwrap(store_->remove(ref_)).existed);
  EXPECT_EQ(history(), "del* del");
  EXPECT_EQ(store_->delete_bucket("raw").error().code, Errc::bucket_not_empty);
}

TEST_F(VersionsTest, RemovingTheLatestMakesTheOneBeforeCurrent) {
  versioning(Versioning::kEnabled);
  ASSERT_OK(put(ref_, "v1"));
  const auto marker = unwrap(store_->remove(ref_)).version;
  const auto v2 = unwrap(put(ref_, test_bytes(30'000))).version;
  EXPECT_EQ(count_files(), 1u);
  ASSERT_OK(store_->remove(ref_, v2));
  EXPECT_EQ(count_files(), 0u) << "gone for good";
  EXPECT_EQ(history(), "del* v1");
  EXPECT_EQ(get(ref_).error().code, Errc::no_such_key);
  ASSERT_OK(store_->remove(ref_, marker));
  EXPECT_EQ(history(), "v1*");
  EXPECT_FALSE(unwrap(store_->remove(ref_, marker)).existed);
}

TEST_F(VersionsTest, RemovingAMarkerUnderTheLatestChangesNothingElse) {
  versioning(Versioning::kEnabled);
  ASSERT_OK(put(ref_, "v1"));
  const auto older = unwrap(store_->remove(ref_)).version;
  const auto newer = unwrap(store_->remove(ref_)).version;
  ASSERT_OK(store_->remove(ref_, older));
  EXPECT_EQ(history(), "del* v1");
  ASSERT_OK(store_->remove(ref_, newer));
  EXPECT_EQ(history(), "v1*");
}

TEST_F(VersionsTest, WhatWasThereBeforeVersioningIsTheNullVersion) {
  ASSERT_OK(put(ref_, test_bytes(30'000)));
  versioning(Versioning::kEnabled);
  ASSERT_OK(put(ref_, "v1"));
  EXPECT_EQ(unwrap(get(ref_, "null")), test_bytes(30'000));
  ASSERT_OK(store_->remove(ref_, "null"));
  EXPECT_EQ(history(), "v1*");
  EXPECT_EQ(count_files(), 0u);
}

TEST_F(VersionsTest, SuspendedKeepsOneNullVersion) {
  versioning(Versioning::kEnabled);
  ASSERT_OK(put(ref_, "v1"));
  versioning(Versioning::kSuspended);
  EXPECT_EQ(unwrap(put(ref_, "n1")).version, kNullVersion);
  ASSERT_OK(put(ref_, "n2"));
  EXPECT_EQ(history(), "n2(null)* v1");
  versioning(Versioning::kEnabled);
  ASSERT_OK(put(ref_, "v2"));
  EXPECT_EQ(history(), "v2* n2(null) v1");
  versioning(Versioning::kSuspended);
  ASSERT_OK(put(ref_, "n3"));
  EXPECT_EQ(history(), "n3(null)* v2 v1") << "the archived null version is replaced";
  const RemoveResult hidden = unwrap(store_->remove(ref_));
  EXPECT_EQ(hidden.version, kNullVersion);
  EXPECT_EQ(history(), "del(null)* v2 v1") << "the null marker replaces the null version";
  ASSERT_OK(store_->remove(ref_, "null"));
  EXPECT_EQ(history(), "v2* v1");
}

TEST_F(VersionsTest, VersioningNeverGoesOffAgain) {
  versioning(Versioning::kEnabled);
  EXPECT_EQ(store_->set_versioning("raw", Versioning::kOff).error().code, Errc::invalid_argument);
  EXPECT_EQ(unwrap(store_->bucket("raw")).versioning, Versioning::kEnabled);
}

TEST_F(VersionsTest, NewestStaysFirstWhenTheClockGoesBack) {
  versioning(Versioning::kEnabled);
  ASSERT_OK(put(ref_, "v1"));
  clock_.advance(std::chrono::hours(-5));
  ASSERT_OK(put(ref_, "v2"));
  ASSERT_OK(store_->remove(ref_));
  clock_.advance(std::chrono::hours(-5));
  ASSERT_OK(put(ref_, "v3"));
  EXPECT_EQ(history(), "v3* del v2 v1");
}

TEST_F(VersionsTest, TagsOfAnOldVersion) {
  versioning(Versioning::kEnabled);
  const auto v1 = unwrap(put(ref_, "v1")).version;
  ASSERT_OK(put(ref_, "v2"));
  ASSERT_OK(store_->set_tags(ref_, {{"a", "1"}}, v1));
  EXPECT_EQ(unwrap(store_->head(ref_, v1)).tags, (Texts{{"a", "1"}}));
  EXPECT_TRUE(unwrap(store_->head(ref_)).tags.empty());
  EXPECT_EQ(history(), "v2* v1");
}

TEST_F(VersionsTest, PagesContinueWithinAKey) {
  versioning(Versioning::kEnabled);
  for (const char* key : {"a", "b/1", "b/2", "c"}) {
    for (int i = 0; i < 3; ++i) ASSERT_OK(put({"raw", key}, "x"));
  }
  ASSERT_OK(store_->remove({"raw", "c"}));
  for (const std::string delimiter : {"", "/"}) {
    std::string whole;
    std::string paged;
    for (uint32_t max_keys : {1000u, 1u, 2u, 5u}) {
      ListVersionsRequest request{.bucket = "raw", .delimiter = delimiter, .max_keys = max_keys};
      std::vector<std::string> seen;
      for (bool more = true; more;) {
        const ListVersionsPage page = unwrap(store_->list_versions(request));
        for (const ObjectInfo& info : page.versions) {
          seen.push_back(info.key + "@" + info.version + (info.is_latest ? "*" : ""));
        }
        for (const std::string& prefix : page.common_prefixes) seen.push_back(prefix + "@");
        ASSERT_LE(page.versions.size() + page.common_prefixes.size(), max_keys);
        more = page.truncated;
        request.key_marker = page.next_key_marker;
        request.version_marker = page.next_version_marker;
      }
      std::sort(seen.begin(), seen.end());
      paged.clear();
      for (const std::string& one : seen) paged += one + " ";
      if (max_keys == 1000) whole = paged;
      EXPECT_EQ(seen.size(), delimiter.empty() ? 13u : 8u);
      EXPECT_EQ(paged, whole) << max_keys;
    }
  }
}

// All versions by pages of `page`, each page removed before the next one is asked for.
std::string told_and_removed(Store& store, uint32_t page) {
  std::string all;
  ListVersionsRequest request{.bucket = "raw", .max_keys = page};
  for (int pages = 0; pages < 20; ++pages) {
    const ListVersionsPage found = unwrap(store.list_versions(request));
    for (const ObjectInfo& info : found.versions) {
      all += info.key + (info.version == kNullVersion ? "(null) " : " ");
      EXPECT_OK(store.remove({"raw", info.key}, info.version));
    }
    if (!found.truncated) return all;
    request.key_marker = found.next_key_marker;
    request.version_marker = found.next_version_marker;
  }
  return all + "without end";
}

TEST_F(VersionsTest, PagesGoOnWhereTheOneBeforeWasRemoved) {
  for (const char* key : {"a", "b", "c", "d", "e"}) ASSERT_OK(put({"raw", key}, "x"));
  EXPECT_EQ(told_and_removed(*store_, 2), "a(null) b(null) c(null) d(null) e(null) ");
  EXPECT_TRUE(unwrap(store_->list_versions({.bucket = "raw"})).versions.empty());
}

TEST_F(VersionsTest, PagesGoOnWithinAKeyOfWhichSomeIsRemoved) {
  for (const uint32_t page : {1U, 2U, 3U}) {
    ASSERT_OK(store_->set_versioning("raw", Versioning::kSuspended));
    ASSERT_OK(put(ref_, "null"));
    ASSERT_OK(store_->remove(ref_, std::string(kNullVersion)));
    versioning(Versioning::kEnabled);
    ASSERT_OK(put(ref_, "v1"));
    versioning(Versioning::kSuspended);
    ASSERT_OK(put(ref_, "null"));
    versioning(Versioning::kEnabled);
    ASSERT_OK(put(ref_, "v3"));
    ASSERT_OK(put({"raw", "z"}, "last"));
    EXPECT_EQ(told_and_removed(*store_, page), "k k(null) k z ") << page;
    EXPECT_TRUE(unwrap(store_->list_versions({.bucket = "raw"})).versions.empty()) << page;
  }
}

TEST_F(VersionsTest, NamesThatNoVersionCanHaveAreRefused) {
  versioning(Versioning::kEnabled);
  ASSERT_OK(put(ref_, "v1"));
  for (const std::string& name : {std::string(), std::string("abc"), std::string(31, 'a'), std::string(32, 'g')}) {
    EXPECT_EQ(store_->remove(ref_, name).error().code, Errc::invalid_argument) << name;
    EXPECT_EQ(store_->head(ref_, name).error().code, Errc::invalid_argument) << name;
    EXPECT_EQ(store_->set_tags(ref_, {}, name).error().code, Errc::invalid_argument) << name;
    EXPECT_EQ(store_->list_versions({.bucket = "raw", .key_marker = "k", .version_marker = name}).error().code,
              Errc::invalid_argument)
        << name;
    const auto many = unwrap(store_->remove_many("raw", {{.key = "k", .options = {.version = name}}}));
    EXPECT_EQ(many[0].error().code, Errc::invalid_argument) << name;
  }
  EXPECT_FALSE(unwrap(store_->remove(ref_, std::string(32, '0'))).existed) << "that one could be, and is not";
  EXPECT_EQ(history(), "v1*");
}

TEST_F(VersionsTest, AConditionIsOnTheVersionThatWouldGo) {
  versioning(Versioning::kEnabled);
  const ObjectInfo v1 = unwrap(put(ref_, "v1"));
  const ObjectInfo v2 = unwrap(put(ref_, "v2"));
  EXPECT_EQ(store_->remove(ref_, RemoveOptions{.version = v1.version, .if_match = v2.etag}).error().code,
            Errc::precondition_failed);
  EXPECT_EQ(store_->remove(ref_, RemoveOptions{.version = v2.version, .if_match = v1.etag}).error().code,
            Errc::precondition_failed);
  EXPECT_EQ(history(), "v2* v1");
  const auto gone =
      unwrap(store_->remove_many("raw", {{.key = "k", .options = {.version = v1.version, .if_match = v1.etag}}}));
  EXPECT_TRUE(gone[0] && gone[0]->existed);
  EXPECT_EQ(history(), "v2*");
}

TEST_F(VersionsTest, ABucketsNameWithAZeroByteIsNoWayIntoAnother) {
  using namespace std::string_literals;
  versioning(Versioning::kEnabled);
  ASSERT_OK(put({"raw", "x\0y"s}, "secret"));
  const ObjectRef around{"raw\0x"s, "y"};
  EXPECT_EQ(get(around).error().code, Errc::no_such_bucket);
  EXPECT_EQ(store_->head(around).error().code, Errc::no_such_bucket);
  EXPECT_EQ(store_->copy(around, ref_).error().code, Errc::no_such_bucket);
  EXPECT_EQ(store_->remove(around).error().code, Errc::no_such_bucket);
}

}  // namespace
}  // namespace caudal::objects
