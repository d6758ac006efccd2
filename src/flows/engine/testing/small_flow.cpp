// SPDX-License-Identifier: Apache-2.0
// The small flow's files, and a lake over real rooms.
#include "flows/engine/testing/small_flow.h"

#include <algorithm>

#include "base/file.h"
#include "base/testing/result_matchers.h"
#include "flows/definition/load.h"
#include "flows/runs/system_tables.h"

namespace caudal::flows::engine {
namespace {

constexpr const char* kFlow = R"(name: small
description: invoices and payments, small
time_zone: America/Sao_Paulo
period: month
bucket: lake
databases: [curated, refined, quarantine]
inputs:
  - {name: tb_faturas, contract: contracts/tb_faturas.yaml, file: "raw/ingestion/tb_faturas_{yyyyMM}.csv[.gz]"}
  - {name: tb_pagamentos, contract: contracts/tb_pagamentos.yaml, file: "raw/ingestion/tb_pagamentos_{yyyyMM}.csv[.gz]"}
retries: {attempts: 1}
shared:
  - {name: faturas_da_janela, file: janela.sql, reads: [{table: curated.tb_faturas, months: 3}]}
steps:
  - {name: raw_faturas, kind: deliver, input: tb_faturas}
  - {name: raw_pagamentos, kind: deliver, input: tb_pagamentos}
  - {name: faturas, kind: curate, after: [raw_faturas], input: tb_faturas, output: curated.tb_faturas, quarantine: quarantine.tb_faturas}
  - {name: pagamentos, kind: curate, after: [raw_pagamentos, faturas], input: tb_pagamentos, output: curated.tb_pagamentos, quarantine: quarantine.tb_pagamentos}
  - {name: conciliacao, kind: reconcile, after: [faturas, pagamentos], inputs: [tb_faturas, tb_pagamentos]}
  - name: book_total
    kind: sql
    after: [conciliacao]
    file: book_total.sql
    output: {database: refined, table: book_total, partition: {dt_base: date}}
    reads: [{shared: faturas_da_janela}, {table: curated.tb_pagamentos, months: all}]
  - name: book_cliente
    kind: book
    after: [conciliacao]
    file: book_cliente.yaml
    output: {database: refined, table: book_cliente, partition: {dt_base: date}}
    reads: [{shared: faturas_da_janela}]
  - {name: dicionario, kind: dictionary, after: [book_cliente], book: book_cliente, output: {database: refined, table: dicionario}}
  - {name: drift, kind: drift, after: [book_cliente], book: book_cliente}
notices: {failed: [log]}
)";

constexpr const char* kInvoices = R"yaml(table: tb_faturas
description: invoices
file: {encoding: auto, delimiter: auto, decimal: auto, dates: auto, compression: auto, header: true}
columns:
  - {name: id_fatura, type: string, required: true, description: a}
  - {name: id_cliente, type: int, required: true, description: b}
  - {name: data_emissao, type: date, required: true, description: c}
  - {name: data_vencimento, type: date, required: true, description: d}
  - {name: valor_fatura, type: "decimal(18,2)", required: true, description: e}
  - {name: valor_pagamento_minimo, type: "decimal(18,2)", required: true, description: f}
key: id_fatura
month_column: data_emissao
amounts: [valor_fatura]
rules:
  - {rule: 'ColumnValues "valor_fatura" >= 0', action: quarantine, name: valor_negativo}
  - {rule: 'RowCount > 0', action: fail, name: com_linhas}
)yaml";

constexpr const char* kPayments = R"yaml(table: tb_pagamentos
description: payments
file: {encoding: auto, delimiter: auto, decimal: auto, dates: auto, compression: auto, header: true}
columns:
  - {name: id_pagamento, type: string, required: true, description: a}
  - {name: id_fatura, type: string, required: true, description: b}
  - {name: id_cliente, type: int, required: true, description: c}
  - {name: data_pagamento, type: date, required: true, description: d}
  - {name: valor_pagamento, type: "decimal(18,2)", required: true, description: e}
