// SPDX-License-Identifier: Apache-2.0
// Rules of a delivery, counted in its batches and concluded at its end.
#include "flows/engine/delivery_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/file.h"
#include "flows/definition/column_type.h"
#include "flows/engine/curation.h"
#include "flows/engine/outputs.h"
#include "flows/engine/session_rows.h"

namespace caudal::flows::engine {
namespace {

// From here on looking at all keys is no worse.
constexpr size_t kMostSuspects = 2'000'000;

// One file, two names; a copy where the file system knows no links.
Result<void> share_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::create_hard_link(from, to, error);
  if (error) std::filesystem::copy_file(from, to, error);
  if (error) return errno_error(error.value(), "copy", from);
  return {};
}

Result<std::set<Month>> live_months(const RunContext& context, const TableName& table) {
  std::set<Month> months;
  const auto partitions = context.platform.catalog.live().partitions(table.database, table.table);
  if (!partitions && partitions.error().is(ErrorClass::kNotFound)) return months;
  if (!partitions) return partitions.error();
  for (const catalog::Partition& partition : *partitions) {
    if (const auto month = month_of_values(partition.values)) months.insert(*month);
  }
  return months;
}

std::string referential_rule(const Reference& reference) {
  return fmt::format("ReferentialIntegrity \"{}\" \"{}.{{{}}}\" = 1.0", fmt::join(reference.columns, ","),
                     reference.table, fmt::join(reference.target_columns, ","));
}

// A table of the catalog as a contract would write it; none where it has types that no contract has.
std::optional<std::vector<ContractColumn>> contract_columns(const catalog::View& view, const TableName& name) {
  const auto table = view.table(name.database, name.table);
  if (!table) return std::nullopt;
  std::vector<ContractColumn> columns;
  for (const catalog::Column& column : table->columns) {
    const auto type = parse_column_type(column.type.to_string());
    if (!type) return std::nullopt;
    columns.push_back({.name = column.name, .type = *type});
  }
  return columns;
}

}  // namespace

TableName reference_table(const CurateRequest& request, std::string_view name) {
  const auto found = request.curated_tables.find(std::string(name));
  if (found != request.curated_tables.end()) return found->second;
  return {request.action->output.database, std::string(name)};
}

Result<void> create_suspects(queries::Session& session, std::span<const int64_t> hashes,
                             const sql::QueryOptions& options) {
  std::vector<std::vector<sql::Value>> rows;
  rows.reserve(hashes.size());
  for (const int64_t hash : hashes) rows.push_back({hash});
  TRY(session.register_source("suspeitas",
                              sql::make_rows_source({{"h", sql::Type::of(sql::TypeId::kBigint)}}, std::move(rows))));
  TRY(session.run(fmt::format("CREATE TABLE {} AS SELECT DISTINCT h FROM suspeitas()", CurateSql::kSuspects), options));
  return {};
}

DeliveryRules::DeliveryRules(RunContext& context, const CurateRequest& request, size_t batches)
    : context_(context),
      request_(request),
      contract_(request.input->contract),
      sql_(request.input->contract, *request.action),
      only_batch_(batches == 1),
      today_(std::chrono::floor<std::chrono::days>(context.platform.clock.now())),
      orphans_(contract_.references.size()) {
  for (const QualityRule& rule : contract_.rules) {
    if (rule.rule.is_row_level())
      row_rules_.push_back({&rule});
    else
      measures_accepted_ = true;
  }
}

Result<std::unique_ptr<DeliveryRules>> DeliveryRules::open(RunContext& context, const CurateRequest& request,
                                                           size_t batches) {
  auto rules = std::unique_ptr<DeliveryRules>(new DeliveryRules(context, request, batches));
  rules->live_months_ = TRY(live_months(context, request.action->output));
  return rules;
}

RuleTarget DeliveryRules::target(std::string table) const {
  return {
      .table = std::move(table),
      .columns = &contract_.columns,
      .today = today_,
      .reference =
          [this](std::string_view name) { return std::optional<std::string>(quoted(reference_table(request_, name))); },
      .reference_columns =
          [this](std::string_view name) {
            return contract_columns(context_.platform.catalog.with_staged(context_.publication()),
                                    reference_table(request_, name));
          }};
}

