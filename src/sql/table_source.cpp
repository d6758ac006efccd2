// SPDX-License-Identifier: Apache-2.0
// A table of rows that are all there.
#include "sql/table_source.h"

#include <algorithm>
#include <utility>

namespace caudal::sql {
namespace {

using Rows = std::vector<std::vector<Value>>;

// `value` in units of the column's last digit. Rows are made by programs: a value that does not fit is a bug.
Int128 rescale(const Decimal& value, uint8_t scale) {
  const std::optional<Decimal> rescaled = value.rescaled(scale);
  CHECK(rescaled.has_value(), "a decimal has more digits after the point than its column");
  return rescaled->unscaled();
}

void set_number(ChunkWriter& writer, size_t column, size_t row, const Type& type, int64_t value) {
  switch (type.id) {
    case TypeId::kInteger: return writer.set_integer(column, row, static_cast<int32_t>(value));
    case TypeId::kBigint: return writer.set_bigint(column, row, value);
    case TypeId::kDouble: return writer.set_double(column, row, static_cast<double>(value));
    case TypeId::kDecimal: return writer.set_decimal(column, row, rescale({value, 0}, type.scale));
    default: break;
  }
  CHECK(false, "an integer does not fit its column's type");
}

void set_cell(ChunkWriter& writer, size_t column, size_t row, const Type& type, const Value& value) {
  struct Setter {
    ChunkWriter& writer;
    size_t column, row;
    const Type& type;
    void expect(TypeId id) const { CHECK(type.id == id, "a value does not fit its column's type"); }
    void operator()(std::monostate) const { writer.set_null(column, row); }
    void operator()(bool v) const { expect(TypeId::kBoolean), writer.set_boolean(column, row, v); }
    void operator()(int64_t v) const { set_number(writer, column, row, type, v); }
    void operator()(double v) const { expect(TypeId::kDouble), writer.set_double(column, row, v); }
    void operator()(const Decimal& v) const {
      expect(TypeId::kDecimal);
      writer.set_decimal(column, row, rescale(v, type.scale));
    }
    void operator()(const std::string& v) const { expect(TypeId::kVarchar), writer.set_varchar(column, row, v); }
    void operator()(Date v) const { expect(TypeId::kDate), writer.set_date(column, row, v); }
    void operator()(Timestamp v) const { expect(TypeId::kTimestamp), writer.set_timestamp(column, row, v); }
  };
  if (writer.wanted(column)) std::visit(Setter{writer, column, row, type}, value);
}

class RowsSource final : public TableSource {
 public:
  RowsSource(std::vector<Column> columns, Rows rows) : columns_(std::move(columns)), rows_(std::move(rows)) {}
  const std::vector<Column>& columns() const override { return columns_; }
  std::optional<uint64_t> row_estimate() const override { return rows_.size(); }
  Result<std::unique_ptr<TableScan>> scan() override;
  const Rows& rows() const { return rows_; }

 private:
  std::vector<Column> columns_;
  Rows rows_;
};

class RowsReader final : public TableReader {
 public:
  explicit RowsReader(const RowsSource& source) : source_(source) {}
  Result<size_t> read(ChunkWriter& writer) override {
    const std::vector<Column>& columns = source_.columns();
    const size_t count = std::min(writer.capacity(), source_.rows().size() - next_);
    for (size_t row = 0; row < count; ++row) {
      const std::vector<Value>& values = source_.rows()[next_ + row];
      CHECK(values.size() == columns.size(), "a row has another number of values than its table has columns");
      for (size_t column = 0; column < columns.size(); ++column)
        set_cell(writer, column, row, columns[column].type, values[column]);
    }
    next_ += count;
    return count;
  }

 private:
  const RowsSource& source_;
  size_t next_ = 0;
};

// One reader only, since max_readers is 1.
class RowsScan final : public TableScan {
 public:
  explicit RowsScan(const RowsSource& source) : source_(source) {}
  Result<std::unique_ptr<TableReader>> open_reader() override {
    return std::unique_ptr<TableReader>(std::make_unique<RowsReader>(source_));
  }

 private:
  const RowsSource& source_;
};

Result<std::unique_ptr<TableScan>> RowsSource::scan() {
  return std::unique_ptr<TableScan>(std::make_unique<RowsScan>(*this));
}

}  // namespace

std::shared_ptr<TableSource> make_rows_source(std::vector<Column> columns, std::vector<std::vector<Value>> rows) {
  return std::make_shared<RowsSource>(std::move(columns), std::move(rows));
}

}  // namespace caudal::sql
