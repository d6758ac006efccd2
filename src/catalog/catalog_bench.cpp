// SPDX-License-Identifier: Apache-2.0
// What a query pays for resolving a table of many wide partitions, and a run for publishing.
#include <benchmark/benchmark.h>

#include "base/check.h"
#include "base/testing/temporary_directory.h"
#include "catalog/catalog.h"

namespace caudal::catalog {
namespace {

template <class T>
T must(Result<T> result) {
  CHECK(result.has_value(), "the catalog works");
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// A table of 760 columns, by day.
struct Lake {
  Lake() {
    must(catalog->create_database({.name = "refined"}));
    Table table{.database = "refined", .name = "book_cliente"};
    for (int i = 0; i < 760; ++i) table.columns.push_back({"variavel_" + std::to_string(i), Type::decimal(38, 2), "…"});
    table.partition_keys = {{"dt_base", Type::primitive(Type::Kind::kString)}};
    must(catalog->create_table(table));
  }
  void publish(int64_t partitions) {
    const std::string id = "run-" + std::to_string(++runs);
    std::vector<PartitionMove> moves;
    for (int64_t i = 0; i < partitions; ++i) {
      const std::string value = std::to_string(100'000 + i);
      moves.push_back({"refined", "book_cliente", {value}, Partition{.location = "s3://lake/" + value + "/" + id}});
    }
    must(catalog->stage(id, moves));
    must(catalog->publish(id, "invoices"));
  }

  TemporaryDirectory directory;
  SystemClock clock;
  std::unique_ptr<kv::Store> store = must(kv::Store::open(directory.path() / "kv", {}));
  std::unique_ptr<Catalog> catalog = must(Catalog::open(*store, clock));
  int runs = 0;
};

void resolve_partitions(benchmark::State& state) {
  Lake lake;
  lake.publish(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(must(lake.catalog->live().partitions("refined", "book_cliente")));
}
BENCHMARK(resolve_partitions)->Arg(13)->Arg(200)->Unit(benchmark::kMillisecond);

// Two commits, each with its own fsync.
void stage_and_publish(benchmark::State& state) {
  Lake lake;
  for (auto _ : state) lake.publish(state.range(0));
}
BENCHMARK(stage_and_publish)->Arg(1)->Arg(26)->Arg(200)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace caudal::catalog
