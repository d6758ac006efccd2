// SPDX-License-Identifier: Apache-2.0
#include "flows/delivery/sources.h"

#include <algorithm>
#include <atomic>

namespace caudal::delivery {

sql::Type sql_type(const ColumnType& type) {
  switch (type.kind) {
    case TypeKind::kString: return sql::Type::of(sql::TypeId::kVarchar);
    case TypeKind::kInt: return sql::Type::of(sql::TypeId::kInteger);
    case TypeKind::kBigint: return sql::Type::of(sql::TypeId::kBigint);
    case TypeKind::kDate: return sql::Type::of(sql::TypeId::kDate);
    case TypeKind::kDecimal: return sql::Type::decimal(type.precision, type.scale);
    case TypeKind::kDouble: return sql::Type::of(sql::TypeId::kDouble);
    case TypeKind::kBoolean: return sql::Type::of(sql::TypeId::kBoolean);
    case TypeKind::kTimestamp: return sql::Type::of(sql::TypeId::kTimestamp);
  }
  return {};
}

namespace {

// Hands pieces out to readers, each to one.
template <class Reader>
class PieceScan final : public sql::TableScan {
 public:
  explicit PieceScan(Delivery::Impl& impl) : impl_(impl) {}
  Result<std::unique_ptr<sql::TableReader>> open_reader() override {
    return std::unique_ptr<sql::TableReader>(std::make_unique<Reader>(impl_, next_));
  }

 private:
  Delivery::Impl& impl_;
  std::atomic<size_t> next_ = 0;
};

template <class Reader>
class PieceSource final : public sql::TableSource {
 public:
  PieceSource(std::shared_ptr<Delivery::Impl> impl, std::vector<sql::Column> columns, std::optional<uint64_t> estimate)
      : impl_(std::move(impl)), columns_(std::move(columns)), estimate_(estimate) {}
  const std::vector<sql::Column>& columns() const override { return columns_; }
  size_t max_readers() const override { return std::max<size_t>(1, impl_->file.pieces.size()); }
  std::optional<uint64_t> row_estimate() const override { return estimate_; }
  Result<std::unique_ptr<sql::TableScan>> scan() override {
    return std::unique_ptr<sql::TableScan>(std::make_unique<PieceScan<Reader>>(*impl_));
  }

 private:
  std::shared_ptr<Delivery::Impl> impl_;
  std::vector<sql::Column> columns_;
  std::optional<uint64_t> estimate_;
};

class GoodReader final : public sql::TableReader {
 public:
  GoodReader(Delivery::Impl& impl, std::atomic<size_t>& next)
      : impl_(impl), next_(next), decoder_(impl.file, false), batch_(impl.file.schema) {}

  Result<size_t> read(sql::ChunkWriter& writer) override {
    for (;;) {
      if (!decoding_) {
        piece_ = next_++;
        if (piece_ >= impl_.file.pieces.size()) return size_t{0};
        if (auto started = decoder_.start(impl_.file.pieces[piece_]); !started) return std::move(started).error();
        decoding_ = true;
      }
      if (decoder_.next(batch_)) {
        if (!batch_.good.empty()) return write(writer);
      } else {
        impl_.finish_piece(piece_, decoder_.totals());
        decoding_ = false;
      }
    }
  }

 private:
  size_t write(sql::ChunkWriter& writer) {
    const Schema& schema = impl_.file.schema;
    for (size_t column = 0; column < schema.columns.size(); ++column) {
      if (writer.wanted(column)) write_column(writer, column, schema.columns[column].type);
    }
    const size_t line_column = schema.columns.size();
    const size_t rows = batch_.good.size();
    if (writer.wanted(line_column)) {
      for (size_t i = 0; i < rows; ++i)
        writer.set_bigint(line_column, i, static_cast<int64_t>(batch_.lines[batch_.good[i]]));
    }
    for (size_t i = 0; i < rows; ++i) writer.set_integer(line_column + 1, i, impl_.file_ordinal);
    return rows;
  }

  // Writes the good rows' cells of one column by `set(output row, batch row)`.
  template <class Set>
  void each_value(sql::ChunkWriter& writer, size_t column, Set set) {
    const std::vector<CellState>& states = batch_.columns[column].states;
    for (size_t i = 0; i < batch_.good.size(); ++i) {
      const size_t row = batch_.good[i];
      if (states[row] == CellState::kValue) [[likely]] {
        set(i, row);
      } else {
        writer.set_null(column, i);
      }
    }
  }