key: id_pagamento
month_column: data_pagamento
amounts: [valor_pagamento]
references:
  - {columns: id_fatura, table: tb_faturas, target_columns: id_fatura}
)yaml";

constexpr const char* kWindow = R"(SELECT id_cliente, data_emissao, valor_fatura FROM curated.tb_faturas
WHERE data_emissao >= ${dt_base - 3 months} AND data_emissao < ${dt_base}
)";

constexpr const char* kTotal = R"(SELECT count(*) AS faturas, coalesce(sum(f.valor_fatura), 0) AS valor,
  (SELECT count(*) FROM curated.tb_pagamentos WHERE data_pagamento < ${dt_base}) AS pagamentos
FROM faturas_da_janela f
)";

constexpr const char* kBook = R"yaml(name: book_cliente
description: clients
entity: {column: id_cliente, type: int, description: client}
date: data_emissao
windows: [U1M, U3M]
source: |
  SELECT id_cliente, data_emissao, valor_fatura, 1 AS qtd_faturas FROM faturas_da_janela
classes:
  - name: tamanho
    values:
      - {name: GRANDE, when: valor_fatura >= 100, description: large}
      - {name: PEQUENA, when: valor_fatura < 100, description: small}
measures:
  - {column: valor_fatura, type: "decimal(18,2)", required: true, aggregates: [sum, max], description: amount}
  - {column: qtd_faturas, type: int, required: true, aggregates: [sum], description: invoices}
)yaml";

std::string joined(const std::vector<sql::Value>& row) {
  std::string line;
  for (size_t i = 0; i < row.size(); ++i) {
    if (i > 0) line += '|';
    if (const auto* whole_number = std::get_if<int64_t>(&row[i])) line += std::to_string(*whole_number);
    if (const auto* exact = std::get_if<Decimal>(&row[i])) line += exact->to_string();
    if (const auto* word = std::get_if<std::string>(&row[i])) line += *word;
    if (const auto* date = std::get_if<Date>(&row[i])) line += to_string(*date);
    if (const auto* flag = std::get_if<bool>(&row[i])) line += *flag ? "true" : "false";
  }
  return line;
}

}  // namespace

FlowDefinition small_flow(const std::filesystem::path& folder) {
  unwrap(caudal::create_directories(folder / "contracts"));
  unwrap(write_file_durably(folder / "flow.yaml", kFlow));
  unwrap(write_file_durably(folder / "contracts/tb_faturas.yaml", kInvoices));
  unwrap(write_file_durably(folder / "contracts/tb_pagamentos.yaml", kPayments));
  unwrap(write_file_durably(folder / "janela.sql", kWindow));
  unwrap(write_file_durably(folder / "book_total.sql", kTotal));
  unwrap(write_file_durably(folder / "book_cliente.yaml", kBook));
  return unwrap(load_flow(folder));
}

std::vector<MonthFiles> three_months() {
  return {
      {"202401",
       "F1,1,2024-01-05,2024-01-15,100.50,10\nF2,2,2024-01-06,2024-01-16,20,2\nF2,2,2024-01-06,2024-01-16,20,2\n",
       "P1,F1,1,2024-01-10,50\nP2,F3,1,2024-01-11,5\nP3,F404,1,2024-01-12,7\n"},
      {"202402",
       "F3,1,2024-02-05,2024-02-15,300,30\nF4,3,2024-01-30,2024-02-16,40,4\nbad,x,2024-02-05,2024-02-15,1,1\n",
       "P4,F2,2,2024-02-01,20\nP4,F2,2,2024-02-01,20\n"},
      {"202403", "F5,2,2024-03-05,2024-03-15,500,50\nF1,1,2024-01-05,2024-01-15,111.11,11\n",
       "P5,F5,2,2024-03-10,-1\n"},
  };
}

