// SPDX-License-Identifier: Apache-2.0
// What is kept with buckets, and listing them. Objects in buckets are tried elsewhere.
#include "objects/testing/store_fixture.h"

namespace caudal::objects {
namespace {

class BucketsTest : public StoreFixture {
 protected:
  BucketsTest() { EXPECT_OK(store_->create_bucket("raw")); }
  std::string names(const ListBucketsRequest& request) {
    std::string all;
    for (const BucketInfo& bucket : unwrap(store_->list_buckets(request)).buckets) all += bucket.name + " ";
    return all;
  }
};

TEST_F(BucketsTest, ABucketKeepsWhatItWasMadeWith) {
  const BucketOptions options{.owner = "ana", .region = "sa-east-1", .settings = {{"tagging", "a=b"}, {"acl", ""}}};
  ASSERT_OK(store_->create_bucket("curated", options));
  clock_.advance(std::chrono::hours(1));
  open();
  const BucketInfo info = unwrap(store_->bucket("curated"));
  EXPECT_EQ(info.owner, "ana");
  EXPECT_EQ(info.region, "sa-east-1");
  EXPECT_EQ(info.created, Timestamp(std::chrono::seconds(1'700'000'000)));
  EXPECT_FALSE(info.keeps_events);
  EXPECT_EQ(unwrap(store_->get_settings("curated")), options.settings);
}

TEST_F(BucketsTest, SettingsAreReplacedAndRemovedAndSurviveARestart) {
  EXPECT_EQ(unwrap(store_->get_setting("raw", settings::kPolicy)), std::nullopt);
  ASSERT_OK(store_->put_setting("raw", settings::kPolicy, "one"));
  ASSERT_OK(store_->put_setting("raw", settings::kPolicy, std::string("two\0!", 5)));
  ASSERT_OK(store_->put_setting("raw", settings::kCors, ""));
  open();
  EXPECT_EQ(unwrap(store_->get_setting("raw", settings::kPolicy)), std::string("two\0!", 5));
  EXPECT_EQ(unwrap(store_->get_setting("raw", settings::kCors)), "") << "there, though empty";
  ASSERT_OK(store_->remove_setting("raw", settings::kPolicy));
  ASSERT_OK(store_->remove_setting("raw", settings::kPolicy));
  open();
  EXPECT_EQ(unwrap(store_->get_settings("raw")), (Settings{{"cors", ""}}));
}

TEST_F(BucketsTest, SettingsBelongToOneBucketAndGoWithIt) {
  ASSERT_OK(store_->create_bucket("raw.more"));
  ASSERT_OK(store_->put_setting("raw", settings::kPolicy, "p"));
  ASSERT_OK(store_->put_setting("raw.more", settings::kCors, "c"));
  EXPECT_EQ(unwrap(store_->get_settings("raw")), (Settings{{"policy", "p"}}));
  ASSERT_OK(store_->delete_bucket("raw"));
  EXPECT_EQ(store_->get_setting("raw", settings::kPolicy).error().code, Errc::no_such_bucket);
  EXPECT_EQ(store_->put_setting("raw", settings::kPolicy, "x").error().code, Errc::no_such_bucket);
  ASSERT_OK(store_->create_bucket("raw"));
  EXPECT_TRUE(unwrap(store_->get_settings("raw")).empty());
  EXPECT_EQ(unwrap(store_->get_settings("raw.more")), (Settings{{"cors", "c"}}));
}

TEST_F(BucketsTest, SettingsHaveAKindAndALimit) {
  for (const char* kind : {"", "Policy", "a b", "a/b"}) {
    EXPECT_EQ(store_->put_setting("raw", kind, "x").error().code, Errc::invalid_argument) << kind;
  }
  EXPECT_EQ(store_->put_setting("raw", "policy", std::string(kMaxSettingBytes + 1, 'x')).error().code,
            Errc::invalid_argument);
  EXPECT_OK(store_->put_setting("raw", "policy", std::string(kMaxSettingBytes, 'x')));
  EXPECT_EQ(store_->create_bucket("other", {.settings = {{"UP", ""}}}).error().code, Errc::invalid_argument);
  EXPECT_EQ(store_->bucket("other").error().code, Errc::no_such_bucket);
}

TEST_F(BucketsTest, ASettingThatTheDiskRefusesIsNotThere) {
  ASSERT_OK(store_->put_setting("raw", "policy", "old"));
  plan_.fail_after(0, ENOSPC, FaultPlan::Lasting::kUntilDisarmed);
  EXPECT_FALSE(store_->put_setting("raw", "policy", "new"));
  plan_.disarm();
  open();
  EXPECT_EQ(unwrap(store_->get_setting("raw", "policy")), "old");
}

TEST_F(BucketsTest, EventsAreKeptWhileThereIsANotification) {
  ASSERT_OK(store_->put_setting("raw", settings::kNotification, "n"));
  EXPECT_TRUE(unwrap(store_->bucket("raw")).keeps_events);
  ASSERT_OK(store_->set_versioning("raw", Versioning::kEnabled));
  EXPECT_TRUE(unwrap(store_->bucket("raw")).keeps_events);
  ASSERT_OK(store_->remove_setting("raw", settings::kNotification));
  EXPECT_FALSE(unwrap(store_->bucket("raw")).keeps_events);
  ASSERT_OK(store_->create_bucket("born", {.settings = {{"notification", ""}}}));
  EXPECT_TRUE(unwrap(store_->bucket("born")).keeps_events);
}

TEST_F(BucketsTest, BucketsAreListedByPages) {
  for (const char* name : {"curated", "raw-1", "raw-2", "refined"}) {
    ASSERT_OK(store_->create_bucket(name, {.region = std::string(name) == "raw-2" ? "west" : "east"}));
  }
  ListBucketsPage page = unwrap(store_->list_buckets({.max_buckets = 2}));
  ASSERT_EQ(page.buckets.size(), 2u);
  EXPECT_EQ(page.buckets[1].name, "raw");
  ASSERT_TRUE(page.next);
  page = unwrap(store_->list_buckets({.continuation = page.next, .max_buckets = 3}));
  ASSERT_EQ(page.buckets.size(), 3u);
  EXPECT_EQ(page.buckets[0].name, "raw-1");
  EXPECT_FALSE(page.next);
  EXPECT_EQ(names({.prefix = "raw-"}), "raw-1 raw-2 ");
  EXPECT_EQ(names({.region = "east"}), "curated raw-1 refined ");
  EXPECT_EQ(names({.prefix = "x"}), "");
}

}  // namespace
}  // namespace caudal::objects
