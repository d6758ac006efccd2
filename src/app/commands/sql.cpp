// SPDX-License-Identifier: Apache-2.0
// `caudal sql`.
#include <fmt/format.h>
#include <unistd.h>

#include "app/commands/all.h"
#include "app/context.h"
#include "app/errors.h"
#include "app/terminal/input_source.h"
#include "base/thread_annotations.h"
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

// A bar that the query's own thread draws until the first rows come.
class QueryProgress {
 public:
  explicit QueryProgress(Context& context) : bar_(context.surroundings().error, context.terminal(), context.clock()) {}
  void show(const sql::Progress& progress) CAUDAL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    if (!over_) bar_.show(progress.fraction, "running the query");
  }
  void end() CAUDAL_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    over_ = true;
    bar_.clear();
  }

 private:
  Mutex mutex_;
  bool over_ CAUDAL_GUARDED_BY(mutex_) = false;
  ProgressBar bar_ CAUDAL_GUARDED_BY(mutex_);
};

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

Result<std::string> read_statement(Context& context, const Arguments& arguments) {
  const auto typed = arguments.text("STATEMENT");
  if (typed && *typed != "-") return *typed;
  if (!typed && ::isatty(STDIN_FILENO) == 1) {
    return Error{Errc::usage, "give a statement, as in: caudal sql 'select * from caudal.runs'"};
  }
  const auto input = TRY(InputSource::open(context.stop()));
  return objects::read_all(*input);
}

Result<void> run_sql(Context& context, const Arguments& arguments) {
  const std::string statement = TRY(read_statement(context, arguments));
  auto session = TRY(TRY(context.queries())->open_session());
  QueryProgress progress(context);
  queries::QueryOptions options{.stop = context.stop(),
                                .on_progress = [&](const sql::Progress& now) { progress.show(now); }};
  sql::ResultStream stream = TRY(session->query(statement, options));
  std::optional<sql::Chunk> chunk = TRY(stream.next());
  progress.end();
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

}  // namespace

Command sql_command() {
  return {
      .name = "sql",
      .summary = "ask the tables a question in SQL",
      .details =
          "Tables are named with their database, such as curated.tb_faturas; database caudal holds what the\n"
          "platform knows of itself (caudal.runs, caudal.steps, caudal.quality, caudal.reconciliation, ...).\n"
          "Only the partitions that the statement needs are read. The statement comes from standard input\n"
          "when it is - or left out.",
      .examples = {"caudal sql 'select ano, mes, count(*), sum(valor_fatura) from curated.tb_faturas group by 1, 2'",
                   "caudal sql \"select * from refined.book_variaveis where dt_base = date '2024-02-01'\"",
                   "caudal sql --output csv --file book.csv < book.sql"},
      .options = table_options(),
      .positionals = {{.name = "STATEMENT", .help = "one SELECT (or EXPLAIN of one)", .required = false}},
      .run = run_sql};
}

}  // namespace caudal::app
