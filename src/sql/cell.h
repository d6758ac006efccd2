// SPDX-License-Identifier: Apache-2.0
// Inside `sql` only: the cells of a vector's memory.
#pragma once

#include <cstring>

#include "base/decimal.h"
#include "sql/type.h"

namespace caudal::sql {

template <class T>
T load_cell(const void* data, size_t row) {
  T value;
  std::memcpy(&value, static_cast<const char*>(data) + row * sizeof(T), sizeof(T));
  return value;
}

// How wide DuckDB's cells of a type are; strings and what lies outside the vector count as 16.
inline uint8_t cell_bytes(const Type& type) {
  switch (type.id) {
    case TypeId::kBoolean:
    case TypeId::kTinyint:
    case TypeId::kUtinyint: return 1;
    case TypeId::kSmallint:
    case TypeId::kUsmallint: return 2;
    case TypeId::kInteger:
    case TypeId::kUinteger:
    case TypeId::kFloat:
    case TypeId::kDate: return 4;
    case TypeId::kDecimal: return type.width <= 4 ? 2 : type.width <= 9 ? 4 : type.width <= 18 ? 8 : 16;
    case TypeId::kHugeint:
    case TypeId::kVarchar:
    case TypeId::kBlob:
    case TypeId::kInterval:
    case TypeId::kUuid: return 16;
    default: return 8;
  }
}

// DuckDB keeps a decimal in the smallest integer that its width fits.
inline Int128 load_decimal(const Type& type, const void* data, size_t row) {
  if (type.width <= 4) return load_cell<int16_t>(data, row);
  if (type.width <= 9) return load_cell<int32_t>(data, row);
  if (type.width <= 18) return load_cell<int64_t>(data, row);
  return load_cell<Int128>(data, row);
}

}  // namespace caudal::sql
