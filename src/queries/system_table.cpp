// SPDX-License-Identifier: Apache-2.0
// System tables as sources of rows.
#include "queries/system_table.h"

#include <utility>

namespace caudal::queries {
namespace {

// The scan of the rows, and the rows.
class FreshScan final : public sql::TableScan {
 public:
  static Result<std::unique_ptr<sql::TableScan>> open(const SystemTable& table) {
    auto scan = std::make_unique<FreshScan>();
    scan->rows_ = sql::make_rows_source(table.columns(), TRY(table.rows()));
    scan->scan_ = TRY(scan->rows_->scan());
    return std::unique_ptr<sql::TableScan>(std::move(scan));
  }
  Result<std::unique_ptr<sql::TableReader>> open_reader() override { return scan_->open_reader(); }

 private:
  std::shared_ptr<sql::TableSource> rows_;  // as sql hands it out; nobody else has it
  std::unique_ptr<sql::TableScan> scan_;
};

class SystemSource final : public sql::TableSource {
 public:
  explicit SystemSource(std::shared_ptr<const SystemTable> table) : table_(std::move(table)) {}
  const std::vector<sql::Column>& columns() const override { return table_->columns(); }
  Result<std::unique_ptr<sql::TableScan>> scan() override { return FreshScan::open(*table_); }

 private:
  std::shared_ptr<const SystemTable> table_;  // shared with the engine, which may end before DuckDB lets go
};

}  // namespace

std::shared_ptr<sql::TableSource> make_system_source(std::shared_ptr<const SystemTable> table) {
  if (auto own = table->source()) return own;
  return std::make_shared<SystemSource>(std::move(table));
}

}  // namespace caudal::queries
