// SPDX-License-Identifier: Apache-2.0
// Inside `sql` only: reading one cell of a vector's memory.
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

// DuckDB keeps a decimal in the smallest integer that its width fits.
inline Int128 load_decimal(const Type& type, const void* data, size_t row) {
  if (type.width <= 4) return load_cell<int16_t>(data, row);
  if (type.width <= 9) return load_cell<int32_t>(data, row);
  if (type.width <= 18) return load_cell<int64_t>(data, row);
  return load_cell<Int128>(data, row);
}

}  // namespace caudal::sql
