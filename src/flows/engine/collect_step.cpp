// SPDX-License-Identifier: Apache-2.0
// Days into partitions, and the partitions held against the days.
#include "flows/engine/collect_step.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/wire.h"
#include "flows/engine/collected_rows.h"
#include "flows/engine/curate_sql.h"
#include "flows/engine/derive.h"
#include "flows/engine/errors.h"
#include "flows/engine/fingerprint.h"
#include "flows/engine/outputs.h"
#include "flows/engine/session_rows.h"

namespace caudal::flows::engine {
namespace {

constexpr int kMostReadings = 3;
constexpr const char* kFunction = "caudal_day";
constexpr const char* kSelect = "SELECT * FROM caudal_day()";

Result<DaySource*> source_of(const RunContext& context, const CollectStep& step) {
  const auto found = context.sources.find(step.source);
  if (found != context.sources.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [name, source] : context.sources) known.push_back(name);
  return Error{Errc::unknown_source, fmt::format("there is no source '{}'; known are: {}", step.source,
                                                 known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")))};
}

// The days that the source has and those that the lake has, within what the run is asked for.
Result<std::set<Date>> days_of(const RunContext& context, const CollectStep& step, DaySource& source) {
  const runs::RunParameters& asked = context.run.parameters;
  if (!asked.dt_bases.empty()) return std::set<Date>(asked.dt_bases.begin(), asked.dt_bases.end());
  if (!asked.from || !asked.to) return std::set<Date>();
  const Date from = first_day(*asked.from) - std::chrono::days(step.days_before);
  const Date to = first_day(*asked.to + std::chrono::months(1)) - std::chrono::days(1);
  const std::vector<Date> has = TRY(source.days(from, to));
  std::set<Date> days(has.begin(), has.end());
  for (const Date day : TRY(existing_dt_bases(context, step.output))) {
    if (day >= from && day <= to) days.insert(day);
  }
  return days;
}

// The digest that the day's partition was made of; empty when there is none.
Result<std::string> published_digest(const RunContext& context, const TableName& table, Date day) {
  const std::vector<std::string> values{to_string(day)};
  const catalog::View view = context.platform.catalog.with_staged(context.publication());
  const auto partition = view.partition(table.database, table.table, values);
  if (!partition && partition.error().is(ErrorClass::kNotFound)) return std::string();
  if (!partition) return partition.error();
  if (!*partition) return std::string();
  const auto kept = (*partition)->parameters.find(kFingerprint);
  return kept == (*partition)->parameters.end() ? std::string() : kept->second;
}

class Collection {
 public:
  Collection(RunContext& context, const CollectStep& step, DaySource& source)
      : context_(context), step_(step), source_(source) {}

  Result<CollectResult> run() {
    for (const Date day : TRY(days_of(context_, step_, source_))) TRY(look_at(day));
    TRY(context_.platform.catalog.stage(context_.publication(), moves_));
    context_.observer.passed("collect.staged");
    return std::move(result_);
  }

 private:
  Result<void> look_at(Date day) {
    TRY(context_.check_stop());
    DayTally tally = TRY(source_.tally(day));
    const bool is_asked = context_.run.parameters.forced && !tally.groups.empty();
    if (is_asked || tally.digest != TRY(published_digest(context_, step_.output.table, day))) {
      // A day that the source does not have any more stays, for the reconciliation to tell.
      if (!tally.groups.empty()) tally = TRY(publish(day, std::move(tally)));
    }
    result_.account.emplace(day, std::move(tally));
    return {};
  }

  // What is read between two equal tallies is what they tell.
  Result<DayTally> publish(Date day, DayTally before) {
    for (int reading = 0; reading < kMostReadings; ++reading) {
      const OutputPartition partition = TRY(write(day));
      DayTally after = TRY(source_.tally(day));
      if (after == before) {
        note(day, partition, after);
        return after;
      }
      before = std::move(after);
    }
    return Error{Errc::changing, fmt::format("{} of {} is being changed while it is read; run again when that is done",
                                             step_.source, to_string(day))};
  }

  Result<OutputPartition> write(Date day) {
    auto session = TRY(context_.session());
    TRY(session->register_source(kFunction, TRY(source_.rows(day))));
    table_ = TRY(ensure_table(context_, {.name = step_.output.table,
                                         .description = std::string(source_.description()),
                                         .columns = TRY(session->columns(kSelect)),
                                         .partition_keys = {{step_.output.partition,
                                                             catalog::Type::primitive(catalog::Type::Kind::kDate)}}}));
    OutputPartition partition = TRY(begin_partition(context_, table_, {to_string(day)}));
    TRY(write_part(context_, *session, partition, kSelect));
    return partition;
  }

  void note(Date day, const OutputPartition& partition, const DayTally& tally) {
    moves_.push_back(move_to(context_, table_, partition, {{kFingerprint, tally.digest}}));
    result_.published.push_back(day);
    result_.rows += partition.rows;
    result_.bytes += partition.bytes;
    result_.lineage.push_back({.input = fmt::format("{}/{}", step_.source, to_string(day)),
                               .input_version = tally.digest,
                               .output_table = step_.output.table.to_string(),
                               .output_partition = catalog::partition_path(table_.partition_keys, partition.values),
                               .rows = partition.rows});
  }

  RunContext& context_;
  const CollectStep& step_;
  DaySource& source_;
  catalog::Table table_;  // as the last partition was written
  std::vector<catalog::PartitionMove> moves_;
  CollectResult result_;
};

// What the lake holds of these days.
Result<CollectAccount> lake_account(RunContext& context, const CollectStep& step, DaySource& source,
                                    const CollectAccount& account) {
  CollectAccount found;
  if (account.empty() || TRY(existing_dt_bases(context, step.output)).empty()) return found;
  const std::string day = sql::quote_identifier(step.output.partition);
  std::string groups;
  for (const std::string& column : source.group_by()) groups += ", " + sql::quote_identifier(column);
  const std::string statement = fmt::format(
      "SELECT CAST({0} AS VARCHAR){1}, count(*), coalesce(sum({2}), 0) FROM {3} "
      "WHERE {0} BETWEEN DATE '{4}' AND DATE '{5}' GROUP BY {0}{1}",
      day, groups, sql::quote_identifier(source.amount()), quoted(step.output.table), to_string(account.begin()->first),
      to_string(account.rbegin()->first));
  auto session = TRY(context.session());
  for (const auto& row : TRY(query_rows(*session, statement, {.stop = context.stop}))) {
    const Date date = TRY(parse_date(text(row[0])));
    std::vector<std::string> values;
    for (size_t n = 1; n + 2 < row.size(); ++n) values.push_back(text(row[n]));
    found[date].groups[values] = tally(row, row.size() - 2);
  }
  return found;
}

// One group of a day, on both sides.
void hold(const CollectStep& step, Date day, const std::vector<std::string>& group, const Tally& of_source,
          const Tally& of_lake, CollectReconciliation& result) {
  const auto amount = [](const Tally& tally) { return tally.amounts.empty() ? Decimal() : tally.amounts.front(); };
  const std::string what = fmt::format("{} {}", to_string(day), fmt::join(group, " "));
  const bool balanced = of_source.rows == of_lake.rows && amount(of_source) == amount(of_lake);
  result.records.push_back({.table = step.output.table.to_string(),
                            .file = fmt::format("{} {}", step.source, what),
                            .rows_read = of_source.rows,
                            .rows_curated = of_lake.rows,
                            .amount_column = "",
                            .amount_read = amount(of_source),
                            .amount_curated = amount(of_lake),
                            .balanced = balanced});
  if (balanced) return;
  result.mismatches.push_back(fmt::format("{} of {}: {} has {} rows, {}; the lake has {}, {}",
                                          step.output.table.to_string(), what, step.source, of_source.rows,
                                          amount(of_source).to_string(), of_lake.rows, amount(of_lake).to_string()));
}

// Each row of a day.
Result<void> hold_rows(RunContext& context, const CollectStep& step, DaySource& source,
                       const CollectAccount::value_type& collected, CollectReconciliation& result) {
  const auto& [day, tally] = collected;
  auto differing = TRY(differing_rows(context, step, source, day));
  if (differing.empty()) return {};
  if (TRY(source.tally(day)).digest != tally.digest) {
    context.log(
        runs::LogLevel::kWarning, step.source,
        fmt::format("{} has changed since it was collected, and is held row by row by the next run", to_string(day)));
    return {};
  }
  for (std::string& one : differing) result.mismatches.push_back(std::move(one));
  return {};
}

}  // namespace

Result<CollectResult> collect(RunContext& context, const CollectStep& step) {
  return Collection(context, step, *TRY(source_of(context, step))).run();
}

Result<CollectReconciliation> reconcile_collected(RunContext& context, const CollectStep& step,
                                                  const CollectAccount& account) {
  DaySource& source = *TRY(source_of(context, step));
  CollectAccount lake = TRY(lake_account(context, step, source, account));
  const bool has_table = !TRY(existing_dt_bases(context, step.output)).empty();
  CollectReconciliation result;
  for (const auto& [day, expected] : account) {
    TRY(context.check_stop());
    if (has_table) TRY(hold_rows(context, step, source, {day, expected}, result));
    auto& found = lake[day].groups;
    for (const auto& [group, tally] : expected.groups) {
      hold(step, day, group, tally, found[group], result);
      found.erase(group);
    }
    for (const auto& [group, tally] : found) hold(step, day, group, {}, tally, result);
  }
  for (runs::ReconciliationRecord& record : result.records) record.amount_column = source.amount();
  return result;
}

std::string encode(const CollectAccount& account) {
  WireWriter writer;
  writer.varint(account.size());
  for (const auto& [day, tally] : account) {
    writer.text(to_string(day)).text(tally.digest).varint(tally.groups.size());
    for (const auto& [group, sums] : tally.groups) {
      writer.varint(group.size());
      for (const std::string& value : group) writer.text(value);
      writer.varint(sums.rows).text(sums.amounts.empty() ? "0" : sums.amounts.front().to_string());
    }
  }
  return writer.take();
}

Result<CollectAccount> decode_collected(std::string_view bytes) {
  WireReader reader(bytes);
  CollectAccount account;
  const size_t days = TRY(reader.count());
  for (size_t n = 0; n < days; ++n) {
    const Date day = TRY(parse_date(TRY(reader.text())));
    DayTally& tally = account[day];
    tally.digest = TRY(reader.text());
    const size_t groups = TRY(reader.count());
    for (size_t g = 0; g < groups; ++g) {
      std::vector<std::string> values(TRY(reader.count()));
      for (std::string& value : values) value = TRY(reader.text());
      Tally& sums = tally.groups[values];
      sums.rows = TRY(reader.varint());
      sums.amounts.push_back(TRY(Decimal::parse(TRY(reader.text()))));
    }
  }
  TRY(reader.finish());
  return account;
}

}  // namespace caudal::flows::engine
