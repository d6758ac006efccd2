// SPDX-License-Identifier: Apache-2.0
// Several tables of the same columns as one.
#include <algorithm>

#include "base/check.h"
#include "sql/table_source.h"

namespace caudal::sql {
namespace {

using Scans = std::vector<std::unique_ptr<TableScan>>;

// Goes through all tables, with a reader of each at a time; others of the same scan do the same, so that a table's rows
// are shared among them however few tables there are.
class ConcatenatedReader final : public TableReader {
 public:
  explicit ConcatenatedReader(Scans& scans) : scans_(scans) {}
  Result<size_t> read(ChunkWriter& writer) override {
    for (; next_ <= scans_.size(); ++next_) {
      if (reader_) {
        const size_t rows = TRY(reader_->read(writer));
        if (rows > 0) return rows;
        reader_.reset();
      }
      if (next_ < scans_.size()) reader_ = TRY(scans_[next_]->open_reader());
    }
    return size_t{0};
  }

 private:
  Scans& scans_;  // the scan's
  size_t next_ = 0;
  std::unique_ptr<TableReader> reader_;
};

class ConcatenatedScan final : public TableScan {
 public:
  explicit ConcatenatedScan(Scans scans) : scans_(std::move(scans)) {}
  Result<std::unique_ptr<TableReader>> open_reader() override {
    return std::unique_ptr<TableReader>(std::make_unique<ConcatenatedReader>(scans_));
  }

 private:
  Scans scans_;
};

class ConcatenatedSource final : public TableSource {
 public:
  explicit ConcatenatedSource(std::vector<std::shared_ptr<TableSource>> sources) : sources_(std::move(sources)) {}
  const std::vector<Column>& columns() const override { return sources_.front()->columns(); }
  size_t max_readers() const override {
    size_t readers = 0;
    for (const auto& source : sources_) readers += source->max_readers();
    return readers;
  }
  std::optional<uint64_t> row_estimate() const override {
    uint64_t rows = 0;
    for (const auto& source : sources_) {
      const std::optional<uint64_t> some = source->row_estimate();
      if (!some) return std::nullopt;
      rows += *some;
    }
    return rows;
  }
  Result<std::unique_ptr<TableScan>> scan() override {
    Scans scans;
    for (const auto& source : sources_) scans.push_back(TRY(source->scan()));
    return std::unique_ptr<TableScan>(std::make_unique<ConcatenatedScan>(std::move(scans)));
  }

 private:
  const std::vector<std::shared_ptr<TableSource>> sources_;
};

}  // namespace

std::shared_ptr<TableSource> concatenate(std::vector<std::shared_ptr<TableSource>> sources) {
  CHECK(!sources.empty(), "there is no table to take the columns of");
  for (const auto& source : sources) {
    CHECK(source->columns() == sources.front()->columns(), "tables of different columns cannot be one table");
  }
  if (sources.size() == 1) return std::move(sources.front());
  return std::make_shared<ConcatenatedSource>(std::move(sources));
}

}  // namespace caudal::sql