// What quarantine takes is one count too: the rows that satisfy the rule, and the others.
Result<void> DeliveryRules::check_rows(queries::Session& session) {
  const RuleTarget delta = target("delta");
  const auto rows = static_cast<uint64_t>(TRY(query_count(session, "SELECT count(*) FROM delta", options())));
  rows_ += rows;
  for (Counted& counted : row_rules_) {
    const QualityRule& rule = *counted.rule;
    if (rule.action == RuleAction::kQuarantine) {
      counted.counts.resize(1);
      const uint64_t marked = TRY(session.run(sql_.mark(TRY(row_predicate(rule.rule, delta)), rule.name), options()));
      counted.counts[0].total += rows;
      counted.counts[0].good += rows - marked;
      continue;
    }
    const std::vector<std::string> queries = TRY(count_queries(rule.rule, delta));
    counted.counts.resize(queries.size());
    for (size_t i = 0; i < queries.size(); ++i) {
      const Rows found = TRY(query_rows(session, queries[i], options()));
      counted.counts[i].total += static_cast<uint64_t>(whole(found.at(0).at(0)));
      counted.counts[i].good += static_cast<uint64_t>(whole(found.at(0).at(1)));
    }
  }
  return {};
}

Result<void> DeliveryRules::check_references(queries::Session& session) {
  for (size_t i = 0; i < contract_.references.size(); ++i) {
    const Reference& reference = contract_.references[i];
    const std::string target = quoted(reference_table(request_, reference.table));
    orphans_[i] += TRY(session.run(sql_.mark_orphans(reference, target), options()));
  }
  return {};
}

Result<void> DeliveryRules::check_accepted(queries::Session& session,
                                           const std::optional<std::vector<int64_t>>& suspects) {
  if (only_batch_) {
    RuleTarget whole = target("accepted");
    whole.known_key = KnownKey{contract_.key, CurateSql::kRepeatedKeys};
    return judge(session, whole);
  }
  if (!measures_accepted_) return {};
  suspects_all_ = suspects_all_ || !suspects || suspects_.size() + suspects->size() > kMostSuspects;
  if (suspects_all_) suspects_ = {};
  if (!suspects_all_) suspects_.insert(suspects_.end(), suspects->begin(), suspects->end());
  return note_keys(session);
}

// The keys of accepted rows that go where other rows were before.
Result<void> DeliveryRules::note_keys(queries::Session& session) {
  std::vector<int> shared;
  for (const auto& row : TRY(query_rows(session, "SELECT DISTINCT _mes FROM accepted ORDER BY _mes", options()))) {
    const Month month = month_from_number(whole(row[0]));
    months_.insert(month);
    if (live_months_.contains(month)) shared.push_back(month_number(month));
  }
  if (shared.empty()) return {};
  if (keys_.empty()) keys_folder_ = TRY(context_.fresh_folder(request_.step + ".keys"));
  const std::filesystem::path made = session.scratch_directory() / "keys.parquet";
  TRY(session.materialize(
      fmt::format("SELECT {} FROM accepted WHERE _mes IN ({})", sql_.key_columns(), fmt::join(shared, ", ")), made,
      {.any_order = true, .compression = "snappy", .stop = context_.stop}));
  keys_.push_back(keys_folder_ / fmt::format("keys-{}.parquet", keys_.size()));
  return share_file(made, keys_.back());
}

Result<void> DeliveryRules::conclude() {
  if (only_batch_) return {};  // was concluded in its batch
  auto session = TRY(context_.session());
  if (!measures_accepted_) return judge(*session, target("accepted"));
  TRY(session->resolve(request_.action->output.database, request_.action->output.table));
  for (const QualityRule& rule : contract_.rules) {
    if (rule.rule.reference.empty()) continue;
    const TableName table = reference_table(request_, rule.rule.reference);
    TRY(session->resolve(table.database, table.table));
  }
  TRY(show_delivered(*session));
  RuleTarget whole = target(CurateSql::kDelivered);
  whole.known_key = KnownKey{contract_.key, CurateSql::kRepeatedKeys};
  return judge(*session, whole);
}

