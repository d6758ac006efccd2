// SPDX-License-Identifier: Apache-2.0
// What a session costs before the first row: on a table of 200 partitions.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>

#include "base/check.h"
#include "base/clock.h"
#include "kv/store.h"
#include "queries/engine.h"
#include "queries/table_files.h"

namespace caudal::queries {
namespace {

constexpr int kPartitions = 200;

template <class T>
T must(Result<T> result) {
  CHECK(result.has_value(), result.error().to_string());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

class Lake {
 public:
  Lake() {
    std::string pattern = (std::filesystem::temp_directory_path() / "caudal-bench-XXXXXX").string();
    CHECK(::mkdtemp(pattern.data()) != nullptr, "no temporary folder");
    path = pattern;
    store = must(kv::Store::open(path / "kv", {.large_value_families = {objects::kBodiesFamily}}));
    catalog = must(catalog::Catalog::open(*store, clock));
    objects = must(objects::Store::open(*store, path / "blobs", clock));
    engine = must(Engine::open(*catalog, *objects, {.work_directory = path / "work"}));
    fill();
  }
  ~Lake() {
    engine.reset();
    objects.reset();
    catalog.reset();
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }

  std::filesystem::path path;
  SystemClock clock;
  std::unique_ptr<kv::Store> store;
  std::unique_ptr<catalog::Catalog> catalog;
  std::unique_ptr<objects::Store> objects;
  std::unique_ptr<Engine> engine;

 private:
  void fill() {
    using Kind = catalog::Type::Kind;
    must(objects->create_bucket("lake"));
    must(catalog->create_database({.name = "curated"}));
    const catalog::Table table = must(catalog->create_table(
        {.database = "curated",
         .name = "t",
         .columns = {{"a", catalog::Type::primitive(Kind::kBigint)}, {"v", catalog::Type::decimal(18, 2)}},
         .partition_keys = {{"dia", catalog::Type::primitive(Kind::kInt)}},
         .location = "s3://lake/t/"}));
    std::vector<catalog::PartitionMove> moves;
    for (int i = 0; i < kPartitions; ++i) {
      const std::string prefix = fmt::format("t/dia={}/run/", i);
      const auto session = must(engine->open_session());
      const std::filesystem::path file = session->scratch_directory() / "x.parquet";
      // More than what is kept inline, so that it is linked and not copied.
      must(session->materialize("SELECT i AS a, CAST(hash(i) % 99999999 AS DECIMAL(18,2)) AS v FROM range(4000) r(i)",
                                file));
      must(objects->put_file({"lake", prefix + "0.parquet"}, file, {}, objects::Adopt::kMove));
      moves.push_back({"curated",
                       "t",
                       {std::to_string(i)},
                       catalog::Partition{.location = "s3://lake/" + prefix, .columns = table.columns}});
    }
    must(catalog->stage("run", moves));
    must(catalog->publish("run", "bench"));
  }
};

void BM_OpenSession(benchmark::State& state) {
  const Lake lake;
  for (auto _ : state) must(lake.engine->open_session());
}
BENCHMARK(BM_OpenSession)->Unit(benchmark::kMillisecond)->UseRealTime();

// The links alone, made and removed, in folders that are there from the second time on.
void BM_Link(benchmark::State& state) {
  const Lake lake;
  const catalog::View view = lake.catalog->live();
  const catalog::Table table = must(view.table("curated", "t"));
  const auto folders = must(LinkFolders::open(lake.path / "folders"));
  for (auto _ : state) {
    const auto partitions = must(view.partitions("curated", "t"));
    benchmark::DoNotOptimize(must(TableFiles::link(*lake.objects, table, partitions, *folders, lake.path / "links")));
  }
}
BENCHMARK(BM_Link)->Unit(benchmark::kMillisecond)->UseRealTime();

// Opening, linking 200 partitions, defining the view and binding it.
void BM_OpenAndResolve(benchmark::State& state) {
  const Lake lake;
  for (auto _ : state) must(must(lake.engine->open_session())->prepare("SELECT * FROM curated.t"));
}
BENCHMARK(BM_OpenAndResolve)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_FirstQueryOfOnePartition(benchmark::State& state) {
  const Lake lake;
  for (auto _ : state) {
    const auto session = must(lake.engine->open_session());
    auto stream = must(session->query("SELECT sum(v) FROM curated.t WHERE dia = 100"));
    benchmark::DoNotOptimize(must(stream.all()));
  }
}
BENCHMARK(BM_FirstQueryOfOnePartition)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace caudal::queries
