// SPDX-License-Identifier: Apache-2.0
// The slow and plain way to read a file of three columns (texto string required, valor decimal(18,2), dia date): one
// record after the other, each value by its slow parser. What the decoder says must agree with it.
#pragma once

#include <string>
#include <string_view>

#include "base/date.h"
#include "flows/delivery/encoding.h"
#include "flows/delivery/schema.h"
#include "flows/delivery/testing/decoded.h"

namespace caudal::delivery {

inline Schema three_columns() {
  Schema schema{.table = "tres", .columns = {}};
  schema.columns.push_back({"texto", {TypeKind::kString}, true, false});
  schema.columns.push_back({"valor", ColumnType::decimal(18, 2), false, true});
  schema.columns.push_back({"dia", {TypeKind::kDate}, false, false});
  schema.month_column = 2;
  return schema;
}

struct ReferenceTotals {
  uint64_t records = 0;
  uint64_t good = 0;
  uint64_t blank_lines = 0;
  uint64_t amounts_read = 0;
  Int128 amount_sum = 0;
};

inline bool reference_date(std::string_view text, DateOrder order) {
  const bool iso = order == DateOrder::kIso;
  if (text.size() != 10) return false;
  std::string iso_text(text);
  if (!iso) {
    if (text[2] != '/' || text[5] != '/') return false;
    iso_text =
        std::string(text.substr(6)) + "-" + std::string(text.substr(3, 2)) + "-" + std::string(text.substr(0, 2));
  }
  return caudal::parse_date(iso_text).has_value();
}

inline void reference_record(const OpenFile& file, std::string_view data, const std::vector<Field>& fields,
                             ReferenceTotals& totals) {
  bool good = true;
  std::string scratch;
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string text(field_text(data, fields[i], scratch));
    switch (file.column_of_field[i]) {
      case 0: good &= !text.empty() && (file.detected.encoding == Encoding::kLatin1 || is_utf8(text)); break;
      case 1: {
        Int128 value = 0;
        if (text.empty()) break;
        const bool parsed =
            parse_decimal_slow(text, ColumnType::decimal(18, 2), file.detected.decimal_mark, value) == ValueStatus::kOk;
        good &= parsed;
        if (!parsed) break;
        totals.amount_sum += value;
        ++totals.amounts_read;
        break;
      }
      default: good &= text.empty() || reference_date(text, file.detected.date_order); break;
    }
  }
  totals.good += good ? 1 : 0;
}

// `offset`: where the data begins in `data`.
inline ReferenceTotals read_by_reference(const OpenFile& file, std::string_view data, size_t offset) {
  ReferenceTotals totals;
  std::vector<Field> fields;
  for (size_t at = offset; at < data.size();) {
    const RecordEnd record = read_record(data, at, true, file.limits, &fields);
    const std::string_view text = data.substr(at, record.content_end - at);
    if (text.empty()) {
      ++totals.blank_lines;
    } else {
      ++totals.records;
      const bool whole = record.fault == RecordFault::kNone && text.find('\0') == std::string_view::npos;
      if (whole && fields.size() == file.column_of_field.size()) reference_record(file, data, fields, totals);
    }
    at = record.next;
  }
  return totals;
}

}  // namespace caudal::delivery
