// SPDX-License-Identifier: Apache-2.0
// `caudal flows quarantine`: what was refused, and trying it again.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string>
#include <vector>

#include "app/commands/flows_common.h"
#include "app/commands/flows_run.h"
#include "app/commands/query_table.h"
#include "app/errors.h"
#include "sql/type.h"

namespace caudal::app {
namespace {

constexpr int64_t kMostRows = 100'000'000;

// Those of the tables that there are. One is made by the first run that publishes.
Result<std::set<flows::TableName>> existing(Context& context, const std::set<flows::TableName>& names) {
  const catalog::View view = TRY(context.catalog())->live();
  std::set<flows::TableName> tables;
  for (const flows::TableName& name : names) {
    const auto table = view.table(name.database, name.table);
    if (table) tables.insert(name);
    if (!table && !table.error().is(ErrorClass::kNotFound)) return table.error();
  }
  return tables;
}

// What of the flow may be in quarantine: rows, by table, and files that were refused whole, one list for each database.
struct Quarantine {
  std::set<flows::TableName> tables;
  std::set<flows::TableName> file_lists;
};

Result<Quarantine> quarantine_of(Context& context, const flows::FlowDefinition& flow) {
  Quarantine named;
  for (const flows::StepDefinition& step : flow.steps) {
    const auto* curate = std::get_if<flows::CurateStep>(&step.action);
    if (curate == nullptr) continue;
    named.tables.insert(curate->quarantine);
    named.file_lists.insert({curate->quarantine.database, "arquivos"});
  }
  return Quarantine{TRY(existing(context, named.tables)), TRY(existing(context, named.file_lists))};
}

std::string select_rows(const Quarantine& quarantine, bool summary, int64_t limit) {
  std::vector<std::string> selects;
  for (const flows::TableName& table : quarantine.tables) {
    selects.push_back(
        fmt::format(R"(SELECT {} AS tabela, _execucao, _arquivo, _linha, _motivo, _registro FROM "{}"."{}")",
                    sql::quote_literal(table.to_string()), table.database, table.table));
  }
  for (const flows::TableName& list : quarantine.file_lists) {  // a file has neither line nor record
    selects.push_back(
        fmt::format(R"(SELECT {} AS tabela, _execucao, _arquivo, CAST(NULL AS BIGINT) AS _linha, _motivo, )"
                    R"(CAST(NULL AS VARCHAR) AS _registro FROM "{}"."{}")",
                    sql::quote_literal(list.to_string()), list.database, list.table));
  }
  const std::string rows = fmt::format("{}", fmt::join(selects, " UNION ALL "));
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
  const Quarantine quarantine = TRY(quarantine_of(context, flow));
  if (quarantine.tables.empty() && quarantine.file_lists.empty()) {
    context.say(fmt::format("nothing of {} is in quarantine", flow.name));
    return context.table({{"tabela"}, {"_motivo"}}, [](TableWriter&) -> Result<void> { return {}; });
  }
  const int64_t limit = TRY(arguments.whole("--limit", 1, kMostRows)).value_or(100);
  return query_table(context, select_rows(quarantine, arguments.has("--summary"), limit));
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
