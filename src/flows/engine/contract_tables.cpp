// SPDX-License-Identifier: Apache-2.0
// Columns and descriptions of a contract's tables.
#include "flows/engine/contract_tables.h"

namespace caudal::flows::engine {
namespace {

const catalog::Type kWord = catalog::Type::primitive(catalog::Type::Kind::kString);
const catalog::Type kNumber = catalog::Type::primitive(catalog::Type::Kind::kBigint);

}  // namespace

Result<OutputTable> curated_table(const Contract& contract, const TableName& name) {
  OutputTable table{.name = name, .description = contract.description, .columns = {}, .partition_keys = month_keys()};
  for (const ContractColumn& column : contract.columns) {
    table.columns.push_back({column.name, TRY(catalog::Type::parse(column.type.to_string())), column.description});
  }
  return table;
}

OutputTable quarantine_table(const Contract& contract, const TableName& name) {
  OutputTable table{.name = name,
                    .description = "Refused rows of " + contract.table + ", as they were delivered, with every reason",
                    .columns = {},
                    .partition_keys = {{"_execucao", kWord, "run that refused the row"}}};
  for (const ContractColumn& column : contract.columns)
    table.columns.push_back({column.name, kWord, column.description});
  table.columns.push_back({"_motivo", kWord, "every failed check, joined by '; '"});
  table.columns.push_back({"_arquivo", kWord, "the file in raw"});
  table.columns.push_back({"_linha", kNumber, "line in that file"});
  table.columns.push_back({"_registro", kWord, "the record as it was delivered"});
  return table;
}

OutputTable refused_files_table(const std::string& database) {
  return {.name = {database, "arquivos"},
          .description = "Files refused whole, with the reason; their bytes are in raw",
          .columns = {{"tabela", kWord}, {"nome", kWord}, {"_arquivo", kWord}, {"_motivo", kWord}, {"bytes", kNumber}},
          .partition_keys = {{"_execucao", kWord}}};
}

}  // namespace caudal::flows::engine
