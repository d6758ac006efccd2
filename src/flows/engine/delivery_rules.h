// SPDX-License-Identifier: Apache-2.0
// The quality rules of one curate step, over its whole delivery however many batches the delivery was cut into. Rules
// about single rows are counted batch by batch and judged by the sums; rules about the whole table are measured on the
// delivery's accepted rows, all together.
//
// Those rows are kept nowhere by themselves: after the last batch they are read from what the step has staged. A month
// that was empty before holds nothing else; of another, the delivery's rows are those whose keys the batches have
// noted, in a file. A key is curated once, so a row that a later batch replaces counts once, as if all were one batch.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "flows/definition/contract.h"
#include "flows/definition/rule_sql.h"
#include "flows/engine/curate_sql.h"
#include "flows/engine/run_context.h"

namespace caudal::flows::engine {

struct CurateRequest;

// The catalog's table that a contract's rule or reference names.
TableName reference_table(const CurateRequest& request, std::string_view name);

// Used by one thread. What it borrows outlives it.
class DeliveryRules {
 public:
  // `batches`: how many there will be.
  static Result<std::unique_ptr<DeliveryRules>> open(RunContext& context, const CurateRequest& request, size_t batches);

  // Of each batch, first: on table delta of its session, before anything is marked. Marks what rules set aside.
  Result<void> check_rows(queries::Session& session);
  // Of each batch: marks the rows whose target is not there.
  Result<void> check_references(queries::Session& session);
  // Of each batch, when repeats are settled: `suspects` are the hashes of the keys that may have come before, none when
  // there were too many to look at. An only batch is concluded here; of several, what conclude() needs is noted.
  Result<void> check_accepted(queries::Session& session, const std::optional<std::vector<int64_t>>& suspects);
  // After the last batch is staged.
  Result<void> conclude();

  // What was found, rule by rule; to be taken once.
  std::vector<runs::QualityRecord> take_records();
  // Why the run is to be refused; empty when no rule with action `fail` has failed.
  std::string refusal() const;
  uint64_t warnings() const { return warnings_; }

 private:
  struct Counted {
    const QualityRule* rule = nullptr;
    std::vector<RowCounts> counts = {};  // as count_queries
  };

  DeliveryRules(RunContext& context, const CurateRequest& request, size_t batches);
  RuleTarget target(std::string table) const;
  Result<void> judge(queries::Session& session, const RuleTarget& whole);
  void add_quarantined(std::string rule, std::string name, uint64_t rows);
  void note_judgement(const QualityRule& rule, const std::vector<sql::Value>& row);
  Result<void> note_keys(queries::Session& session);
  Result<void> show_delivered(queries::Session& session);
  sql::QueryOptions options() const { return {.stop = context_.stop}; }

  RunContext& context_;
  const CurateRequest& request_;
  const Contract& contract_;
  const CurateSql sql_;
  const bool only_batch_;
  const Date today_;
  bool measures_accepted_ = false;           // some rule is about the whole table
  std::set<Month> live_months_;              // that had rows before the run
  std::vector<Counted> row_rules_;           // in the contract's order
  std::vector<uint64_t> orphans_;            // for each reference
  uint64_t rows_ = 0;                        // of delta, all batches
  std::set<Month> months_;                   // of accepted rows
  std::filesystem::path keys_folder_;        // made with the first file
  std::vector<std::filesystem::path> keys_;  // files of accepted rows' keys
  std::vector<int64_t> suspects_;
  bool suspects_all_ = false;
  std::vector<runs::QualityRecord> records_;
  std::vector<std::string> failures_;
  uint64_t warnings_ = 0;
};

// Makes `hashes` the table that CurateSql::Keys::kSuspects names.
Result<void> create_suspects(queries::Session& session, std::span<const int64_t> hashes,
                             const sql::QueryOptions& options);

}  // namespace caudal::flows::engine
