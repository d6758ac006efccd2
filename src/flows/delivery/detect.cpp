// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/detect.h"

#include "flows/delivery/values.h"

namespace caudal::delivery {
namespace {

bool reads_as(std::string_view value, const ColumnType& type, DecimalMark mark) {
  if (type.kind == TypeKind::kDouble) {
    double ignored = 0;
    return parse_double(value, mark, ignored) == ValueStatus::kOk;
  }
  Int128 ignored = 0;
  return parse_decimal_slow(value, type, mark, ignored) == ValueStatus::kOk;
}

// The separators alone decide: 31/02/2024 is an impossible date, but it is one of that order.
bool has_form(std::string_view value, char separator, size_t first, size_t second) {
  return value.size() >= 10 && value[first] == separator && value[second] == separator;
}

}  // namespace

void FormatVotes::add(std::string_view value, const ColumnType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
    case TypeKind::kDouble: {
      const bool point = reads_as(value, type, DecimalMark::kPoint);
      const bool comma = reads_as(value, type, DecimalMark::kComma);
      point_ += point && !comma ? 1 : 0;
      // 1.005 alone is no evidence of thousands: read so, a mistyped amount would grow a thousandfold unnoticed.
      comma_ += comma && !point && value.find(',') != std::string_view::npos ? 1 : 0;
      return;
    }
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
      iso_ += has_form(value, '-', 4, 7) ? 1 : 0;
      day_first_ += has_form(value, '/', 2, 5) ? 1 : 0;
      return;
    default: return;
  }
}

}  // namespace caudal::delivery
