// SPDX-License-Identifier: Apache-2.0
// The contract of the invoice files, and a delivery's rows read through DuckDB as text, for tests.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/testing/result_matchers.h"
#include "flows/definition/contract.h"
#include "flows/delivery/delivery.h"
#include "flows/delivery/testing/delivered_file.h"
#include "sql/database.h"

namespace caudal::delivery {

inline flows::Contract faturas_contract() {
  using flows::ColumnType;
  using flows::TypeKind;
  flows::Contract contract;
  contract.table = "tb_faturas";
  contract.key = {"id_fatura"};
  contract.month_column = "data_emissao";
  contract.amounts = {"valor_fatura", "valor_pagamento_minimo"};
  contract.columns = {{.name = "id_fatura", .type = {TypeKind::kString}},
                      {.name = "id_cliente", .type = {TypeKind::kInt}, .required = true},
                      {.name = "data_emissao", .type = {TypeKind::kDate}, .required = true},
                      {.name = "data_vencimento", .type = {TypeKind::kDate}},
                      {.name = "valor_fatura", .type = ColumnType::decimal(18, 2), .required = true},
                      {.name = "valor_pagamento_minimo", .type = ColumnType::decimal(18, 2)}};
  return contract;
}

inline constexpr std::string_view kFaturasHeader =
    "id_fatura,id_cliente,data_emissao,data_vencimento,valor_fatura,valor_pagamento_minimo\n";

// The rows of `sql`, cells joined by '|', NULL as "∅".
inline std::vector<std::string> rows_of(sql::Database& database, std::string_view sql) {
  const auto connection = unwrap(database.connect());
  sql::ResultStream stream = unwrap(connection->query(sql));
  std::vector<std::string> rows;
  while (const auto chunk = unwrap(stream.next())) {
    for (size_t row = 0; row < chunk->rows(); ++row) {
      std::string& line = rows.emplace_back();
      for (size_t column = 0; column < chunk->columns(); ++column) {
        if (column > 0) line += '|';
        line += chunk->is_null(column, row) ? "∅" : chunk->text(column, row);
      }
    }
  }
  return rows;
}

// A delivery of `content`, open, with its rows as text in the order of their lines.
class ReadDelivery {
 public:
  explicit ReadDelivery(std::string_view content, const flows::Contract& contract = faturas_contract(),
                        OpenOptions options = {}, unsigned threads = 2)
      : file_(content) {
    options.scratch = file_.folder();
    delivery_ = unwrap(Delivery::open(file_.path(), contract, options));
    database_ = unwrap(sql::Database::open({.threads = threads}));
    unwrap(database_->register_source("boas", delivery_->rows()));
    unwrap(database_->register_source("recusas", delivery_->refused_rows()));
  }
  std::vector<std::string> good() { return query("SELECT * EXCLUDE _arquivo FROM boas() ORDER BY _linha"); }
  // Line and reasons.
  std::vector<std::string> refused() { return query("SELECT _linha, _motivo FROM recusas() ORDER BY _linha"); }
  std::vector<std::string> query(std::string_view sql) { return rows_of(*database_, sql); }
  Totals totals() { return unwrap(delivery_->totals()); }
  Delivery& delivery() { return *delivery_; }
  const DeliveredFile& file() const { return file_; }

 private:
  DeliveredFile file_;
  std::unique_ptr<Delivery> delivery_;
  std::unique_ptr<sql::Database> database_;
};

// Why a delivery of `content` is refused whole.
inline Error file_refusal(std::string_view content, const flows::Contract& contract = faturas_contract()) {
  const DeliveredFile file(content);
  auto opened = Delivery::open(file.path(), contract, {.scratch = file.folder()});
  CHECK(!opened, "the file was expected to be refused");
  return std::move(opened).error();
}

}  // namespace caudal::delivery