  void write_column(sql::ChunkWriter& writer, size_t column, const ColumnType& type) {
    const ColumnCells& cells = batch_.columns[column];
    const auto numbers = [&](auto set) {
      each_value(writer, column, [&](size_t i, size_t row) { set(i, cells.numbers[row]); });
    };
    switch (type.kind) {
      case TypeKind::kString:
        return each_value(writer, column,
                          [&](size_t i, size_t row) { writer.set_varchar(column, i, cells.texts[row]); });
      case TypeKind::kDouble:
        return each_value(writer, column,
                          [&](size_t i, size_t row) { writer.set_double(column, i, cells.reals[row]); });
      case TypeKind::kInt:
        return numbers([&](size_t i, int64_t value) { writer.set_integer(column, i, static_cast<int32_t>(value)); });
      case TypeKind::kBigint: return numbers([&](size_t i, int64_t value) { writer.set_bigint(column, i, value); });
      case TypeKind::kBoolean:
        return numbers([&](size_t i, int64_t value) { writer.set_boolean(column, i, value != 0); });
      case TypeKind::kDate:
        return numbers([&](size_t i, int64_t value) { writer.set_date(column, i, Date{std::chrono::days{value}}); });
      case TypeKind::kTimestamp:
        return numbers([&](size_t i, int64_t value) {
          writer.set_timestamp(column, i, Timestamp{std::chrono::microseconds{value}});
        });
      case TypeKind::kDecimal:
        if (cells.wide.empty()) {
          return numbers([&](size_t i, int64_t value) { writer.set_decimal(column, i, value); });
        }
        return each_value(writer, column,
                          [&](size_t i, size_t row) { writer.set_decimal(column, i, cells.wide[row]); });
    }
  }

  Delivery::Impl& impl_;
  std::atomic<size_t>& next_;  // the scan's
  PieceDecoder decoder_;
  Batch batch_;
  size_t piece_ = 0;
  bool decoding_ = false;
};

class RefusedReader final : public sql::TableReader {
 public:
  RefusedReader(Delivery::Impl& impl, std::atomic<size_t>& next)
      : impl_(impl), next_(next), decoder_(impl.file, true), batch_(impl.file.schema) {}

  Result<size_t> read(sql::ChunkWriter& writer) override {
    while (written_ == refusals_.size()) {
      refusals_.clear();
      written_ = 0;
      if (!decoding_) {
        const bool started = TRY(start_next_piece());
        if (!started) return size_t{0};
      }
      decoding_ = decoder_.next(batch_);
      if (decoding_) collect_refusals(impl_.file, decoder_, batch_, refusals_);
    }
    const size_t rows = std::min(writer.capacity(), refusals_.size() - written_);
    for (size_t i = 0; i < rows; ++i) write(writer, i, refusals_[written_ + i]);
    written_ += rows;
    return rows;
  }

 private:
  // Pieces without refusals are not decoded again. False: there are no more.
  Result<bool> start_next_piece() {
    for (size_t piece = next_++; piece < impl_.file.pieces.size(); piece = next_++) {
      const Totals totals = TRY(impl_.totals_of(piece));
      if (totals.refused == 0) continue;
      if (auto started = decoder_.start(impl_.file.pieces[piece]); !started) return std::move(started).error();
      return true;
    }
    return false;
  }

  void write(sql::ChunkWriter& writer, size_t row, const Refusal& refusal) {
    const size_t columns = impl_.file.schema.columns.size();
    for (size_t column = 0; column < columns; ++column) {
      if (refusal.fields.empty()) {
        writer.set_null(column, row);
      } else {
        writer.set_varchar(column, row, refusal.fields[column]);
      }
    }
    writer.set_varchar(columns, row, refusal.reasons);
    writer.set_bigint(columns + 1, row, static_cast<int64_t>(refusal.line));
    writer.set_integer(columns + 2, row, impl_.file_ordinal);
    writer.set_varchar(columns + 3, row, refusal.record);
  }

  Delivery::Impl& impl_;
  std::atomic<size_t>& next_;  // the scan's
  PieceDecoder decoder_;
  Batch batch_;
  std::vector<Refusal> refusals_;
  size_t written_ = 0;
  bool decoding_ = false;
};

// From the file's size: what the optimiser needs is the order of magnitude.
uint64_t estimated_rows(const OpenFile& file) {
  return file.input.size_bytes() / (10 * file.schema.columns.size() + 1) + 1;
}

}  // namespace

std::shared_ptr<sql::TableSource> make_good_rows(std::shared_ptr<Delivery::Impl> impl) {
  std::vector<sql::Column> columns;
  for (const Column& column : impl->file.schema.columns) columns.push_back({column.name, sql_type(column.type)});
  columns.push_back({"_linha", sql::Type::of(sql::TypeId::kBigint)});
  columns.push_back({"_arquivo", sql::Type::of(sql::TypeId::kInteger)});
  return std::make_shared<PieceSource<GoodReader>>(impl, std::move(columns), estimated_rows(impl->file));
}

std::shared_ptr<sql::TableSource> make_refused_rows(std::shared_ptr<Delivery::Impl> impl) {
  const sql::Type text = sql::Type::of(sql::TypeId::kVarchar);
  std::vector<sql::Column> columns;
  for (const Column& column : impl->file.schema.columns) columns.push_back({column.name, text});
  columns.push_back({"_motivo", text});
  columns.push_back({"_linha", sql::Type::of(sql::TypeId::kBigint)});
  columns.push_back({"_arquivo", sql::Type::of(sql::TypeId::kInteger)});
  columns.push_back({"_registro", text});
  return std::make_shared<PieceSource<RefusedReader>>(impl, std::move(columns), std::nullopt);
}

}  // namespace caudal::delivery
