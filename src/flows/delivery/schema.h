// SPDX-License-Identifier: Apache-2.0
// What the decoder takes from a contract, with names resolved to positions, and what it found out about one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flows/definition/contract.h"

namespace caudal::delivery {

using flows::ColumnType;
using flows::DateOrder;
using flows::DecimalMark;
using flows::Encoding;
using flows::TypeKind;

struct Column {
  std::string name;
  ColumnType type;
  bool required = false;   // an empty field refuses the row
  bool is_amount = false;  // summed exactly over every record; decimals and whole numbers only
};

struct Schema {
  std::string table;  // for messages
  std::vector<Column> columns;
  flows::FileFormat format = {};
  std::optional<size_t> month_column = std::nullopt;  // index of a date column; its months are counted
};

// Key columns are required, whatever their own line says.
Schema schema_of(const flows::Contract& contract);

// What was decided for one file, nothing of it kAuto; it holds for every one of its rows.
struct Detected {
  Encoding encoding = Encoding::kUtf8;
  char delimiter = ',';
  DecimalMark decimal_mark = DecimalMark::kPoint;
  DateOrder date_order = DateOrder::kIso;
  bool gzip = false;
  bool byte_order_mark = false;
};

}  // namespace caudal::delivery
