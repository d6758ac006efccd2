// SPDX-License-Identifier: Apache-2.0
// Conditions: of writes, decided with the commit; of reads and of what is copied; and of removals, one and many.
#include <atomic>
#include <barrier>
#include <thread>

#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

using std::chrono::seconds;

class ConditionsTest : public StoreFixture {
 protected:
  ConditionsTest() { EXPECT_OK(store_->create_bucket("raw")); }
  static PutOptions must_be_new() {
    PutOptions options;
    options.preconditions.if_none_match = "*";
    return options;
  }
  std::error_code outcome(const ReadConditions& conditions) {
    const auto plan = store_->stat(ref_, {.conditions = conditions});
    return plan ? std::error_code() : plan.error().code;
  }
  // Runs `create` on 32 threads at once; how many succeeded. The others must have failed by their condition.
  template <class Create>
  int winners(const Create& create) {
    constexpr int kThreads = 32;
    std::atomic<int> won = 0;
    std::barrier start(kThreads);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        const Result<ObjectInfo> result = create(i);
        if (result) {
          ++won;
        } else {
          EXPECT_EQ(result.error().code, Errc::precondition_failed) << result.error().message;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    return won;
  }
  const ObjectRef ref_{"raw", "key"};
  const ObjectRef other_{"raw", "other"};
};

TEST_F(ConditionsTest, Of32CreatorsExactlyOneWins) {
  for (const size_t size : {size_t{10}, size_t{100'000}}) {
    ASSERT_OK(store_->remove(ref_));
    EXPECT_EQ(winners([&](int i) { return put(ref_, test_bytes(size, static_cast<uint64_t>(i)), must_be_new()); }), 1);
  }
  EXPECT_EQ(count_files(), 1u) << "the losers left nothing";
}

TEST_F(ConditionsTest, Of32UploadsToOneNewKeyExactlyOneIsCompleted) {
  std::vector<std::string> uploads;
  for (int i = 0; i < 32; ++i) {
    uploads.push_back(unwrap(store_->create_upload(ref_)));
    TextSource source("part");
    ASSERT_OK(store_->upload_part(ref_, uploads.back(), 1, source));
  }
  const CompleteOptions options{.preconditions = {.if_none_match = "*"}};
  EXPECT_EQ(winners([&](int i) {
              return store_->complete_upload(ref_, uploads[static_cast<size_t>(i)], {{.number = 1}}, options);
            }),
            1);
  EXPECT_EQ(unwrap(store_->list_uploads("raw")).size(), 31u) << "a refused upload can still be completed elsewhere";
}

TEST_F(ConditionsTest, Of32CopiesOverOneETagExactlyOneWins) {
  ASSERT_OK(put(ref_, "old"));
  const std::string etag = unwrap(store_->head(ref_)).etag;
  ASSERT_OK(put(other_, "new"));
  const CopyOptions options{.preconditions = {.if_match = etag}};
  EXPECT_EQ(winners([&](int) { return store_->copy(other_, ref_, options); }), 1);
}

TEST_F(ConditionsTest, AnETagIsMatchedByTheObjectThatIsThere) {
  PutOptions must_match;
  must_match.preconditions.if_match = "0123";
  EXPECT_EQ(put(ref_, "x", must_match).error().code, Errc::no_such_key);
  must_match.preconditions.if_match = unwrap(put(ref_, "x")).etag;
  ASSERT_OK(put(ref_, "y", must_match));
  EXPECT_EQ(put(ref_, "z", must_match).error().code, Errc::precondition_failed);
  EXPECT_EQ(unwrap(get(ref_)), "y");
}

TEST_F(ConditionsTest, AHiddenObjectCountsAsNone) {
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  ASSERT_OK(put(ref_, "x"));
  EXPECT_EQ(put(ref_, "y", must_be_new()).error().code, Errc::precondition_failed);
  EXPECT_FALSE(unwrap(store_->hiding_marker(ref_)));
  const std::string marker = *unwrap(store_->remove(ref_)).version;
  EXPECT_EQ(unwrap(store_->hiding_marker(ref_))->version, marker);
  EXPECT_OK(put(ref_, "y", must_be_new()));
}

TEST_F(ConditionsTest, ReadsByETagAndTime) {
  const ObjectInfo info = unwrap(put(ref_, "x"));
  const Timestamp then = info.modified;
  EXPECT_EQ(outcome({}), std::error_code());
  EXPECT_EQ(outcome({.if_match = {"other", info.etag}}), std::error_code());
  EXPECT_EQ(outcome({.if_match = {"other"}}), Errc::precondition_failed);
  EXPECT_EQ(outcome({.if_none_match = {"*"}}), Errc::not_modified);
  EXPECT_EQ(outcome({.if_none_match = {"other"}}), std::error_code());
  EXPECT_EQ(outcome({.if_modified_since = then}), Errc::not_modified);
  EXPECT_EQ(outcome({.if_modified_since = then - seconds(1)}), std::error_code());
  EXPECT_EQ(outcome({.if_unmodified_since = then}), std::error_code());
  EXPECT_EQ(outcome({.if_unmodified_since = then - seconds(1)}), Errc::precondition_failed);
  EXPECT_EQ(store_->read(ref_, {.conditions = {.if_none_match = {info.etag}}}).error().code, Errc::not_modified);
}

TEST_F(ConditionsTest, ETagsOutrankTimes) {
  const ObjectInfo info = unwrap(put(ref_, "x"));
  const Timestamp before = info.modified - seconds(1);
  EXPECT_EQ(outcome({.if_match = {info.etag}, .if_unmodified_since = before}), std::error_code());
  EXPECT_EQ(outcome({.if_none_match = {"other"}, .if_modified_since = info.modified}), std::error_code());
  EXPECT_EQ(outcome({.if_none_match = {info.etag}, .if_modified_since = before}), Errc::not_modified);
}

TEST_F(ConditionsTest, TimesCountWholeSeconds) {
  clock_.advance(std::chrono::milliseconds(700));
  const ObjectInfo info = unwrap(put(ref_, "x"));
  const Timestamp told = std::chrono::floor<seconds>(info.modified);  // as an HTTP header has it
  EXPECT_EQ(outcome({.if_modified_since = told}), Errc::not_modified);
  EXPECT_EQ(outcome({.if_unmodified_since = told}), std::error_code());
}

TEST_F(ConditionsTest, WhatIsCopiedHasConditionsToo) {
  const ObjectInfo info = unwrap(put(ref_, "x"));
  const auto copy = [&](const ReadConditions& conditions) {
    const auto copied = store_->copy(ref_, other_, {.source_conditions = conditions});
    return copied ? std::error_code() : copied.error().code;
  };
  EXPECT_EQ(copy({.if_match = {"other"}}), Errc::precondition_failed);
  EXPECT_EQ(copy({.if_none_match = {info.etag}}), Errc::precondition_failed);
  EXPECT_EQ(copy({.if_modified_since = info.modified}), Errc::precondition_failed);
  EXPECT_EQ(copy({.if_unmodified_since = info.modified - seconds(1)}), Errc::precondition_failed);
  EXPECT_EQ(store_->head(other_).error().code, Errc::no_such_key);
  EXPECT_EQ(copy({.if_match = {info.etag}, .if_unmodified_since = info.modified - seconds(1)}), std::error_code());
}

TEST_F(ConditionsTest, RemovesOnlyWhatMatches) {
  EXPECT_EQ(store_->remove(ref_, {.if_match = "x"}).error().code, Errc::no_such_key);
  const std::string etag = unwrap(put(ref_, "x")).etag;
  EXPECT_EQ(store_->remove(ref_, {.if_match = "other"}).error().code, Errc::precondition_failed);
  EXPECT_EQ(unwrap(get(ref_)), "x");
  EXPECT_TRUE(unwrap(store_->remove(ref_, {.if_match = etag})).existed);
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  ASSERT_OK(put(ref_, "y"));
  EXPECT_OK(store_->remove(ref_, {.if_match = "*"}));
  EXPECT_EQ(store_->remove(ref_, {.if_match = "*"}).error().code, Errc::precondition_failed)
      << "only a marker is there";
}

TEST_F(ConditionsTest, Of32RemovalsOfOneETagExactlyOneHappens) {
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  const std::string etag = unwrap(put(ref_, "x")).etag;
  EXPECT_EQ(winners([&](int) -> Result<ObjectInfo> {
              TRY(store_->remove(ref_, RemoveOptions{.if_match = etag}));
              return ObjectInfo{};
            }),
            1);
}

TEST_F(ConditionsTest, ManyAreRemovedAtOnceEachByItsCondition) {
  const std::string etag = unwrap(put({"raw", "a"}, test_bytes(50'000))).etag;
  ASSERT_OK(put({"raw", "b"}, "small"));
  const auto answers = unwrap(store_->remove_many("raw", {{.key = "a", .options = {.if_match = etag}},
                                                          {.key = "b", .options = {.if_match = "other"}},
                                                          {.key = "missing"},
                                                          {.key = ""},
                                                          {.key = "gone", .options = {.if_match = "*"}}}));
  ASSERT_EQ(answers.size(), 5u);
  EXPECT_TRUE(unwrap(answers[0]).existed);
  EXPECT_EQ(answers[1].error().code, Errc::precondition_failed);
  EXPECT_FALSE(unwrap(answers[2]).existed);
  EXPECT_EQ(answers[3].error().code, Errc::invalid_key);
  EXPECT_EQ(answers[4].error().code, Errc::no_such_key);
  EXPECT_EQ(names({.bucket = "raw"}), "b ");
  EXPECT_EQ(count_files(), 0u);
  EXPECT_EQ(store_->remove_many("none", {}).error().code, Errc::no_such_bucket);
}

TEST_F(ConditionsTest, AllVersionsOfOneKeyAreRemovedAtOnce) {
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  std::vector<RemoveRequest> requests;
  for (int i = 0; i < 5; ++i) {
    requests.push_back({.key = "key", .options = {.version = unwrap(put(ref_, test_bytes(20'000, 7))).version}});
  }
  requests.push_back({.key = "key", .options = {.version = *unwrap(store_->remove(ref_)).version}});
  ASSERT_OK(store_->copy({"raw", "key"}, other_, {.source_version = requests[0].options.version}));
  std::swap(requests[1], requests[4]);
  const auto answers = unwrap(store_->remove_many("raw", requests));
  for (size_t i = 0; i < requests.size(); ++i) EXPECT_EQ(unwrap(answers[i]).version, requests[i].options.version);
  EXPECT_EQ(count_files(), 1u) << "that of the copy";
  EXPECT_EQ(unwrap(store_->list_versions({.bucket = "raw"})).versions.size(), 1u);
}

}  // namespace
}  // namespace caudal::objects
