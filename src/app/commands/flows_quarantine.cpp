// SPDX-License-Identifier: Apache-2.0
// `caudal flows quarantine`: what was refused, and trying it again.
#include <fmt/format.h>

#include <set>

#include "app/commands/flows_common.h"
#include "app/commands/flows_run.h"
#include "app/commands/query_table.h"
#include "app/errors.h"
#include "sql/type.h"

namespace caudal::app {
namespace {

constexpr int64_t kMostRows = 100'000'000;

// The flow's quarantine tables that there are.
Result<std::vector<flows::TableName>> quarantine_tables(Context& context, const flows::FlowDefinition& flow) {
  const catalog::View view = TRY(context.catalog())->live();
  std::vector<flows::TableName> tables;
  for (const flows::StepDefinition& step : flow.steps) {
    const auto* curate = std::get_if<flows::CurateStep>(&step.action);
    if (curate == nullptr) continue;
    const auto table = view.table(curate->quarantine.database, curate->quarantine.table);
    if (table) {
      tables.push_back(curate->quarantine);
    } else if (!table.error().is(ErrorClass::kNotFound)) {
      return table.error();
    }
  }
  return tables;
}

// The lists of files refused whole, one for each database that keeps quarantine.
Result<std::vector<flows::TableName>> refused_file_lists(Context& context,
                                                         const std::vector<flows::TableName>& tables) {
  const catalog::View view = TRY(context.catalog())->live();
  std::set<flows::TableName> lists;
  for (const flows::TableName& table : tables) {
    const auto list = view.table(table.database, "arquivos");
    if (list) lists.insert({table.database, "arquivos"});
    if (!list && !list.error().is(ErrorClass::kNotFound)) return list.error();
  }
  return std::vector<flows::TableName>(lists.begin(), lists.end());
}

// A refused file has neither line nor record.
std::string select_files(const std::vector<flows::TableName>& lists) {
  std::string files;
  for (const flows::TableName& list : lists) {
    files +=
        fmt::format(R"( UNION ALL SELECT {0} AS tabela, _execucao, _arquivo, CAST(NULL AS BIGINT) AS _linha, _motivo, )"
                    R"(CAST(NULL AS VARCHAR) AS _registro FROM "{1}"."{2}")",
                    sql::quote_literal(list.to_string()), list.database, list.table);
  }
  return files;
}

std::string select_rows(const std::vector<flows::TableName>& tables, const std::string& files, bool summary,
                        int64_t limit) {
  std::string rows;
  for (const flows::TableName& table : tables) {
    rows += fmt::format(R"({}SELECT {} AS tabela, _execucao, _arquivo, _linha, _motivo, _registro FROM "{}"."{}")",
                        rows.empty() ? "" : " UNION ALL ", sql::quote_literal(table.to_string()), table.database,
                        table.table);
  }
  rows += files;
  if (summary) {
    return fmt::format(
        "SELECT tabela, _motivo, count(*) AS linhas FROM ({}) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {}", rows,
        limit);
  }
  return fmt::format("{} ORDER BY tabela, _execucao, _arquivo, _linha LIMIT {}", rows, limit);
}

Result<void> run_quarantine(Context& context, const Arguments& arguments) {
  const flows::FlowDefinition flow = TRY(load_named_flow(context, arguments.text_or("FLOW", "")));
  if (arguments.has("--replay")) return replay_quarantined(context, flow);
  const auto tables = TRY(quarantine_tables(context, flow));
  if (tables.empty()) {
    context.say(fmt::format("nothing of {} is in quarantine", flow.name));
    return context.table({{"tabela"}, {"_motivo"}}, [](TableWriter&) -> Result<void> { return {}; });
  }
  const int64_t limit = TRY(arguments.whole("--limit", 1, kMostRows)).value_or(100);
  const std::string files = select_files(TRY(refused_file_lists(context, tables)));
  return query_table(context, select_rows(tables, files, arguments.has("--summary"), limit));
}

}  // namespace

Command flows_quarantine_command() {
  return {.name = "quarantine",
          .summary = "show the refused rows and files with their reasons, or try the rows again",
          .details =
              "With --replay every refused row goes through its contract again, as it is written now; rows that pass\n"
              "leave quarantine and are published.",
          .examples = {"caudal flows quarantine invoices --summary",
                       "caudal flows quarantine invoices --output csv --limit 100000",
                       "caudal flows quarantine invoices --replay"},
          .options = table_options({{.name = "--summary", .help = "count the rows by reason"},
                                    {.name = "--limit", .value = "N", .help = "at most so many rows (default 100)"},
                                    {.name = "--replay", .help = "try the refused rows again"}}),
          .positionals = {{.name = "FLOW", .help = kFlowHelp}},
          .run = run_quarantine};
}

}  // namespace caudal::app
