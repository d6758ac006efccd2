// SPDX-License-Identifier: Apache-2.0
// How fast invoices are read: the first pass alone, decoding alone, the way into DuckDB, and DuckDB's own read_csv with
// types on the same file. CAUDAL_BENCH_FILE_MB sets the size of the generated file (256).
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "base/random.h"
#include "flows/delivery/open.h"
#include "flows/delivery/testing/contracts.h"

namespace caudal::delivery {
namespace {

enum class Dirt { kNone, kOnePercent, kQuoted };

void append_invoice(std::string& out, uint64_t number, Random& random, Dirt dirt) {
  const uint64_t cents = 100 + random.below(5'000'000);
  const uint64_t minimum = cents * 3 / 10;
  const uint64_t day = 1 + random.below(28);
  const bool bad = dirt == Dirt::kOnePercent && random.below(100) == 0;
  const char* quote = dirt == Dirt::kQuoted ? "\"" : "";
  fmt::format_to(std::back_inserter(out),
                 "{4}{0}-{1}{4},{0},2024-01-{2:02},{5}2024-02-{2:02}{5},{3}{6}.{7:02},{8}.{9:02}\n", number / 13 + 1,
                 number % 13 + 1, day, bad ? "x" : "", quote, quote, cents / 100, cents % 100, minimum / 100,
                 minimum % 100);
}

// A file of invoices of one month, removed at the end.
class InvoiceFile {
 public:
  explicit InvoiceFile(Dirt dirt) {
    const char* megabytes = std::getenv("CAUDAL_BENCH_FILE_MB");
    const uint64_t wanted = (megabytes != nullptr ? std::strtoull(megabytes, nullptr, 10) : 256) << 20;
    path_ = folder_.path() / "tb_faturas_202401.csv";
    File file = unwrap(File::create(path_));
    Random random(42);
    std::string buffer(kFaturasHeader);
    for (uint64_t number = 0; size_ < wanted; ++number) {
      append_invoice(buffer, number, random, dirt);
      ++rows_;
      if (buffer.size() >= (1u << 20)) {
        unwrap(file.write(buffer));
        size_ += buffer.size();
        buffer.clear();
      }
    }
    unwrap(file.write(buffer));
    size_ += buffer.size();
  }
  const std::filesystem::path& path() const { return path_; }
  uint64_t size_bytes() const { return size_; }
  uint64_t rows() const { return rows_; }

 private:
  TemporaryDirectory folder_;
  std::filesystem::path path_;
  uint64_t size_ = 0;
  uint64_t rows_ = 0;
};

void report(benchmark::State& state, const InvoiceFile& file) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * file.size_bytes()));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * file.rows()));
}

void BM_FirstPass(benchmark::State& state) {
  const InvoiceFile file(Dirt::kNone);
  for (auto _ : state) {
    const OpenFile open = unwrap(open_file(file.path(), schema_of(faturas_contract()), {.threads = 1}));
    benchmark::DoNotOptimize(open.pieces.data());
  }
  report(state, file);
}
BENCHMARK(BM_FirstPass)->Unit(benchmark::kMillisecond);

void BM_Decode(benchmark::State& state) {
  const InvoiceFile file(static_cast<Dirt>(state.range(0)));
  const OpenFile open = unwrap(open_file(file.path(), schema_of(faturas_contract()), {}));
  PieceDecoder decoder(open, false);
  Batch batch(open.schema);
  for (auto _ : state) {
    uint64_t good = 0;
    for (const Piece& piece : open.pieces) {
      unwrap(decoder.start(piece));
      while (decoder.next(batch)) good += batch.good.size();
    }
    benchmark::DoNotOptimize(good);
  }
  report(state, file);
}
BENCHMARK(BM_Decode)->Unit(benchmark::kMillisecond)->Arg(0)->Arg(1)->Arg(2)->ArgName("dirt");

constexpr std::string_view kConsume =
    "SELECT count(*), sum(valor_fatura), sum(valor_pagamento_minimo), max(id_fatura), max(id_cliente), "
    "max(data_emissao), "
    "max(data_vencimento) FROM ";

void BM_IntoDuckDb(benchmark::State& state) {
  const InvoiceFile file(static_cast<Dirt>(state.range(1)));
  for (auto _ : state) {
    const auto delivery =
        unwrap(Delivery::open(file.path(), faturas_contract(), {.threads = static_cast<size_t>(state.range(0))}));
    const auto database = unwrap(sql::Database::open({.threads = static_cast<unsigned>(state.range(0))}));
    unwrap(database->register_source("boas", delivery->rows()));
    rows_of(*database, std::string(kConsume) + "boas()");
    unwrap(delivery->totals());
  }
  report(state, file);
}
BENCHMARK(BM_IntoDuckDb)
    ->Unit(benchmark::kMillisecond)
    ->ArgsProduct({{1, 2}, {0, 1}})
    ->ArgNames({"threads", "dirt"})
    ->UseRealTime();

void BM_ReadCsvOfDuckDb(benchmark::State& state) {
  const InvoiceFile file(Dirt::kNone);
  const auto database = unwrap(sql::Database::open({.threads = static_cast<unsigned>(state.range(0))}));
  const std::string sql = fmt::format(
      "{}read_csv('{}', header=true, delim=',', "
      "columns={{'id_fatura':'VARCHAR','id_cliente':'INTEGER','data_emissao':'DATE',"
      "'data_vencimento':'DATE','valor_fatura':'DECIMAL(18,2)','valor_pagamento_minimo':'DECIMAL(18,2)'}})",
      kConsume, file.path().string());
  for (auto _ : state) rows_of(*database, sql);
  report(state, file);
}
BENCHMARK(BM_ReadCsvOfDuckDb)->Unit(benchmark::kMillisecond)->Arg(1)->Arg(2)->ArgName("threads")->UseRealTime();

}  // namespace
}  // namespace caudal::delivery
