// SPDX-License-Identifier: Apache-2.0
// Streams a result into a table, chunk by chunk.
#include "app/commands/query_table.h"

#include <atomic>

#include "queries/engine.h"

namespace caudal::app {
namespace {

Column::Kind kind_of(const sql::Type& type) {
  switch (type.id) {
    case sql::TypeId::kTinyint:
    case sql::TypeId::kSmallint:
    case sql::TypeId::kInteger:
    case sql::TypeId::kBigint:
    case sql::TypeId::kHugeint:
    case sql::TypeId::kUtinyint:
    case sql::TypeId::kUsmallint:
    case sql::TypeId::kUinteger:
    case sql::TypeId::kUbigint:
    case sql::TypeId::kFloat:
    case sql::TypeId::kDouble:
    case sql::TypeId::kDecimal: return Column::Kind::kNumber;
    case sql::TypeId::kBoolean: return Column::Kind::kBoolean;
    default: return Column::Kind::kText;
  }
}

Result<void> write_chunk(const sql::Chunk& chunk, TableWriter& rows) {
  std::vector<std::string> texts(chunk.columns());
  std::vector<Cell> cells(chunk.columns());
  for (size_t row = 0; row < chunk.rows(); ++row) {
    for (size_t column = 0; column < chunk.columns(); ++column) {
      texts[column].clear();
      cells[column].reset();
      if (chunk.is_null(column, row)) continue;
      chunk.append_text(texts[column], column, row);
      cells[column] = texts[column];
    }
    TRY(rows.row(cells));
  }
  return {};
}

}  // namespace

Result<void> query_table(Context& context, std::string_view statement) {
  auto session = TRY(TRY(context.queries())->open_session({.counts_progress = true}));
  std::atomic<bool> rows_have_come = false;  // from then on the bar would get between them
  queries::QueryOptions options{.stop = context.stop(), .on_progress = [&](const sql::Progress& now) {
                                  if (!rows_have_come) context.teller().progress(now.fraction, "running the query");
                                }};
  sql::ResultStream stream = TRY(session->query(statement, options));
  std::optional<sql::Chunk> chunk = TRY(stream.next());
  rows_have_come = true;
  context.teller().clear();
  std::vector<Column> columns;
  for (const sql::Column& column : stream.columns()) columns.push_back({column.name, kind_of(column.type)});
  return context.table(std::move(columns), [&](TableWriter& rows) -> Result<void> {
    while (chunk) {
      TRY(write_chunk(*chunk, rows));
      chunk = TRY(stream.next());
    }
    return {};
  });
}

}  // namespace caudal::app
