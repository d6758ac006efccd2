// SPDX-License-Identifier: Apache-2.0
// Sums held against sums.
#include "flows/engine/reconcile_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <span>
#include <vector>

#include "base/ordered_work.h"
#include "flows/engine/curate_sql.h"
#include "flows/engine/outputs.h"
#include "flows/engine/session_rows.h"

namespace caudal::flows::engine {
namespace {

bool adds_up(const Decimal& whole, const Decimal& a, const Decimal& b, const Decimal& c) {
  const auto first = a.plus(b);
  const auto all = first ? first->plus(c) : std::nullopt;
  return all && *all == whole;
}

// The tallies of a table's months as `view` shows it.
Result<std::map<Month, Tally>> tallies(RunContext& context, const ReconcileInput& input, const catalog::View& view,
                                       std::span<const Month> months) {
  std::map<Month, Tally> found;
  if (!TRY(has_partitions(view, input.curated))) return found;
  auto session = TRY(context.platform.queries.open_session({.view = view}));
  std::string statement = "SELECT ano, mes, count(*)";
  for (const std::string& amount : input.input->contract.amounts) {
    statement += fmt::format(", coalesce(sum({}), 0)", sql::quote_identifier(amount));
  }
  statement += fmt::format(" FROM {} WHERE {} GROUP BY ano, mes", quoted(input.curated), in_months(months));
  for (const auto& row : TRY(query_rows(*session, statement, {.stop = context.stop}))) {
    found[month_from_number(whole(row[0]) * 100 + whole(row[1]))] = tally(row, 2);
  }
  return found;
}

// After = before + inserted − replaced, in rows and in every amount.
Result<bool> changed_as_told(const Tally& before, const Tally& after, const Tally& inserted, const Tally& replaced) {
  Tally left = after;
  TRY(left.add(replaced));
  Tally right = before;
  TRY(right.add(inserted));
  return left == right;
}

// What each month of the table held, and holds, against what the run says it did: how they differ, if they do.
Result<std::vector<std::string>> compare_partitions(RunContext& context, const ReconcileInput& input) {
  std::map<Month, PartitionAccount> expected;
  for (const PartitionAccount& partition : input.account.partitions) {
    PartitionAccount& all =
        expected.try_emplace(partition.month, PartitionAccount{.month = partition.month}).first->second;
    TRY(all.inserted.add(partition.inserted));
    TRY(all.replaced.add(partition.replaced));
  }
  std::vector<std::string> mismatches;
  if (expected.empty()) return mismatches;
  std::vector<Month> months;
  for (const auto& [month, account] : expected) months.push_back(month);
  auto before = TRY(tallies(context, input, context.platform.catalog.live(), months));
  auto after = TRY(tallies(context, input, context.platform.catalog.with_staged(context.publication()), months));
  const Tally nothing{.rows = 0, .amounts = std::vector<Decimal>(input.input->contract.amounts.size())};
  for (const auto& [month, account] : expected) {
    const Tally& old_tally = before.try_emplace(month, nothing).first->second;
    const Tally& new_tally = after.try_emplace(month, nothing).first->second;
    if (TRY(changed_as_told(old_tally, new_tally, account.inserted, account.replaced))) continue;
    mismatches.push_back(fmt::format("{} of {}: had {} rows, gained {} and lost {}, but what was written holds {}",
                                     input.curated.to_string(), to_string(month), old_tally.rows, account.inserted.rows,
                                     account.replaced.rows, new_tally.rows));
  }
  return mismatches;
}

}  // namespace

std::vector<runs::ReconciliationRecord> reconcile_file(const Contract& contract, const FileAccount& file) {
  runs::ReconciliationRecord base{.table = contract.table,
                                  .file = file.name,
                                  .rows_read = file.read.rows,
                                  .rows_curated = file.curated.rows,
                                  .rows_quarantined = file.quarantined.rows,
                                  .rows_duplicated = file.duplicated.rows,
                                  .amounts_unreadable = file.amounts_unreadable};
  base.balanced = file.read.rows == file.curated.rows + file.quarantined.rows + file.duplicated.rows;
  std::vector<runs::ReconciliationRecord> records;
  for (size_t i = 0; i < contract.amounts.size(); ++i) {
    runs::ReconciliationRecord& record = records.emplace_back(base);
    record.amount_column = contract.amounts[i];
    record.amount_read = file.read.amounts[i];
    record.amount_curated = file.curated.amounts[i];
    record.amount_quarantined = file.quarantined.amounts[i];
    record.amount_duplicated = file.duplicated.amounts[i];
    record.balanced = base.balanced && adds_up(record.amount_read, record.amount_curated, record.amount_quarantined,
                                               record.amount_duplicated);
  }
  if (records.empty()) records.push_back(base);
  return records;
}

Result<ReconcileResult> reconcile(RunContext& context, const std::vector<ReconcileInput>& inputs) {
  ReconcileResult result;
  using Mismatches = std::vector<std::string>;
  OrderedWork<Mismatches> partitions(inputs.size(), {inputs.size(), [&](size_t i, const std::stop_token&) {
                                                       return compare_partitions(context, inputs[i]);
                                                     }});
  for (const ReconcileInput& input : inputs) {
    for (const FileAccount& file : input.account.files) {
      for (runs::ReconciliationRecord& record : reconcile_file(input.input->contract, file)) {
        if (!record.balanced) {
          result.mismatches.push_back(fmt::format(
              "{}: {} rows read, {} curated, {} quarantined, {} repeats; {} {} read, {} curated, {} quarantined, {} "
              "repeats",
              record.file, record.rows_read, record.rows_curated, record.rows_quarantined, record.rows_duplicated,
              record.amount_column, record.amount_read.to_string(), record.amount_curated.to_string(),
              record.amount_quarantined.to_string(), record.amount_duplicated.to_string()));
        }
        result.records.push_back(std::move(record));
      }
    }
    std::ranges::move(TRY(partitions.take()), std::back_inserter(result.mismatches));
  }
  return result;
}

}  // namespace caudal::flows::engine
