// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/testing/catalog_fixture.h"

namespace caudal::catalog {
namespace {

using testing::HasSubstr;

class Rollback : public CatalogFixture {
 protected:
  std::string refused(const PublicationId& target, const PublicationId& id, Errc code) {
    const Months before = months(catalog_->live());
    const auto done = catalog_->rollback_to(target, id);
    EXPECT_FALSE(done.has_value());
    EXPECT_EQ(months(catalog_->live()), before);
    if (done) return "accepted";
    EXPECT_EQ(done.error().code, code) << done.error().to_string();
    return done.error().message;
  }
};

TEST_F(Rollback, PutsBackWhatWasThereRightAfterTheTarget) {
  publish("run-1", {"01", "02"});
  publish("run-2", {"02", "03"});
  const Months after_second = months(catalog_->live());
  publish("run-3", {"01", "02", "03", "04"});
  const Publication undo = unwrap(catalog_->rollback_to("run-2", "undo"));
  EXPECT_EQ(months(catalog_->live()), after_second);
  EXPECT_EQ(undo.rolled_back_to, "run-2");
  EXPECT_EQ(undo.scope, "invoices");
  EXPECT_EQ(undo.sequence, 4u);
  EXPECT_EQ(undo.moved.size(), 4u);
  reopen();
  EXPECT_EQ(months(catalog_->live()), after_second);
  EXPECT_EQ(unwrap(catalog_->live().history("curated", "tb_faturas")).size(), 2u + 2u + 4u + 4u);
}

TEST_F(Rollback, CanBeUndone) {
  publish("run-1", {"01"});
  publish("run-2", {"01", "02"});
  const Months after_second = months(catalog_->live());
  unwrap(catalog_->rollback_to("run-1", "undo"));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-1"}}));
  unwrap(catalog_->rollback_to("run-2", "redo"));
  EXPECT_EQ(months(catalog_->live()), after_second);
  unwrap(catalog_->rollback_to("undo", "undo-again"));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-1"}}));
}

TEST_F(Rollback, BringsBackAPartitionThatWasRemoved) {
  publish("run-1", {"01"});
  const auto removal = month("01", "");
  unwrap(catalog_->stage("run-2", std::span(&removal, 1)));
  unwrap(catalog_->publish("run-2", "invoices"));
  EXPECT_TRUE(months(catalog_->live()).empty());
  unwrap(catalog_->rollback_to("run-1", "undo"));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-1"}}));
}

TEST_F(Rollback, ToTheLastPublicationMovesNothing) {
  publish("run-1", {"01"});
  EXPECT_TRUE(unwrap(catalog_->rollback_to("run-1", "undo")).moved.empty());
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-1"}}));
}

TEST_F(Rollback, UnderTheSameIdHappensOnce) {
  publish("run-1", {"01"});
  publish("run-2", {"01"});
  const Publication once = unwrap(catalog_->rollback_to("run-1", "undo"));
  publish("run-3", {"01"});
  EXPECT_EQ(unwrap(catalog_->rollback_to("run-1", "undo")), once);
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-3"}}));
  EXPECT_THAT(refused("run-2", "undo", Errc::publication_state), HasSubstr("not as a rollback to 'run-2'"));
  refused("run-1", "run-2", Errc::publication_state);
}

TEST_F(Rollback, LeavesOtherScopesAlone) {
  publish("run-1", {"01"});
  publish("other-1", {"02"}, "purchases");
  publish("run-2", {"01"});
  publish("other-2", {"02"}, "purchases");
  unwrap(catalog_->rollback_to("run-1", "undo"));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-1"}, {"02", "other-2"}}));
}

TEST_F(Rollback, RefusesWhatAnotherScopeMovedSince) {
  publish("run-1", {"01", "02"});
  publish("run-2", {"01", "02"});
  publish("other", {"02"}, "purchases");
  EXPECT_EQ(
      refused("run-1", "undo", Errc::partition_conflict),
      "cannot roll back to 'run-1': partition curated.tb_faturas (2024, 02) was moved since by 'other', which is not "
      "of 'invoices'; nothing was changed");
}

// What another scope had put there before the scope's own later publication is what comes back.
TEST_F(Rollback, RestoresWhatAnotherScopeHadPutThereBefore) {
  publish("run-1", {"01"});
  publish("other", {"02"}, "purchases");
  publish("run-2", {"03"});
  publish("run-3", {"02"});
  unwrap(catalog_->rollback_to("run-2", "undo"));
  EXPECT_EQ(months(catalog_->live()), (Months{{"01", "run-1"}, {"02", "other"}, {"03", "run-2"}}));
}

TEST_F(Rollback, RefusesOverADroppedTable) {
  publish("run-1", {"01"});
  publish("run-2", {"01"});
  EXPECT_OK(catalog_->drop_table("curated", "tb_faturas"));
  unwrap(catalog_->create_table(invoices()));
  EXPECT_THAT(refused("run-1", "undo", Errc::partition_conflict), HasSubstr("table curated.tb_faturas was dropped"));
}

TEST_F(Rollback, RefusesATargetThatNeverWas) {
  refused("run-1", "undo", Errc::not_found);
  publish("run-1", {"01"});
  const auto move = month("02", "x");
  unwrap(catalog_->stage("undo", std::span(&move, 1)));
  EXPECT_THAT(refused("run-1", "undo", Errc::publication_state), HasSubstr("roll back under another id"));
}

TEST_F(Rollback, MakesARunThatWasStagedBeforeItStartAgain) {
  publish("run-1", {"01"});
  publish("run-2", {"01"});
  const auto move = month("01", "run-3");
  unwrap(catalog_->stage("run-3", std::span(&move, 1)));
  unwrap(catalog_->rollback_to("run-1", "undo"));
  const auto published = catalog_->publish("run-3", "invoices");
  ASSERT_FALSE(published.has_value());
  EXPECT_EQ(published.error().code, Errc::partition_conflict);
}

}  // namespace
}  // namespace caudal::catalog