Lake::Lake(const std::filesystem::path& root, Observer* observer, uint64_t session_memory_bytes) {
  unwrap(caudal::create_directories(root / "staging"));
  kv_ = unwrap(kv::Store::open(root / "kv", {.large_value_families = {objects::kBodiesFamily}}));
  objects_ = unwrap(objects::Store::open(*kv_, root / "blobs", clock_));
  catalog_ = unwrap(catalog::Catalog::open(*kv_, clock_));
  queries_ =
      unwrap(queries::Engine::open(*catalog_, *objects_, {.work_directory = root / "work", .limits = {.threads = 2}}));
  runs_ = unwrap(runs::RunStore::open(*kv_, clock_, {}));
  for (auto& table : unwrap(runs::make_system_tables(*runs_))) queries_->add_system_table(std::move(table));
  platform_ = std::make_unique<Platform>(
      Platform{*objects_, *catalog_, *queries_, *runs_, clock_, session_memory_bytes, root / "staging"});
  runner_ = std::make_unique<Runner>(*platform_, observer ? *observer : quiet_, nullptr, 1);
}

Lake::~Lake() = default;

void Lake::deliver(const MonthFiles& files) {
  deliver(std::string("tb_faturas_") + files.month + ".csv", kInvoiceHeader + files.invoices);
  deliver(std::string("tb_pagamentos_") + files.month + ".csv", kPaymentHeader + files.payments);
}

void Lake::deliver(const std::string& name, std::string_view text) {
  const auto created = objects_->create_bucket("lake");
  if (!created) CHECK(created.error().is(ErrorClass::kConflict), created.error().message);
  objects::TextSource source(text);
  unwrap(objects_->put({"lake", "raw/ingestion/" + name}, source));
}

Result<Summary> Lake::try_month(const FlowDefinition& flow, std::string_view month) {
  const Month parsed = unwrap(parse_month(month));
  return runner_->start({.flow = &flow, .parameters = {.from = parsed, .to = parsed}}, {});
}

Summary Lake::run_month(const FlowDefinition& flow, std::string_view month) { return unwrap(try_month(flow, month)); }

Summary Lake::start(const RunRequest& request) { return unwrap(runner_->start(request, {})); }

Summary Lake::resume(const FlowDefinition& flow, const runs::RunId& run) {
  return unwrap(runner_->resume(flow, run, {}));
}

Summary Lake::rollback(const FlowDefinition& flow, const runs::RunId& target) {
  return unwrap(runner_->rollback(flow, target, {}));
}

std::vector<std::string> Lake::rows(const std::string& statement) {
  auto session = unwrap(queries_->open_session());
  auto stream = unwrap(session->query(statement));
  std::vector<std::string> lines;
  for (const auto& row : unwrap(stream.all())) lines.push_back(joined(row));
  return lines;
}

std::vector<std::string> Lake::tables() {
  std::vector<std::string> names;
  const catalog::View view = catalog_->live();
  for (const catalog::Database& database : unwrap(view.databases())) {
    for (const catalog::Table& table : unwrap(view.tables(database.name)))
      names.push_back(database.name + "." + table.name);
  }
  return names;
}

std::vector<std::string> Lake::contents() {
  std::vector<std::string> lines;
  const catalog::View view = catalog_->live();
  for (const catalog::Database& database : unwrap(view.databases())) {
    for (const catalog::Table& table : unwrap(view.tables(database.name))) {
      std::string columns;
      for (const catalog::Column& column : table.columns) {
        if (column.name != "_arquivo") columns += (columns.empty() ? "\"" : ", \"") + column.name + "\"";
      }
      for (const catalog::Column& key : table.partition_keys) {
        if (key.name != "_execucao") columns += ", \"" + key.name + "\"";
      }
      const std::string name = database.name + "." + table.name;
      for (const std::string& row : rows("SELECT " + columns + " FROM " + name)) lines.push_back(name + ": " + row);
    }
  }
  std::ranges::sort(lines);
  return lines;
}

}  // namespace caudal::flows::engine