// The delivery's rows as view kDelivered, and those of its keys that stand there twice, which none should.
Result<void> DeliveryRules::show_delivered(queries::Session& session) {
  std::vector<Month> fresh;
  std::vector<Month> shared;
  for (const Month month : months_) (live_months_.contains(month) ? shared : fresh).push_back(month);
  std::string files;
  for (const std::filesystem::path& kept : keys_) {
    const std::filesystem::path own = session.scratch_directory() / kept.filename();  // within its sandbox
    TRY(share_file(kept, own));
    files += (files.empty() ? "" : ", ") + sql::quote_literal(own.string());
  }
  TRY(session.run(sql_.create_delivered(fresh, shared, files), options()));
  auto keys = suspects_all_ ? CurateSql::Keys::kAll : CurateSql::Keys::kSuspects;
  if (!suspects_all_ && suspects_.empty()) keys = CurateSql::Keys::kNone;  // as nearly always: nothing to go through
  if (keys == CurateSql::Keys::kSuspects) TRY(create_suspects(session, suspects_, options()));
  TRY(session.run(sql_.find_repeated_keys(keys, CurateSql::kDelivered), options()));
  return {};
}

// Rules about rows first, then references, then rules about the whole table: in the order in which they take effect.
Result<void> DeliveryRules::judge(queries::Session& session, const RuleTarget& whole) {
  std::vector<std::string> measures;
  for (const Counted& counted : row_rules_) {
    if (counted.rule->action == RuleAction::kQuarantine) continue;
    measures.push_back(judge_query(counted.rule->rule, counted.counts, rows_));
  }
  for (const QualityRule& rule : contract_.rules) {
    if (!rule.rule.is_row_level()) measures.push_back(TRY(measure_query(rule.rule, whole)));
  }
  const std::vector<Rows> measured = TRY(query_rows_of_each(session, measures, options()));
  auto next = measured.begin();
  for (const Counted& counted : row_rules_) {
    const QualityRule& rule = *counted.rule;
    if (rule.action == RuleAction::kQuarantine) {
      add_quarantined(rule.rule.to_string(), rule.name, rows_ - counted.counts.at(0).good);
    } else {
      note_judgement(rule, (next++)->at(0));
    }
  }
  for (size_t i = 0; i < orphans_.size(); ++i)
    add_quarantined(referential_rule(contract_.references[i]), "orfao", orphans_[i]);
  for (const QualityRule& rule : contract_.rules) {
    if (!rule.rule.is_row_level()) note_judgement(rule, (next++)->at(0));
  }
  return {};
}

void DeliveryRules::add_quarantined(std::string rule, std::string name, uint64_t rows) {
  records_.push_back({.table = contract_.table,
                      .rule = std::move(rule),
                      .name = std::move(name),
                      .action = name_of(RuleAction::kQuarantine),
                      .outcome = rows == 0 ? runs::RuleOutcome::kPassed : runs::RuleOutcome::kFailed,
                      .measured = std::to_string(rows),
                      .rows_failed = rows,
                      .rows_total = rows_});
}

void DeliveryRules::note_judgement(const QualityRule& rule, const std::vector<sql::Value>& row) {
  const bool passed = std::get_if<bool>(&row[1]) != nullptr && std::get<bool>(row[1]);
  records_.push_back({.table = contract_.table,
                      .rule = rule.rule.to_string(),
                      .name = rule.name,
                      .action = name_of(rule.action),
                      .outcome = passed ? runs::RuleOutcome::kPassed : runs::RuleOutcome::kFailed,
                      .measured = text(row[0]),
                      .rows_failed = static_cast<uint64_t>(whole(row[2])),
                      .rows_total = static_cast<uint64_t>(whole(row[3]))});
  const runs::QualityRecord& record = records_.back();
  const std::string told =
      fmt::format("{}: {} does not hold (measured {})", contract_.table, record.rule, record.measured);
  if (!passed && rule.action == RuleAction::kFail) failures_.push_back(told);
  if (!passed && rule.action == RuleAction::kWarn) {
    context_.log(runs::LogLevel::kWarning, request_.step, told);
    warnings_ += 1;
  }
}

std::vector<runs::QualityRecord> DeliveryRules::take_records() { return std::move(records_); }

std::string DeliveryRules::refusal() const {
  if (failures_.empty()) return {};
  return fmt::format(
      "the data was refused, nothing was published: {}. See caudal.quality for run {}; deliver the file "
      "again, or change the contract",
      fmt::join(failures_, "; "), context_.publication());
}

}  // namespace caudal::flows::engine
