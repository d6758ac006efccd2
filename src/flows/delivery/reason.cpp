// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/reason.h"

#include <fmt/format.h>

#include "flows/delivery/file_name.h"

namespace caudal::delivery {
namespace {

std::string_view noun(TypeKind kind) {
  switch (kind) {
    case TypeKind::kString: return "texto";
    case TypeKind::kInt:
    case TypeKind::kBigint: return "inteiro";
    case TypeKind::kDate: return "data";
    case TypeKind::kDecimal: return "decimal";
    case TypeKind::kDouble: return "numero";
    case TypeKind::kBoolean: return "booleano";
    case TypeKind::kTimestamp: return "data e hora";
  }
  return "valor";
}

bool is_feminine(TypeKind kind) { return kind == TypeKind::kDate || kind == TypeKind::kTimestamp; }

std::string value_problem(const Column& column, ValueStatus status, const Detected& detected) {
  const ColumnType& type = column.type;
  switch (status) {
    case ValueStatus::kOk: break;
    case ValueStatus::kInvalid:
      return fmt::format("{} {}", noun(type.kind), is_feminine(type.kind) ? "invalida" : "invalido");
    case ValueStatus::kOutOfRange: return fmt::format("{} fora do limite de {}", noun(type.kind), type.to_string());
    case ValueStatus::kTooManyDigits:
      return fmt::format("{} com mais de {} casas", noun(type.kind), unsigned{type.scale});
    case ValueStatus::kImpossible:
      return fmt::format("{} impossivel, lida como {}", noun(type.kind),
                         detected.date_order == DateOrder::kDayMonthYear ? "dd/mm/aaaa" : "aaaa-mm-dd");
  }
  return "valor recusado";
}

}  // namespace

std::string cell_reason(const Column& column, const CellProblem& problem, const Detected& detected,
                        std::string_view value) {
  switch (problem.kind) {
    case CellProblem::Kind::kRequired: return column.name + ": obrigatorio, veio vazio";
    case CellProblem::Kind::kEncoding:
      return fmt::format("{}: utf-8 invalido '{}'", column.name, printable_name(value));
    case CellProblem::Kind::kValue: break;
  }
  return fmt::format("{}: {} '{}'", column.name, value_problem(column, problem.status, detected),
                     printable_name(value));
}

std::string record_reason(const BrokenRecord& record, size_t expected_fields, size_t max_record_bytes) {
  switch (record.fault) {
    case RecordFault::kUnclosedQuote: return "registro: aspas sem fechamento";
    case RecordFault::kMisplacedQuote: return "registro: aspas fora de lugar";
    case RecordFault::kTooLong: return fmt::format("registro: mais de {} bytes", max_record_bytes);
    case RecordFault::kNulByte: return "registro: byte NUL";
    case RecordFault::kFieldCount:
      return fmt::format("registro: {} campo{}, esperados {}", record.fields, record.fields == 1 ? "" : "s",
                         expected_fields);
    case RecordFault::kNone: break;
  }
  return "registro: recusado";
}

}  // namespace caudal::delivery
