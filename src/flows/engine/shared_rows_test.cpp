// SPDX-License-Identifier: Apache-2.0
#include "flows/engine/shared_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/result_matchers.h"
#include "flows/engine/session_rows.h"
#include "flows/engine/testing/small_flow.h"

namespace caudal::flows::engine {
namespace {

using ::testing::ElementsAre;

// The small flow's shared SELECT, of the invoices of three months before a date, on a lake with January and February.
class SharedRowsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    run("202401", "F1,1,2024-01-05,2024-01-15,1,1\n");
    run("202402", "F2,1,2024-02-05,2024-02-15,2,1\n");
    record_.id = unwrap(lake_.runs().begin({.flow = flow_.name, .kind = runs::RunKind::kStep}));
  }

  void run(const char* month, const std::string& invoices) {
    lake_.deliver({month, invoices, ""});
    const Summary summary =
        lake_.run_month(flow_, std::string(month).substr(0, 4) + "-" + std::string(month).substr(4));
    EXPECT_FALSE(summary.error) << summary.error->to_string();
  }

  struct Counter final : Observer {
    void passed(std::string_view boundary) override { made += boundary == "shared.made" ? 1 : 0; }
    int made = 0;
  };
  RunContext context() { return {lake_.platform(), flow_, record_, {}, counter_, sources_}; }

  // The amounts that a session of its own sees, and whether it had to compute them.
  struct Seen {
    std::vector<std::string> amounts;
    bool was_computed = false;
  };
  Seen bring(SharedRows& rows, Date dt_base) {
    RunContext run = context();
    const auto session = unwrap(run.session());
    const int before = counter_.made;
    unwrap(rows.bring(run, *session, flow_.shared.at(0), dt_base));
    Seen seen{.amounts = {}, .was_computed = counter_.made > before};
    for (const auto& row :
         unwrap(query_rows(*session, "SELECT CAST(valor_fatura AS VARCHAR) FROM faturas_da_janela ORDER BY 1", {})))
      seen.amounts.push_back(text(row[0]));
    return seen;
  }

  // Names of the files that the run keeps.
  std::vector<std::string> kept() {
    std::vector<std::string> names;
    const std::filesystem::path folder = context().folder() / "shared";
    if (!std::filesystem::exists(folder)) return names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
    return names;
  }

  TemporaryDirectory folder_;
  FlowDefinition flow_ = small_flow(folder_.path() / "small");
  Lake lake_{folder_.path() / "data"};
  runs::RunRecord record_;
  Counter counter_;
  const DaySources sources_;  // none
  const Date march_ = unwrap(parse_date("2024-03-01"));
  const Date february_ = unwrap(parse_date("2024-02-01"));
};

TEST_F(SharedRowsTest, AreComputedOnceForADtBase) {
  SharedRows rows;
  const Seen first = bring(rows, march_);
  EXPECT_TRUE(first.was_computed);
  EXPECT_THAT(first.amounts, ElementsAre("1.00", "2.00"));
  const Seen second = bring(rows, march_);
  EXPECT_FALSE(second.was_computed);
  EXPECT_EQ(second.amounts, first.amounts);
  const Seen earlier = bring(rows, february_);
  EXPECT_TRUE(earlier.was_computed);
  EXPECT_THAT(earlier.amounts, ElementsAre("1.00"));
}

TEST_F(SharedRowsTest, AreComputedAgainWhenAPartitionThatTheyReadHasChanged) {
  SharedRows rows;
  bring(rows, march_);
  unwrap(lake_.runs().finish(record_.id, {}));
  run("202402", "F2,1,2024-02-05,2024-02-15,20,1\n");
  const Seen after = bring(rows, march_);
  EXPECT_TRUE(after.was_computed);
  EXPECT_THAT(after.amounts, ElementsAre("1.00", "20.00"));
}

TEST_F(SharedRowsTest, AreEachSessionsOwnWhenThereIsNoRoomToKeepThem) {
  SharedRows rows(0);
  for (int i = 0; i < 2; ++i) {
    const Seen seen = bring(rows, march_);
    EXPECT_TRUE(seen.was_computed);
    EXPECT_THAT(seen.amounts, ElementsAre("1.00", "2.00"));
  }
  EXPECT_TRUE(kept().empty());
}

TEST_F(SharedRowsTest, TakeThePlaceOfWhatAKilledProcessHasLeft) {
  SharedRows before_the_kill;
  bring(before_the_kill, march_);
  const std::filesystem::path left = context().folder() / "shared" / kept().at(0);
  std::filesystem::resize_file(left, 10);
  SharedRows after;
  EXPECT_THAT(bring(after, march_).amounts, ElementsAre("1.00", "2.00"));
}

}  // namespace
}  // namespace caudal::flows::engine
