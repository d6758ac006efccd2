// SPDX-License-Identifier: Apache-2.0
// One statement measures all variables of a book at once.
#include "flows/engine/drift.h"

#include <fmt/format.h>

#include <algorithm>

#include "flows/engine/curate_sql.h"
#include "flows/engine/session_rows.h"

namespace caudal::flows::engine {
namespace {

std::string level_of(const DriftDefinition& definition, double psi) {
  if (psi > definition.alert_above) return "strong";
  return psi > definition.warn_above ? "moderate" : "stable";
}

Result<bool> has_partition(const RunContext& context, const TableName& table, Date dt_base) {
  const std::vector<std::string> values{to_string(dt_base)};
  const auto found =
      context.platform.catalog.with_staged(context.publication()).partition(table.database, table.table, values);
  if (!found && found.error().is(ErrorClass::kNotFound)) return false;
  if (!found) return found.error();
  return found->has_value();
}

std::string quantile_list(int buckets) {
  std::string text;
  for (int i = 1; i < buckets; ++i) text += fmt::format("{}{}", i == 1 ? "" : ", ", static_cast<double>(i) / buckets);
  return text;
}

}  // namespace

std::string drift_select(const std::string& table, const std::vector<std::string>& variables, Date base, Date current,
                         int buckets, const std::string& sample) {
  std::string wide;
  for (const std::string& variable : variables) {
    const std::string name = sql::quote_identifier(variable);
    wide += fmt::format(", CAST({0} AS DOUBLE) AS {0}", name);
  }
  return fmt::format(
      "WITH wide AS (SELECT dt_base = DATE '{current}' AS is_current{wide} FROM {table} "
      "WHERE dt_base IN (DATE '{base}', DATE '{current}'){sample}), "
      "long AS (FROM wide UNPIVOT INCLUDE NULLS (v FOR variable IN (COLUMNS(* EXCLUDE (is_current))))), "
      "edges AS (SELECT variable, quantile_disc(v, [{quantiles}]) AS edges FROM long WHERE NOT is_current AND v IS NOT "
      "NULL GROUP BY variable), "
      "counted AS (SELECT variable, CASE WHEN v IS NULL THEN -1 ELSE len(list_filter(coalesce(edges, []), lambda e: e "
      "< "
      "v)) END AS bucket, count(*) FILTER (NOT is_current) AS b, count(*) FILTER (is_current) AS c "
      "FROM long LEFT JOIN edges USING (variable) GROUP BY ALL), "
      "shares AS (SELECT variable, greatest(CAST(b AS DOUBLE) / (sum(b) OVER w), 0.0001) AS b, "
      "greatest(CAST(c AS DOUBLE) / (sum(c) OVER w), 0.0001) AS c "
      "FROM counted WINDOW w AS (PARTITION BY variable)) "
      "SELECT variable, round(sum((c - b) * ln(c / b)), 6) AS psi FROM shares GROUP BY variable ORDER BY variable",
      fmt::arg("current", to_string(current)), fmt::arg("base", to_string(base)), fmt::arg("wide", wide),
      fmt::arg("table", table), fmt::arg("quantiles", quantile_list(buckets)), fmt::arg("sample", sample));
}

Result<DeriveResult> measure_drift(RunContext& context, const std::string& step, const DriftDefinition& definition,
                                   Date dt_base) {
  const auto& book_step = std::get<BookStep>(context.flow.find_step(definition.book)->action);
  const TableName& table = book_step.output.table;
  const Date base = first_day(month_of(dt_base) - std::chrono::months(definition.months_before));
  DeriveResult result;
  if (!TRY(has_partition(context, table, base)) || !TRY(has_partition(context, table, dt_base))) {
    result.message = fmt::format("no book of {} and {} to compare", to_string(base), to_string(dt_base));
    return result;
  }
  std::vector<std::string> variables = definition.variables;
  if (variables.empty()) {
    for (const BookVariable& variable : book_step.book.variables) variables.push_back(variable.name);
  }
  auto session = TRY(context.session());
  const sql::QueryOptions options{.stop = context.stop};
  const int64_t entities = TRY(query_count(
      *session, fmt::format("SELECT count(*) FROM {} WHERE dt_base = DATE '{}'", quoted(table), to_string(dt_base)),
      options));
  const int64_t every = std::max<int64_t>(1, entities / kDriftSampleEntities);
  const std::string sample =
      every == 1 ? "" : fmt::format(" AND hash({}) % {} = 0", sql::quote_identifier(book_step.book.entity), every);
  const std::string select = drift_select(quoted(table), variables, base, dt_base, definition.buckets, sample);
  uint64_t shifted = 0;
  for (const auto& row : TRY(query_rows(*session, select, options))) {
    const double* psi = std::get_if<double>(&row[1]);
    const double value = psi ? *psi : 0;
    result.drift.push_back({.table = table.to_string(),
                            .variable = text(row[0]),
                            .base = base,
                            .current = dt_base,
                            .psi = value,
                            .level = level_of(definition, value)});
    if (value > definition.alert_above) shifted += 1;
  }
  result.rows = result.drift.size();
  result.message = fmt::format("{} of {} variables shifted by more than {} since {}", shifted, result.drift.size(),
                               definition.alert_above, to_string(base));
  if (shifted > 0) context.log(runs::LogLevel::kWarning, step, result.message);
  result.warnings = shifted > 0 ? 1 : 0;
  return result;
}

}  // namespace caudal::flows::engine
