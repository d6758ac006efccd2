// SPDX-License-Identifier: Apache-2.0
// Policies of tables and streams are kept with them, by revisions.
#include "items/policies.h"

#include "items/errors.h"
#include "items/testing/items_fixture.h"

namespace caudal::items {
namespace {

class PoliciesTest : public ItemsFixture {
 protected:
  PoliciesTest() { plan_.skip_syncs(true); }
  Policies& policies() { return store_->policies(); }
  std::string text_of(const PolicyHolder& holder) {
    const ResourcePolicyPtr policy = policies().find(holder);
    return policy != nullptr ? policy->text : "none";
  }
  const PolicyHolder tab_{.table = "tab"};
};

TEST_F(PoliciesTest, AreKeptWithTheirTable) {
  make_table("tab");
  EXPECT_FALSE(policies().any());
  EXPECT_EQ(policies().require(tab_).error().code, Errc::no_such_policy);
  const std::string revision = unwrap(policies().put(tab_, "{one}", std::nullopt));
  EXPECT_TRUE(policies().any());
  open();
  EXPECT_TRUE(policies().any());
  EXPECT_EQ(unwrap(policies().require(tab_))->text, "{one}");
  EXPECT_EQ(unwrap(policies().require(tab_))->revision, revision);
  ASSERT_OK(store_->change_tags("tab", {{"team", "risk"}}, {}));
  EXPECT_EQ(text_of(tab_), "{one}") << "other changes of the table leave it alone";
  ASSERT_OK(store_->delete_table("tab"));
  EXPECT_EQ(policies().require(tab_).error().code, Errc::no_such_table);
  make_table("tab");
  EXPECT_EQ(text_of(tab_), "none") << "another table of the same name has none";
}

TEST_F(PoliciesTest, HaveRevisionsThatGoOn) {
  make_table("tab");
  const std::string first = unwrap(policies().put(tab_, "{one}", std::string(kNoPolicy)));
  EXPECT_EQ(unwrap(policies().put(tab_, "{one}", std::nullopt)), first) << "the same text is the same policy";
  EXPECT_EQ(policies().put(tab_, "{two}", std::string(kNoPolicy)).error().code, Errc::no_such_policy);
  EXPECT_EQ(policies().put(tab_, "{two}", "123").error().code, Errc::no_such_policy);
  EXPECT_EQ(text_of(tab_), "{one}");
  clock_.advance(-std::chrono::hours(1));
  const std::string second = unwrap(policies().put(tab_, "{two}", first));
  EXPECT_GT(second, first) << "also when the clock goes back";
  EXPECT_EQ(policies().remove(tab_, first).error().code, Errc::no_such_policy);
  EXPECT_EQ(text_of(tab_), "{two}");
  EXPECT_EQ(unwrap(policies().remove(tab_, second)), second);
  EXPECT_EQ(text_of(tab_), "none");
  EXPECT_EQ(unwrap(policies().remove(tab_, std::nullopt)), "") << "there is nothing to remove, which is no error";
  EXPECT_EQ(policies().remove(tab_, second).error().code, Errc::no_such_policy);
  EXPECT_EQ(policies().put({.table = "none"}, "{}", std::nullopt).error().code, Errc::no_such_table);
}

TEST_F(PoliciesTest, AreThereFromTheBeginningOfATable) {
  const TableDefinition definition{
      .name = "tab", .key = {.partition = {{.name = "id"}}}, .billing = BillingMode::kPayPerRequest};
  ASSERT_OK(policies().create_table(definition, "{one}"));
  EXPECT_EQ(text_of(tab_), "{one}");
  EXPECT_EQ(policies().create_table(definition, "{two}").error().code, Errc::table_exists);
  EXPECT_EQ(text_of(tab_), "{one}");
}

TEST_F(PoliciesTest, OfAStreamLiveAsLongAsItCanBeRead) {
  make_table("tab");
  ASSERT_OK(store_->change_table({.table = "tab", .stream = StreamSetting{StreamView::kNewImage}}));
  const PolicyHolder stream{.table = "tab", .stream = unwrap(store_->describe_table("tab")).stream_label};
  ASSERT_OK(policies().put(stream, "{one}", std::nullopt));
  EXPECT_EQ(text_of(tab_), "none") << "the table's is another";
  ASSERT_OK(store_->delete_table("tab"));
  open();
  EXPECT_TRUE(policies().any());
  EXPECT_EQ(text_of(stream), "{one}") << "the stream is still there, for a day";
  clock_.advance(std::chrono::hours(25));
  EXPECT_EQ(text_of(stream), "none");
  EXPECT_EQ(policies().put(stream, "{two}", std::nullopt).error().code, Errc::no_such_stream);
}

}  // namespace
}  // namespace caudal::items
