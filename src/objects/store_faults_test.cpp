// SPDX-License-Identifier: Apache-2.0
// A disk that fails at every single step of an operation: the object is then the old or the new one, whole, and nothing
// is left behind.
#include <functional>

#include <set>

#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class FaultsTest : public StoreFixture {
 protected:
  struct Operation {
    std::string name;
    std::function<Result<void>()> run;
  };

  FaultsTest() {
    EXPECT_OK(store_->create_bucket("raw"));
    restore();
  }
  // The state before each operation.
  void restore() {
    ASSERT_OK(put(ref_, old_));
    ASSERT_OK(store_->remove(other_));
    for (const UploadInfo& upload : unwrap(store_->list_uploads("raw"))) {
      ASSERT_OK(store_->abort_upload({"raw", upload.key}, upload.upload));
    }
  }
  static Result<void> outcome(auto result) {
    if (!result) return std::move(result).error();
    return {};
  }
  std::vector<Operation> operations() {
    return {
        {"put", [this] { return outcome(put(ref_, new_)); }},
        {"small put", [this] { return outcome(put(ref_, "small")); }},
        {"remove", [this] { return outcome(store_->remove(ref_)); }},
        {"copy", [this] { return outcome(store_->copy(ref_, other_)); }},
        {"multipart", [this] { return multipart(); }},
    };
  }
  Result<void> multipart() {
    const std::string upload = TRY(store_->create_upload(ref_));
    std::vector<CompletedPart> parts;
    for (uint32_t number : {1u, 2u}) {
      TextSource source(number == 1 ? std::string_view(new_).substr(0, 20'000) : std::string_view(new_).substr(20'000));
      parts.push_back({.number = TRY(store_->upload_part(ref_, upload, number, source)).number});
    }
    return outcome(store_->complete_upload(ref_, upload, parts));
  }
  // What is stored, in words.
  std::string state() {
    std::string words;
    for (const ObjectRef& ref : {ref_, other_}) {
      const auto bytes = get(ref);
      if (!bytes) {
        words += bytes.error().is(ErrorClass::kNotFound) ? "none " : "unreadable: " + bytes.error().message;
      } else {
        words += *bytes == old_ ? "old " : *bytes == new_ ? "new " : *bytes == "small" ? "small " : "mixed ";
      }
    }
    return words;
  }
  // No file but those of the objects that are there (uploads were given up).
  void expect_no_leaks(const std::string& what) {
    for (const UploadInfo& upload : unwrap(store_->list_uploads("raw"))) {
      ASSERT_OK(store_->abort_upload({"raw", upload.key}, upload.upload));
    }
    std::set<std::string> etags;
    size_t expected = 0;
    for (const ObjectInfo& info : unwrap(store_->list({.bucket = "raw"})).objects) {
      if (info.size_bytes <= kInlineBytes || !etags.insert(info.etag).second) continue;
      expected += info.etag.ends_with("-2") ? 2 : 1;
    }
    EXPECT_EQ(count_files(), expected) << what;
  }
  void fail_everywhere(int error_number, FaultPlan::Lasting lasting, ErrorClass error_class);

  const ObjectRef ref_{"raw", "k"};
  const ObjectRef other_{"raw", "l"};
  const std::string old_ = test_bytes(40'000, 1);
  const std::string new_ = test_bytes(60'000, 2);
};

void FaultsTest::fail_everywhere(int error_number, FaultPlan::Lasting lasting, ErrorClass error_class) {
  for (const Operation& operation : operations()) {
    restore();
    const std::string before = state();
    const uint64_t count = plan_.count();
    ASSERT_OK(operation.run());
    const uint64_t steps = plan_.count() - count;
    const std::string after = state();
    ASSERT_GE(steps, 2u) << operation.name;
    int refused = 0;
    for (uint64_t step = 0; step < steps; ++step) {
      const std::string what = operation.name + " at step " + std::to_string(step);
      restore();
      plan_.fail_after(step, error_number, lasting);
      const Result<void> result = operation.run();
      plan_.disarm();
      if (!result) {
        ++refused;
        EXPECT_TRUE(result.error().is(error_class)) << what << ": " << result.error().message;
        EXPECT_EQ(state(), before) << what;
      } else {
        EXPECT_EQ(state(), after) << what;
      }
      ASSERT_OK(try_open()) << what;
      // A commit that failed while syncing may turn out to have succeeded; never anything between.
      const std::string reopened = state();
      EXPECT_TRUE(reopened == after || (!result && reopened == before)) << what << ": " << reopened;
      expect_no_leaks(what);
    }
    EXPECT_GT(refused, 0) << operation.name;
  }
}

TEST_F(FaultsTest, ADiskThatFillsRefusesAndKeepsTheOldObject) {
  fail_everywhere(ENOSPC, FaultPlan::Lasting::kUntilDisarmed, ErrorClass::kNoSpace);
}

TEST_F(FaultsTest, OneFailedStepRefusesAndKeepsTheOldObject) {
  fail_everywhere(EIO, FaultPlan::Lasting::kOnce, ErrorClass::kFailed);
}

TEST_F(FaultsTest, WorksAgainWithoutAReopenWhenThereIsRoom) {
  for (uint64_t step = 0; step < 8; ++step) {
    plan_.fail_after(step, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
    const auto refused = put(ref_, new_);
    if (!refused) EXPECT_TRUE(refused.error().message.find("free some space") != std::string::npos);
    plan_.disarm();
    ASSERT_OK(put(ref_, new_)) << step;
    EXPECT_EQ(unwrap(get(ref_)), new_);
    ASSERT_OK(put(ref_, "small")) << step;
    EXPECT_EQ(unwrap(get(ref_)), "small");
    ASSERT_OK(put(ref_, old_));
  }
  open();
  EXPECT_EQ(unwrap(get(ref_)), old_);
}

TEST_F(FaultsTest, WhatCannotBeCommittedDoesNotStayOnAFullDisk) {
  store_.reset();
  store_ = unwrap(Store::open(*kv_, blob_directory(), clock_));  // its files are written, its rows are not
  ASSERT_OK(store_->remove(ref_));
  ASSERT_EQ(count_files(), 0u);
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_TRUE(put(other_, "small").error().is(ErrorClass::kNoSpace)) << "after that, kv refuses before it writes";
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_TRUE(put(ref_, new_).error().is(ErrorClass::kNoSpace));
    EXPECT_EQ(count_files(), 0u);
  }
  plan_.disarm();
  ASSERT_OK(put(ref_, new_));
  EXPECT_EQ(get(ref_), new_);
  EXPECT_EQ(count_files(), 1u);
}

}  // namespace
}  // namespace caudal::objects
