// SPDX-License-Identifier: Apache-2.0
// Payments in Parquet, read by DuckDB in the order of the file.
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "payments/errors.h"
#include "payments/files/fields.h"
#include "payments/files/formats.h"
#include "sql/database.h"

namespace caudal::payments {
namespace {

class ParquetRecords final : public Records {
 public:
  ParquetRecords(std::unique_ptr<sql::Database> database, std::unique_ptr<sql::Connection> connection,
                 std::filesystem::path file, RecordOptions options)
      : database_(std::move(database)),
        connection_(std::move(connection)),
        file_(std::move(file)),
        options_(std::move(options)) {}

  Result<void> read_columns() {
    std::vector<std::string> names;
    for (const sql::Column& column : TRY(connection_->describe("SELECT * FROM " + table()))) {
      if (column.type.id == sql::TypeId::kDouble || column.type.id == sql::TypeId::kFloat) {
        if (is_amount(column.name)) {
          return Error{Errc::unusable_file, "its amounts are floating point; write them as DECIMAL"};
        }
      }
      names.push_back(column.name);
    }
    columns_ = TRY(Columns::of(names, options_));
    texts_.resize(names.size());
    sql::ResultStream counted = TRY(connection_->query("SELECT count(*) FROM " + table()));
    const auto rows = TRY(counted.all());
    if (const auto* count = std::get_if<int64_t>(&rows.front().front())) size_ = static_cast<uint64_t>(*count);
    return {};
  }

  Result<void> go_on_at(const Position& position) override {
    position_ = position;
    return {};
  }

  Result<std::optional<Record>> next() override {
    if (!rows_) {
      rows_.emplace(TRY(connection_->query(fmt::format("SELECT * FROM {} OFFSET {}", table(), position_.offset))));
    }
    while (!chunk_ || row_ >= chunk_->rows()) {
      auto chunk = TRY(rows_->next());
      if (!chunk) return std::optional<Record>();
      chunk_ = std::move(chunk);
      row_ = 0;
    }
    position_ = {.offset = position_.offset + 1, .line = position_.line + 1};
    for (size_t n = 0; n < texts_.size(); ++n) {
      texts_[n].clear();
      if (columns_.uses(n) && !chunk_->is_null(n, row_)) texts_[n] = chunk_->text(n, row_);
    }
    Fields fields;
    columns_.gather(texts_, made_, fields);
    ++row_;
    return std::optional(Record{.line = position_.line, .payment = payment_of(fields, position_.line, options_)});
  }

  Position position() const override { return position_; }
  uint64_t size() const override { return size_; }

 private:
  bool is_amount(const std::string& column) const {
    if (!options_.mapping) return field_of(column) == Field::kAmount;
    const FieldTemplate& parts = options_.mapping->fields[static_cast<size_t>(Field::kAmount)];
    return std::ranges::any_of(parts, [&](const FieldPart& part) { return part.is_column && part.text == column; });
  }
  std::string table() const { return fmt::format("read_parquet({})", sql::quote_literal(file_.string())); }

  // In the order in which one stands on the other.
  const std::unique_ptr<sql::Database> database_;
  const std::unique_ptr<sql::Connection> connection_;
  const std::filesystem::path file_;
  const RecordOptions options_;
  Columns columns_;
  std::vector<std::string> texts_;  // of a row
  std::array<std::string, kFields> made_;
  uint64_t size_ = 0;
  Position position_;
  std::optional<sql::ResultStream> rows_;
  std::optional<sql::Chunk> chunk_;
  size_t row_ = 0;
};

}  // namespace

Result<std::unique_ptr<Records>> open_parquet(const std::filesystem::path& file, const RecordOptions& options) {
  TRY(File::open_read(file));  // its errors say more than DuckDB's
  auto database = TRY(sql::Database::open({.preserve_insertion_order = true}));
  auto connection = TRY(database->connect());
  auto records = std::make_unique<ParquetRecords>(std::move(database), std::move(connection), file, options);
  TRY(records->read_columns());
  return std::unique_ptr<Records>(std::move(records));
}

}  // namespace caudal::payments
