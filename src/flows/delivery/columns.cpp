// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/columns.h"

#include <algorithm>
#include <limits>

#include "flows/delivery/encoding.h"

namespace caudal::delivery {
namespace {

constexpr unsigned kFastDecimalDigits = 18;

int64_t power_of_ten(unsigned exponent) {
  int64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

class ColumnParser {
 public:
  ColumnParser(const Schema& schema, const Detected& detected, std::string_view bytes, const ParseOptions& options,
               Batch& batch)
      : schema_(schema), detected_(detected), bytes_(bytes), options_(options), batch_(batch) {}

  void parse(uint32_t column) {
    const ColumnType& type = schema_.columns[column].type;
    ColumnCells& cells = batch_.columns[column];
    switch (type.kind) {
      case TypeKind::kString: return texts(column, cells);
      case TypeKind::kInt: return integers(column, cells, std::numeric_limits<int32_t>::max());
      case TypeKind::kBigint: return integers(column, cells, std::numeric_limits<int64_t>::max());
      case TypeKind::kDate:
        return each(column, cells, [&, order = detected_.date_order](std::string_view text, size_t row) {
          int32_t days = 0;
          const ValueStatus status = parse_date(text, order, days);
          cells.numbers[row] = days;
          return status;
        });
      case TypeKind::kTimestamp:
        return each(column, cells, [&](std::string_view text, size_t row) {
          return parse_timestamp(text, detected_.date_order, cells.numbers[row]);
        });
      case TypeKind::kBoolean:
        return each(column, cells, [&](std::string_view text, size_t row) {
          bool value = false;
          const ValueStatus status = parse_boolean(text, value);
          cells.numbers[row] = value ? 1 : 0;
          return status;
        });
      case TypeKind::kDouble:
        return each(column, cells, [&](std::string_view text, size_t row) {
          return parse_double(text, detected_.decimal_mark, cells.reals[row]);
        });
      case TypeKind::kDecimal:
        return type.precision <= kFastDecimalDigits ? decimals(column, cells, type)
                                                    : wide_decimals(column, cells, type);
    }
  }

 private:
  // Calls `parse_value(text, row)` for every field that is not empty.
  template <class ParseValue>
  void each(uint32_t column, ColumnCells& cells, ParseValue parse_value) {
    const bool required = schema_.columns[column].required;
    const char* const bytes = bytes_.data();
    for (size_t row = 0; row < batch_.rows; ++row) {
      const Field field = cells.fields[row];
      if (field.size == 0) {
        cells.states[row] = CellState::kNull;
        if (required) refuse(row, column, CellProblem::Kind::kRequired, ValueStatus::kOk);
        continue;
      }
      cells.states[row] = CellState::kValue;
      const ValueStatus status = parse_value(std::string_view(bytes + field.begin, field.size), row);
      if (status != ValueStatus::kOk) [[unlikely]] {
        cells.states[row] = CellState::kBad;
        refuse(row, column, CellProblem::Kind::kValue, status);
      }
    }
  }

  void integers(uint32_t column, ColumnCells& cells, int64_t limit) {
    each(column, cells,
         [&cells, limit](std::string_view text, size_t row) { return parse_integer(text, limit, cells.numbers[row]); });
  }

  void decimals(uint32_t column, ColumnCells& cells, const ColumnType& type) {
    const char mark = detected_.decimal_mark == DecimalMark::kComma ? ',' : '.';
    const int64_t beyond = power_of_ten(type.precision);
    each(column, cells, [&, mark, beyond](std::string_view text, size_t row) {
      int64_t value = 0;
      if (parse_decimal_fast(text, type.scale, mark, value)) [[likely]] {
        cells.numbers[row] = value;
        return value < beyond && value > -beyond ? ValueStatus::kOk : ValueStatus::kOutOfRange;
      }
      Int128 wide = 0;
      const ValueStatus status = parse_decimal_slow(text, type, detected_.decimal_mark, wide);
      cells.numbers[row] = static_cast<int64_t>(wide);
      return status;
    });
  }

  void wide_decimals(uint32_t column, ColumnCells& cells, const ColumnType& type) {
    each(column, cells, [&](std::string_view text, size_t row) {
      return parse_decimal_slow(text, type, detected_.decimal_mark, cells.wide[row]);
    });
  }

  void texts(uint32_t column, ColumnCells& cells) {
    const bool latin1 = detected_.encoding == Encoding::kLatin1;
    const bool check = options_.check_utf8 && !latin1;
    each(column, cells, [&, latin1, check](std::string_view text, size_t row) {
      if (cells.fields[row].escaped != 0) {
        std::string& copy = batch_.converted.emplace_back();
        text = field_text(bytes_, cells.fields[row], copy);
      }
      if (latin1 && !is_ascii(text)) {
        std::string utf8;
        append_latin1_as_utf8(text, utf8);
        text = batch_.converted.emplace_back(std::move(utf8));
      }
      cells.texts[row] = text;
      if (check && !is_utf8(text)) {
        cells.states[row] = CellState::kBad;
        refuse(row, column, CellProblem::Kind::kEncoding, ValueStatus::kOk);
      }
      return ValueStatus::kOk;
    });
  }

  void refuse(size_t row, uint32_t column, CellProblem::Kind kind, ValueStatus status) {
    batch_.refused[row] = 1;
    if (options_.explain) batch_.problems.push_back({static_cast<uint32_t>(row), column, kind, status});
  }

  const Schema& schema_;
  const Detected& detected_;
  std::string_view bytes_;
  ParseOptions options_;
  Batch& batch_;
};

}  // namespace

void parse_columns(const Schema& schema, const Detected& detected, std::string_view bytes, const ParseOptions& options,
                   Batch& batch) {
  std::fill_n(batch.refused.begin(), batch.rows, uint8_t{0});
  ColumnParser parser(schema, detected, bytes, options, batch);
  for (uint32_t column = 0; column < schema.columns.size(); ++column) parser.parse(column);
  for (size_t row = 0; row < batch.rows; ++row) {
    if (batch.refused[row] == 0) batch.good.push_back(static_cast<uint16_t>(row));
  }
}

}  // namespace caudal::delivery
