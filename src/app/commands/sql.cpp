// SPDX-License-Identifier: Apache-2.0
// `caudal sql`.
#include <unistd.h>

#include "app/commands/all.h"
#include "app/commands/query_table.h"
#include "app/context.h"
#include "app/errors.h"
#include "app/terminal/input_source.h"

namespace caudal::app {
namespace {

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
  return query_table(context, statement);
}

}  // namespace

Command sql_command() {
  return {
      .name = "sql",
      .summary = "ask the tables a question in SQL",
      .details =
          "Tables are named with their database, such as curated.tb_faturas; database caudal holds what the\n"
          "platform knows of itself (caudal.runs, caudal.steps, caudal.quality, caudal.reconciliation, ...).\n"
          "SHOW DATABASES, SHOW TABLES [IN database], SHOW COLUMNS IN database.table, SHOW PARTITIONS database.table\n"
          "and DESCRIBE database.table tell what there is; of the first two LIKE '*faturas|book*' shows some.\n"
          "Only the partitions that the statement needs are read. The statement comes from standard input\n"
          "when it is - or left out.",
      .examples = {"caudal sql 'select ano, mes, count(*), sum(valor_fatura) from curated.tb_faturas group by 1, 2'",
                   "caudal sql \"select * from refined.book_variaveis where dt_base = date '2024-02-01'\"",
                   "caudal sql --output csv --file book.csv < book.sql"},
      .options = table_options(),
      .positionals = {{.name = "STATEMENT",
                       .help = "one SELECT (or EXPLAIN of one), SHOW or DESCRIBE",
                       .required = false}},
      .run = run_sql};
}

}  // namespace caudal::app
