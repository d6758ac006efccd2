// SPDX-License-Identifier: Apache-2.0
// The settings that requests are held to: what is put is what the next one finds, and what cannot be read is an error.
#include "api/s3/bucket_settings.h"

#include <gtest/gtest.h>

#include <thread>

#include "api/s3/testing/s3_house.h"

namespace caudal::api::s3 {
namespace {

namespace kinds = objects::settings;

class AllSettings : public testing::Test {
 protected:
  AllSettings() { EXPECT_OK(store().create_bucket("lake")); }
  objects::Store& store() { return *house_.store; }
  std::shared_ptr<const BucketSettings> of(const std::string& bucket) { return unwrap(settings_.of(bucket)); }
  static std::string policy(const std::string& effect) {
    return R"({"Version":"2012-10-17","Statement":[{"Effect":")" + effect +
           R"(","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::lake/*"}]})";
  }
  static std::string block(bool restrict) {
    return to_document(wire::PublicAccessBlockConfiguration{.restrict_public_buckets = restrict});
  }
  S3House house_;
  AllBucketSettings settings_{store()};
};

TEST_F(AllSettings, OfABucketWithoutAny) {
  const auto none = of("lake");
  EXPECT_EQ(none->policy, nullptr);
  EXPECT_FALSE(none->cors);
  EXPECT_FALSE(none->website);
  EXPECT_FALSE(none->restricts_public());
  EXPECT_TRUE(none->lifecycle.empty());
  EXPECT_EQ(of("nowhere")->policy, nullptr) << "a bucket that is not there is no error here";
  EXPECT_EQ(of("NO NAME")->policy, nullptr);
}

TEST_F(AllSettings, WhatIsPutIsWhatTheNextOneFinds) {
  const auto before = of("lake");
  ASSERT_OK(settings_.put("lake", kinds::kPolicy, policy("Allow")));
  EXPECT_NE(of("lake")->policy, nullptr);
  EXPECT_EQ(before->policy, nullptr) << "who is under way goes on with what it has";
  EXPECT_EQ(of("lake"), of("lake")) << "read once";
  ASSERT_OK(settings_.put("lake", kinds::kPublicAccess, block(true)));
  EXPECT_TRUE(of("lake")->restricts_public());
  EXPECT_NE(of("lake")->policy, nullptr) << "each kind by itself";
  ASSERT_OK(settings_.remove("lake", kinds::kPolicy));
  EXPECT_EQ(of("lake")->policy, nullptr);
}

TEST_F(AllSettings, OfABucketThatWasRemovedAndMadeAgain) {
  ASSERT_OK(settings_.put("lake", kinds::kPolicy, policy("Allow")));
  EXPECT_NE(of("lake")->policy, nullptr);
  ASSERT_OK(store().delete_bucket("lake"));
  settings_.forget("lake");
  ASSERT_OK(store().create_bucket("lake"));
  EXPECT_EQ(of("lake")->policy, nullptr);
}

TEST_F(AllSettings, ThatCannotBeReadAnyMoreLetNobodyIn) {
  ASSERT_OK(store().put_setting("lake", kinds::kPolicy, "{"));
  EXPECT_FALSE(settings_.of("lake"));
  ASSERT_OK(settings_.put("lake", kinds::kPolicy, policy("Deny")));
  EXPECT_TRUE(settings_.of("lake")) << "put again, it is well";
  ASSERT_OK(settings_.put("lake", kinds::kLifecycle, "<Setting><Rule>"));
  EXPECT_TRUE(settings_.of("lake").error().is(ErrorClass::kCorrupt));
}

TEST_F(AllSettings, AreNotPutToBucketsThatAreNotThere) {
  EXPECT_EQ(settings_.put("nowhere", kinds::kPolicy, policy("Allow")).error().code, objects::Errc::no_such_bucket);
  EXPECT_EQ(settings_.remove("nowhere", kinds::kPolicy).error().code, objects::Errc::no_such_bucket);
}

TEST_F(AllSettings, ReadersBesideAWriterSeeOneOrTheOther) {
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int n = 0; n < 3; ++n) {
    readers.emplace_back([&] {
      while (!done) EXPECT_TRUE(settings_.of("lake"));
    });
  }
  for (int n = 0; n < 100; ++n) {
    ASSERT_OK(settings_.put("lake", kinds::kPublicAccess, block(n % 2 == 0)));
    ASSERT_EQ(of("lake")->restricts_public(), n % 2 == 0) << "never what was before the last put";
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

TEST(Documents, BothWays) {
  const wire::Tagging tagging{.tag_set = {{.key = "a<b", .value = "&"}}};
  const auto back = unwrap(from_document<wire::Tagging>(to_document(tagging)));
  ASSERT_EQ(back.tag_set.size(), 1U);
  EXPECT_EQ(back.tag_set[0].key, "a<b");
  EXPECT_EQ(back.tag_set[0].value, "&");
  EXPECT_TRUE(from_document<wire::Tagging>("<Setting>").error().is(ErrorClass::kCorrupt));
}

}  // namespace
}  // namespace caudal::api::s3
