// SPDX-License-Identifier: Apache-2.0
// Typed access to the cells of a fetched chunk.
#include <utility>

#include "base/check.h"
#include "sql/cell.h"
#include "sql/handles.h"
#include "sql/result_stream.h"

namespace caudal::sql {
namespace {

Timestamp floor_to_micros(int64_t count, int64_t nanos_per_unit) {
  const Int128 nanos = Int128{count} * nanos_per_unit;
  Int128 micros = nanos / 1000;
  if (nanos % 1000 < 0) --micros;
  return Timestamp(std::chrono::microseconds(static_cast<int64_t>(micros)));
}

}  // namespace

Chunk::Chunk(Chunk&& other) noexcept
    : chunk_(std::exchange(other.chunk_, nullptr)),
      rows_(std::exchange(other.rows_, 0)),
      cells_(std::move(other.cells_)),
      types_(std::move(other.types_)) {}

Chunk& Chunk::operator=(Chunk&& other) noexcept {
  std::swap(chunk_, other.chunk_);
  std::swap(rows_, other.rows_);
  std::swap(cells_, other.cells_);
  std::swap(types_, other.types_);
  return *this;
}

Chunk::~Chunk() {
  auto handle = static_cast<duckdb_data_chunk>(chunk_);
  duckdb_destroy_data_chunk(&handle);
}

size_t Chunk::cell_bytes(size_t column) const { return sql::cell_bytes(type(column)); }

bool Chunk::boolean(size_t column, size_t row) const {
  CHECK(type(column).id == TypeId::kBoolean, "the column is not a BOOLEAN");
  return !is_null(column, row) && load_cell<bool>(cells_[column].data, row);
}

int64_t Chunk::integer(size_t column, size_t row) const {
  if (is_null(column, row)) return 0;
  const void* data = cells_[column].data;
  switch (type(column).id) {
    case TypeId::kTinyint: return load_cell<int8_t>(data, row);
    case TypeId::kSmallint: return load_cell<int16_t>(data, row);
    case TypeId::kInteger: return load_cell<int32_t>(data, row);
    case TypeId::kBigint: return load_cell<int64_t>(data, row);
    case TypeId::kUtinyint: return load_cell<uint8_t>(data, row);
    case TypeId::kUsmallint: return load_cell<uint16_t>(data, row);
    case TypeId::kUinteger: return load_cell<uint32_t>(data, row);
    case TypeId::kUbigint: {
      const auto value = load_cell<uint64_t>(data, row);
      CHECK(std::in_range<int64_t>(value), "a UBIGINT beyond 2^63 is read as an integer; read it as a decimal");
      return static_cast<int64_t>(value);
    }
    default: break;
  }
  CHECK(false, "the column is not an integer");
  return 0;
}

double Chunk::real(size_t column, size_t row) const {
  if (is_null(column, row)) return 0;
  if (type(column).id == TypeId::kFloat) return load_cell<float>(cells_[column].data, row);
  CHECK(type(column).id == TypeId::kDouble, "the column is not a DOUBLE");
  return load_cell<double>(cells_[column].data, row);
}

Decimal Chunk::decimal(size_t column, size_t row) const {
  const Type& type_here = type(column);
  const void* data = cells_[column].data;
  if (type_here.id == TypeId::kDecimal) {
    const Int128 unscaled = is_null(column, row) ? 0 : load_decimal(type_here, data, row);
    return {unscaled, type_here.scale};
  }
  if (is_null(column, row)) return {};
  if (type_here.id == TypeId::kHugeint) return {load_cell<Int128>(data, row), 0};
  if (type_here.id == TypeId::kUbigint) return {Int128{load_cell<uint64_t>(data, row)}, 0};
  return {integer(column, row), 0};
}

std::string_view Chunk::string(size_t column, size_t row) const {
  CHECK(type(column).id == TypeId::kVarchar || type(column).id == TypeId::kBlob, "the column is not a VARCHAR");
  if (is_null(column, row)) return {};
  // A view into the vector, not of a copy: short strings live in the cell itself.
  const auto* cell = static_cast<const duckdb_string_t*>(cells_[column].data) + row;
  return {duckdb_string_t_data(const_cast<duckdb_string_t*>(cell)), duckdb_string_t_length(*cell)};
}

Date Chunk::date(size_t column, size_t row) const {
  CHECK(type(column).id == TypeId::kDate, "the column is not a DATE");
  if (is_null(column, row)) return {};
  return Date(std::chrono::days(load_cell<int32_t>(cells_[column].data, row)));
}

Timestamp Chunk::timestamp(size_t column, size_t row) const {
  if (is_null(column, row)) return {};
  const auto count = load_cell<int64_t>(cells_[column].data, row);
  switch (type(column).id) {
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz: return Timestamp(std::chrono::microseconds(count));
    case TypeId::kTimestampSeconds: return floor_to_micros(count, 1'000'000'000);
    case TypeId::kTimestampMillis: return floor_to_micros(count, 1'000'000);
    case TypeId::kTimestampNanos: return floor_to_micros(count, 1);
    default: break;
  }
  CHECK(false, "the column is not a TIMESTAMP");
  return {};
}

Value Chunk::value(size_t column, size_t row) const {
  if (is_null(column, row)) return std::monostate{};
  switch (type(column).id) {
    case TypeId::kBoolean: return boolean(column, row);
    case TypeId::kTinyint:
    case TypeId::kSmallint:
    case TypeId::kInteger:
    case TypeId::kBigint:
    case TypeId::kUtinyint:
    case TypeId::kUsmallint:
    case TypeId::kUinteger: return integer(column, row);
    case TypeId::kUbigint:
    case TypeId::kHugeint:
    case TypeId::kDecimal: return decimal(column, row);
    case TypeId::kFloat:
    case TypeId::kDouble: return real(column, row);
    case TypeId::kVarchar:
    case TypeId::kBlob: return std::string(string(column, row));
    case TypeId::kDate: return date(column, row);
    case TypeId::kTimestamp:
    case TypeId::kTimestampSeconds:
    case TypeId::kTimestampMillis:
    case TypeId::kTimestampNanos:
    case TypeId::kTimestampTz: return timestamp(column, row);
    case TypeId::kNull: return std::monostate{};
    default: return text(column, row);
  }
}

void Chunk::append_text(std::string& out, size_t column, size_t row) const {
  if (is_null(column, row)) return;
  append_cell_text(out, type(column), static_cast<duckdb_vector>(cells_[column].vector), row);
}

std::string Chunk::text(size_t column, size_t row) const {
  std::string out;
  append_text(out, column, row);
  return out;
}

}  // namespace caudal::sql
