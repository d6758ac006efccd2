// SPDX-License-Identifier: Apache-2.0
// Sums of the rows' hashes first, which cost little; only where those differ the rows themselves.
#include "flows/engine/collected_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "flows/engine/curate_sql.h"
#include "flows/engine/session_rows.h"

namespace caudal::flows::engine {
namespace {

constexpr int kMostNamed = 5;

class DayRows {
 public:
  DayRows(RunContext& context, const CollectStep& step, DaySource& source, Date day)
      : context_(context), step_(step), source_(source), day_(day) {}

  Result<std::vector<std::string>> differing() {
    session_ = TRY(context_.session());
    const auto rows = TRY(source_.rows(day_));
    const catalog::Table table = TRY(context_.platform.catalog.with_staged(context_.publication())
                                         .table(step_.output.table.database, step_.output.table.table));
    std::string of_lake;
    for (const sql::Column& column : rows->columns()) {
      const std::string name = sql::quote_identifier(column.name);
      // One that is new, and was in no day since: as it is read of the days before it.
      const bool is_there =
          std::ranges::find(table.columns, column.name, &catalog::Column::name) != table.columns.end();
      of_lake += fmt::format("{}{}{}", of_lake.empty() ? "" : ", ", is_there ? "" : "NULL AS ", name);
      columns_ += (columns_.empty() ? "" : ", ") + name;
    }
    TRY(session_->register_source("caudal_rows", rows));
    TRY(session_->register_source("caudal_kept", TRY(source_.kept(day_))));
    const std::string lake = fmt::format("SELECT {} FROM {} WHERE {} = DATE '{}'", of_lake, quoted(step_.output.table),
                                         sql::quote_identifier(step_.output.partition), to_string(day_));
    const std::string published_from = fmt::format("SELECT {} FROM caudal_rows()", columns_);
    const std::string kept = fmt::format("SELECT {} FROM caudal_kept()", columns_);
    const Digests digests = TRY(digests_of({lake, published_from, kept}));
    std::vector<std::string> told;
    if (digests[0] != digests[1]) {
      told.push_back(TRY(tell(lake, published_from, fmt::format("in what {} publishes from", step_.source))));
    }
    if (digests[0] != digests[2]) told.push_back(TRY(tell(lake, kept, fmt::format("in {} itself", step_.source))));
    return told;
  }

 private:
  static constexpr size_t kSides = 3;
  using Digests = std::array<std::string, kSides>;

  // Of all rows and columns, whatever the order: how many, and two sums of different hashes of each. In one statement,
  // so that the columns are of the same types on all sides.
  Result<Digests> digests_of(const std::array<std::string, kSides>& sides) {
    std::string all;
    for (size_t n = 0; n < kSides; ++n) {
      all += fmt::format("{}SELECT {} AS caudal_side, * FROM ({})", n > 0 ? " UNION ALL " : "", n, sides[n]);
    }
    const std::string statement = fmt::format(
        "SELECT caudal_side, concat_ws(' ', count(*), sum(CAST(hash({0}) AS HUGEINT)), "
        "sum(CAST(hash('again', {0}) AS HUGEINT))) FROM ({1}) GROUP BY caudal_side",
        columns_, all);
    Digests digests;
    for (const auto& row : TRY(query_rows(*session_, statement, {.stop = context_.stop}))) {
      digests[static_cast<size_t>(whole(row[0]))] = text(row[1]);
    }
    return digests;
  }

  Result<std::string> tell(const std::string& lake, const std::string& other, const std::string& where) {
    const std::string statement = fmt::format(
        "SELECT id, count(*) OVER () FROM (SELECT DISTINCT CAST({0} AS VARCHAR) AS id FROM "
        "((({1}) EXCEPT ALL ({2})) UNION ALL (({2}) EXCEPT ALL ({1})))) ORDER BY id LIMIT {3}",
        sql::quote_identifier(source_.key()), lake, other, kMostNamed);
    std::string names;
    int64_t count = 0;
    for (const auto& row : TRY(query_rows(*session_, statement, {.stop = context_.stop}))) {
      names += (names.empty() ? "" : ", ") + text(row[0]);
      count = whole(row[1]);
    }
    return fmt::format("{} of {}: {} rows are otherwise in the lake than {}: {}{}", step_.output.table.to_string(),
                       to_string(day_), count, where, names, count > kMostNamed ? ", …" : "");
  }

  RunContext& context_;
  const CollectStep& step_;
  DaySource& source_;
  const Date day_;
  std::unique_ptr<queries::Session> session_;
  std::string columns_;
};

}  // namespace

Result<std::vector<std::string>> differing_rows(RunContext& context, const CollectStep& step, DaySource& source,
                                                Date day) {
  return DayRows(context, step, source, day).differing();
}

}  // namespace caudal::flows::engine
