// SPDX-License-Identifier: Apache-2.0
// Records as rows: for each table its columns, and the values of one record in the same order.
#include "flows/runs/system_tables.h"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "base/utf8.h"

namespace caudal::runs {
namespace {

using sql::Column;
using sql::Type;
using sql::TypeId;
using sql::Value;
using Row = std::vector<Value>;
using Rows = std::vector<Row>;

constexpr uint8_t kAmountDigits = 38;

class RunTable final : public queries::SystemTable {
 public:
  using Read = std::function<Result<Rows>()>;
  RunTable(std::string name, std::vector<Column> columns, Read read)
      : name_(std::move(name)), columns_(std::move(columns)), read_(std::move(read)) {}
  std::string_view name() const override { return name_; }
  const std::vector<Column>& columns() const override { return columns_; }
  Result<Rows> rows() const override { return read_(); }

 private:
  const std::string name_;
  const std::vector<Column> columns_;
  const Read read_;
};

Column varchar(std::string name) { return {std::move(name), Type::of(TypeId::kVarchar)}; }
Column bigint(std::string name) { return {std::move(name), Type::of(TypeId::kBigint)}; }
Column boolean(std::string name) { return {std::move(name), Type::of(TypeId::kBoolean)}; }
Column timestamp(std::string name) { return {std::move(name), Type::of(TypeId::kTimestamp)}; }
Column date(std::string name) { return {std::move(name), Type::of(TypeId::kDate)}; }

Value text(std::string_view value) { return to_valid_utf8(value); }
// NULL for what says nothing.
Value text_or_null(std::string_view value) { return value.empty() ? Value() : text(value); }
Value number(uint64_t value) { return static_cast<int64_t>(value); }
Value month(const std::optional<Month>& value) { return value ? Value(caudal::to_string(*value)) : Value(); }
Value instant(const std::optional<Timestamp>& value) { return value ? Value(*value) : Value(); }
Value duration(const std::optional<Timestamp>& from, const std::optional<Timestamp>& to) {
  if (!from || !to) return {};
  return int64_t{std::chrono::floor<std::chrono::milliseconds>(*to - *from).count()};
}
Value list(const std::vector<std::string>& values) { return text_or_null(fmt::format("{}", fmt::join(values, ", "))); }
Value dates(const std::vector<Date>& values) {
  std::vector<std::string> texts;
  for (const Date value : values) texts.push_back(caudal::to_string(value));
  return list(texts);
}

std::vector<Column> run_columns() {
  return {varchar("run_id"),    varchar("flow"),        varchar("kind"),          varchar("trigger"),
          varchar("state"),     varchar("first_month"), varchar("last_month"),    varchar("dt_bases"),
          varchar("files"),     varchar("only_steps"),  boolean("forced"),        varchar("rollback_to"),
          timestamp("started"), timestamp("ended"),     bigint("duration_ms"),    bigint("attempt"),
          bigint("warnings"),   varchar("error"),       varchar("error_class"),   varchar("flow_version"),
          bigint("host_pid"),   varchar("work_key"),    boolean("details_pruned")};
}

Row run_row(const RunRecord& run) {
  const RunParameters& p = run.parameters;
  return {text(run.id.text()),
          text(run.flow),
          text(to_string(run.kind)),
          text(to_string(run.trigger)),
          text(to_string(run.state)),
          month(p.from),
          month(p.to),
          dates(p.dt_bases),
          list(p.files),
          list(p.only_steps),
          p.forced,
          text_or_null(p.rollback_to),
          run.started,
          instant(run.ended),
          duration(run.started, run.ended),
          number(run.attempt),
          number(run.warnings),
          text_or_null(run.error),
          text_or_null(run.error_class),
          text_or_null(run.flow_version),
          run.host_pid,
          text_or_null(run.work_key),
          run.details_pruned};
}

std::vector<Column> step_columns() {
  return {varchar("run_id"),  varchar("flow"),      varchar("step"),     bigint("ordinal"),     varchar("state"),
          bigint("attempt"),  timestamp("started"), timestamp("ended"),  bigint("duration_ms"), bigint("rows_in"),
          bigint("rows_out"), bigint("bytes_in"),   bigint("bytes_out"), varchar("message")};
}

Row step_row(const RunRecord& run, const StepRecord& step) {
  return {text(run.id.text()),
          text(run.flow),
          text(step.name),
          number(step.position),
          text(to_string(step.state)),
          number(step.attempt),
          instant(step.started),
          instant(step.ended),
          duration(step.started, step.ended),
          number(step.rows_in),
          number(step.rows_out),
          number(step.bytes_in),
          number(step.bytes_out),
          text_or_null(step.message)};
}

std::vector<Column> quality_columns() {
  return {varchar("run_id"),   varchar("flow"),       varchar("step"),     varchar("table_name"),
          varchar("rule"),     varchar("name"),       varchar("action"),   varchar("outcome"),
          varchar("measured"), bigint("rows_failed"), bigint("rows_total")};
}

Row quality_row(const RunRecord& run, const OfStep<QualityRecord>& row) {
  const QualityRecord& r = row.record;
  return {text(run.id.text()),
          text(run.flow),
          text(row.step),
          text(r.table),
          text(r.rule),
          text_or_null(r.name),
          text(r.action),
          text(to_string(r.outcome)),
          text_or_null(r.measured),
          number(r.rows_failed),
          number(r.rows_total)};
}

std::vector<Column> lineage_columns() {
  return {varchar("run_id"),
          varchar("flow"),
          varchar("step"),
          varchar("input"),
          varchar("input_version"),
          varchar("output_table"),
          varchar("output_partition"),
          bigint("row_count")};
}

Row lineage_row(const RunRecord& run, const OfStep<LineageRecord>& row) {
  const LineageRecord& r = row.record;
  return {text(run.id.text()),
          text(run.flow),
          text(row.step),
          text(r.input),
          text_or_null(r.input_version),
          text(r.output_table),
          text_or_null(r.output_partition),
          number(r.rows)};
}

std::vector<Column> reconciliation_columns(uint8_t scale) {
  const auto amount = [scale](std::string name) {
    return Column{std::move(name), Type::decimal(kAmountDigits, scale)};
  };
  return {varchar("run_id"),
          varchar("flow"),
          varchar("step"),
          varchar("table_name"),
          varchar("file"),
          bigint("rows_read"),
          bigint("rows_curated"),
          bigint("rows_quarantined"),
          bigint("rows_duplicated"),
          varchar("amount_column"),
          amount("amount_read"),
          amount("amount_curated"),
          amount("amount_quarantined"),
          amount("amount_duplicated"),
          bigint("amounts_unreadable"),
          boolean("balanced")};
}

Result<Value> amount(const Decimal& value, uint8_t scale) {
  const auto exact = value.rescaled(scale);
  if (!exact) {
    return Error{
        Errc::amount_too_exact,
        fmt::format("the amount {} does not fit decimal({},{}), as no run had recorded finer ones before; ask again",
                    value.to_string(), kAmountDigits, scale)};
  }
  return Value(*exact);
}

Result<Row> reconciliation_row(const RunRecord& run, const OfStep<ReconciliationRecord>& row, uint8_t scale) {
  const ReconciliationRecord& r = row.record;
  Row values = {text(run.id.text()),
                text(run.flow),
                text(row.step),
                text(r.table),
                text(r.file),
                number(r.rows_read),
                number(r.rows_curated),
                number(r.rows_quarantined),
                number(r.rows_duplicated),
                text_or_null(r.amount_column)};
  for (const Decimal* each : {&r.amount_read, &r.amount_curated, &r.amount_quarantined, &r.amount_duplicated}) {
    // Without a column to add up there are no amounts.
    values.push_back(r.amount_column.empty() ? Value() : TRY(amount(*each, scale)));
  }
  values.push_back(number(r.amounts_unreadable));
  values.emplace_back(r.balanced);
  return values;
}

std::vector<Column> drift_columns() {
  return {varchar("run_id"),   varchar("flow"),        varchar("step"), varchar("table_name"),
          varchar("variable"), date("dt_base_before"), date("dt_base"), {"psi", Type::of(TypeId::kDouble)},
          varchar("level")};
}

Row drift_row(const RunRecord& run, const OfStep<DriftRecord>& row) {
  const DriftRecord& r = row.record;
  return {text(run.id.text()), text(run.flow), text(row.step), text(r.table), text(r.variable), r.base,
          r.current,           r.psi,          text(r.level)};
}

std::vector<Column> log_columns() {
  return {varchar("run_id"), varchar("flow"), bigint("line"),    timestamp("logged_at"),
          varchar("level"),  varchar("step"), varchar("message")};
}

Row log_row(const RunRecord& run, const LogLine& line) {
  return {text(run.id.text()),         text(run.flow),          number(line.number), line.at,
          text(to_string(line.level)), text_or_null(line.step), text(line.text)};
}

Result<Rows> rows_of_all_runs(const RunStore& store) {
  Rows rows;
  const std::vector<RunRecord> runs = TRY(store.list({}));
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) rows.push_back(run_row(*run));
  return rows;
}

// The rows that each run has, oldest run first.
template <class List, class MakeRow>
Result<Rows> rows_of_runs(const RunStore& store, List records_of, MakeRow make_row) {
  Rows rows;
  const std::vector<RunRecord> runs = TRY(store.list({}));
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    for (const auto& record : TRY(records_of(run->id))) {
      Result<Row> row = make_row(*run, record);
      if (!row) return std::move(row).error();
      rows.push_back(*std::move(row));
    }
  }
  return rows;
}

}  // namespace

