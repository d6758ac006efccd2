// SPDX-License-Identifier: Apache-2.0
// How fast a C++ table reaches DuckDB, and what opening a database costs.
#include <benchmark/benchmark.h>

#include <atomic>

#include "base/check.h"
#include "sql/database.h"

namespace caudal::sql {
namespace {

constexpr int64_t kRows = 20'000'000;

// Six columns, as an invoice has: two texts, a number, two dates and an amount.
class Invoices final : public TableSource {
 public:
  const std::vector<Column>& columns() const override { return columns_; }
  size_t max_readers() const override { return 2; }
  Result<std::unique_ptr<TableScan>> scan() override;

 private:
  std::vector<Column> columns_ = {{"id_fatura", Type::of(TypeId::kVarchar)}, {"nome", Type::of(TypeId::kVarchar)},
                                  {"id_cliente", Type::of(TypeId::kBigint)}, {"emissao", Type::of(TypeId::kDate)},
                                  {"vencimento", Type::of(TypeId::kDate)},   {"valor", Type::decimal(18, 2)}};
};

class InvoicesScan final : public TableScan {
 public:
  class Reader final : public TableReader {
   public:
    explicit Reader(std::atomic<int64_t>& next) : next_(next) {}
    Result<size_t> read(ChunkWriter& writer) override {
      const auto capacity = static_cast<int64_t>(writer.capacity());
      const int64_t from = next_.fetch_add(capacity);
      const int64_t to = std::min(kRows, from + capacity);
      const std::string_view text = "12345678-123456789";
      for (int64_t n = from; n < to; ++n) {
        const auto row = static_cast<size_t>(n - from);
        writer.set_varchar(0, row, text.substr(0, 11));
        writer.set_varchar(1, row, text);
        writer.set_bigint(2, row, n);
        writer.set_date(3, row, Date(std::chrono::days(n & 0x3fff)));
        writer.set_date(4, row, Date(std::chrono::days(n & 0x3ffe)));
        writer.set_decimal(5, row, n);
      }
      return from >= to ? size_t{0} : static_cast<size_t>(to - from);
    }

   private:
    std::atomic<int64_t>& next_;
  };
  Result<std::unique_ptr<TableReader>> open_reader() override {
    return std::unique_ptr<TableReader>(std::make_unique<Reader>(next_));
  }

 private:
  std::atomic<int64_t> next_ = 0;
};

Result<std::unique_ptr<TableScan>> Invoices::scan() {
  return std::unique_ptr<TableScan>(std::make_unique<InvoicesScan>());
}

void BM_TableSource(benchmark::State& state) {
  auto database = Database::open({.threads = 2});
  CHECK(database.has_value() && (*database)->register_source("invoices", std::make_shared<Invoices>()).has_value(), "");
  auto connection = (*database)->connect();
  for (auto _ : state) {
    const Result<uint64_t> result = (*connection)
                                        ->run(
                                            "SELECT max(id_fatura), max(nome), max(id_cliente), max(emissao), "
                                            "max(vencimento), max(valor) FROM invoices()");
    CHECK(result.has_value(), result.error().message);
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}
BENCHMARK(BM_TableSource)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_OpenDatabase(benchmark::State& state) {
  for (auto _ : state) {
    auto database = Database::open();
    CHECK(database.has_value() && (*database)->connect().has_value(), "");
  }
}
BENCHMARK(BM_OpenDatabase)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace caudal::sql
