// SPDX-License-Identifier: Apache-2.0
// Second part of the curate step: quality rules and references, which mark rows, warn, or refuse the run.
#include <fmt/format.h>

#include "flows/definition/rule_sql.h"
#include "flows/engine/curation.h"
#include "flows/engine/errors.h"

namespace caudal::flows::engine {
namespace {

RuleTarget target_of(const Contract& contract, std::string table, Date today,
                     std::function<std::optional<std::string>(std::string_view)> reference) {
  return {.table = std::move(table), .columns = &contract.columns, .today = today, .reference = std::move(reference)};
}

}  // namespace

TableName Curation::reference_table(std::string_view name) const {
  const auto found = request_.curated_tables.find(std::string(name));
  if (found != request_.curated_tables.end()) return found->second;
  return {request_.action->output.database, std::string(name)};
}

Result<void> Curation::check_rules() {
  const Date today = std::chrono::floor<std::chrono::days>(context_.platform.clock.now());
  const auto reference = [this](std::string_view name) {
    return std::optional<std::string>(quoted(reference_table(name)));
  };
  // Row-level rules first: what they set aside is not measured by the rules over the whole delivery.
  for (const bool row_level : {true, false}) {
    for (const QualityRule& rule : contract_.rules) {
      if (rule.rule.is_row_level() != row_level) continue;
      runs::QualityRecord record{
          .table = contract_.table, .rule = rule.rule.to_string(), .name = rule.name, .action = name_of(rule.action)};
      RuleTarget target = target_of(contract_, row_level ? "delta" : "accepted", today, reference);
      if (!row_level) target.known_key = KnownKey{contract_.key, CurateSql::kRepeatedKeys};
      if (rule.action == RuleAction::kQuarantine) {
        TRY(check_row_rule(rule, TRY(row_predicate(rule.rule, target)), record));
      } else {
        TRY(measure_rule(rule, TRY(measure_query(rule.rule, target)), record));
      }
      result_.quality.push_back(std::move(record));
    }
    if (row_level) {
      TRY(check_references());
      TRY(settle_repeats());
    }
  }
  return {};
}

// Grouping millions of keys, or looking them up in what is curated, to find that hardly any repeats is most of the work
// of a large delivery; so they are sieved first.
Result<void> Curation::find_suspects() {
  constexpr size_t kMost = 200'000;  // from here on looking at all keys is no worse
  std::vector<uint64_t> hashes;
  std::vector<uint64_t> found;
  std::vector<std::vector<sql::Value>> suspects;
  auto stream = TRY(session_->query(sql_.key_hashes(), {}, options()));
  while (const auto chunk = TRY(stream.next())) {
    hashes.clear();
    found.clear();
    for (size_t row = 0; row < chunk->rows(); ++row) hashes.push_back(static_cast<uint64_t>(chunk->integer(0, row)));
    keys_.add(hashes, found);
    for (const uint64_t hash : found) {
      if (suspects.size() <= kMost) suspects.push_back({static_cast<int64_t>(hash)});
    }
  }
  if (suspects.size() > kMost) return {};
  suspects_ = CurateSql::Keys::kSuspects;
  TRY(session_->register_source(
      "suspeitas", sql::make_rows_source({{"h", sql::Type::of(sql::TypeId::kBigint)}}, std::move(suspects))));
  TRY(execute(fmt::format("CREATE TABLE {} AS SELECT DISTINCT h FROM suspeitas()", CurateSql::kSuspects)));
  return {};
}

Result<void> Curation::settle_repeats() {
  TRY(find_suspects());
  if (TRY(execute(sql_.find_repeated_keys(suspects_))) > 0) TRY(execute(sql_.settle_repeats()));
  return {};
}

// A month that is delivered again finds its keys in that month's partition, whatever else is curated.
Result<void> Curation::compare_with_curated() {
  const TableName& table = request_.action->output;
  if (!TRY(has_rows(table))) {
    TRY(execute("CREATE TABLE replaced AS SELECT * FROM delta WHERE false"));
    return {};
  }
  // The sieve knows the keys of this run alone.
  const bool only_this_run = TRY(context_.platform.catalog.live().partitions(table.database, table.table)).empty();
  TRY(execute(sql_.seek(only_this_run ? suspects_ : CurateSql::Keys::kAll)));
  std::vector<Month> months;
  for (const auto& row : TRY(query_rows(*session_, "SELECT DISTINCT _mes FROM accepted ORDER BY _mes", options())))
    months.push_back(month_from_number(whole(row[0])));
  TRY(execute(sql_.find_existing(months)));
  if (TRY(execute(sql_.seek_the_rest())) > 0) TRY(execute(sql_.find_existing_elsewhere(months)));
  TRY(execute(sql_.settle_existing()));
  return {};
}

Result<void> Curation::check_row_rule(const QualityRule& rule, const std::string& predicate,
                                      runs::QualityRecord& record) {
  record.rows_failed = TRY(execute(sql_.mark(predicate, rule.name)));
  record.rows_total = static_cast<uint64_t>(TRY(query_count(*session_, "SELECT count(*) FROM delta", options())));
  record.outcome = record.rows_failed == 0 ? runs::RuleOutcome::kPassed : runs::RuleOutcome::kFailed;
  record.measured = std::to_string(record.rows_failed);
  return {};
}

Result<void> Curation::measure_rule(const QualityRule& rule, const std::string& measure, runs::QualityRecord& record) {
  const Rows rows = TRY(query_rows(*session_, measure, options()));
  const auto& row = rows.at(0);
  record.measured = text(row[0]);
  const bool passed = std::get_if<bool>(&row[1]) != nullptr && std::get<bool>(row[1]);
  record.outcome = passed ? runs::RuleOutcome::kPassed : runs::RuleOutcome::kFailed;
  record.rows_failed = static_cast<uint64_t>(whole(row[2]));
  record.rows_total = static_cast<uint64_t>(whole(row[3]));
  if (passed) return {};
  const std::string told =
      fmt::format("{}: {} does not hold (measured {})", contract_.table, record.rule, record.measured);
  if (rule.action == RuleAction::kFail) {
    failures_.push_back(told);
  } else {
    context_.log(runs::LogLevel::kWarning, request_.step, told);
    result_.warnings += 1;
  }
  return {};
}

Result<void> Curation::check_references() {
  for (const Reference& reference : contract_.references) {
    const std::string target = quoted(reference_table(reference.table));
    const uint64_t orphans = TRY(execute(sql_.mark_orphans(reference, target)));
    result_.quality.push_back(
        {.table = contract_.table,
         .rule = fmt::format("ReferentialIntegrity \"{}\" \"{}.{{{}}}\" = 1.0", fmt::join(reference.columns, ","),
                             reference.table, fmt::join(reference.target_columns, ",")),
         .name = "orfao",
         .action = name_of(RuleAction::kQuarantine),
         .outcome = orphans == 0 ? runs::RuleOutcome::kPassed : runs::RuleOutcome::kFailed,
         .measured = std::to_string(orphans),
         .rows_failed = orphans,
         .rows_total = TRY(query_count(*session_, "SELECT count(*) FROM delta", options())) + 0ULL});
  }
  return {};
}

Result<void> Curation::check_failures() const {
  if (failures_.empty()) return {};
  return Error{
      Errc::rule_failed,
      fmt::format("the data was refused, nothing was published: {}. See caudal.quality for run {}; deliver the "
                  "file again, or change the contract",
                  fmt::join(failures_, "; "), context_.publication())};
}

}  // namespace caudal::flows::engine