Result<std::vector<std::shared_ptr<const queries::SystemTable>>> make_system_tables(const RunStore& runs) {
  std::vector<std::shared_ptr<const queries::SystemTable>> tables;
  const auto add = [&](std::string name, std::vector<Column> columns, auto records_of, auto make_row) {
    tables.push_back(std::make_shared<RunTable>(
        std::move(name), std::move(columns),
        [&runs, records_of, make_row]() -> Result<Rows> { return rows_of_runs(runs, records_of, make_row); }));
  };
  const uint8_t scale = TRY(runs.amount_scale());
  tables.push_back(std::make_shared<RunTable>("runs", run_columns(), [&runs] { return rows_of_all_runs(runs); }));
  add("steps", step_columns(), [&runs](const RunId& id) { return runs.steps(id); }, step_row);
  add("quality", quality_columns(), [&runs](const RunId& id) { return runs.quality(id); }, quality_row);
  add("lineage", lineage_columns(), [&runs](const RunId& id) { return runs.lineage(id); }, lineage_row);
  add(
      "reconciliation", reconciliation_columns(scale), [&runs](const RunId& id) { return runs.reconciliation(id); },
      [scale](const RunRecord& run, const auto& row) { return reconciliation_row(run, row, scale); });
  add("drift", drift_columns(), [&runs](const RunId& id) { return runs.drift(id); }, drift_row);
  add("logs", log_columns(), [&runs](const RunId& id) { return runs.logs(id); }, log_row);
  return tables;
}

}  // namespace caudal::runs
