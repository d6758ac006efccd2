// SPDX-License-Identifier: Apache-2.0
// What the object store costs, each beside what it is measured against in the same run. Needs about 8 GiB of disk in
// TMPDIR; CAUDAL_BENCH_KEYS overrides the ten million keys of the large bucket.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <stop_token>

#include "base/check.h"
#include "base/testing/temporary_directory.h"
#include "objects/store.h"
#include "objects/testing/large_copy.h"
#include "objects/testing/many_objects.h"

namespace caudal::objects {
namespace {

constexpr size_t kSmallBytes = 4096;

template <class T>
T unwrap(Result<T> result) {
  if (!result) check_failed(__FILE__, __LINE__, "unwrap", result.error().to_string());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// One store for all benchmarks of the run.
struct Bench {
  TemporaryDirectory dir;
  SystemClock clock;
  std::unique_ptr<kv::Store> kv = unwrap(kv::Store::open(dir.path() / "kv", {.large_value_families = {kBodiesFamily}}));
  std::unique_ptr<Store> store = unwrap(Store::open(*kv, dir.path() / "objects", clock));
  std::filesystem::path large = dir.path() / "large";

  Bench() { unwrap(store->create_bucket("raw")); }
  static Bench& get() {
    static Bench bench;
    return bench;
  }
  void make_large_file() {
    if (!std::filesystem::exists(large)) unwrap(objects::make_large_file(large));
  }
  void fill(const std::string& bucket, uint64_t keys) {
    if (!store->create_bucket(bucket)) return;
    unwrap(put_many(*kv, bucket, keys, 0));
  }
};

void small_puts(benchmark::State& state) {
  static std::atomic<uint64_t> number = 0;
  const std::string bytes(kSmallBytes, 'x');
  for (auto _ : state) {
    TextSource source(bytes);
    unwrap(Bench::get().store->put({"raw", std::to_string(number++)}, source));
  }
  state.SetItemsProcessed(state.iterations());
}

// What one fsync for each object allows, with as many threads: a file, its sync and its folder's.
void small_files(benchmark::State& state) {
  static std::atomic<uint64_t> number = 0;
  const std::string bytes(kSmallBytes, 'x');
  const auto folder = Bench::get().dir.path() / "files";
  unwrap(caudal::create_directories(folder));
  for (auto _ : state) {
    File file = unwrap(File::create(folder / std::to_string(number++)));
    unwrap(file.write(bytes));
    unwrap(file.sync());
    unwrap(sync_directory(folder));
  }
  state.SetItemsProcessed(state.iterations());
}

// One after the other: the disk's own pace.
void single_syncs(benchmark::State& state) {
  const std::string bytes(kSmallBytes, 'x');
  File file = unwrap(File::create(Bench::get().dir.path() / "syncs"));
  for (auto _ : state) {
    unwrap(file.write(bytes));
    unwrap(file.sync());
  }
  state.SetItemsProcessed(state.iterations());
}

// As warm() does.
void warm_object() {
  std::string buffer(1 << 20, '\0');
  Reader reader = unwrap(Bench::get().store->get({"raw", "large"}));
  while (unwrap(reader.read(buffer.data(), buffer.size())) > 0) continue;
}

void get_and_sync(const std::filesystem::path& to) {
  std::string buffer(1 << 20, '\0');
  Reader reader = unwrap(Bench::get().store->get({"raw", "large"}));
  File file = unwrap(File::create(to));
  while (const size_t got = unwrap(reader.read(buffer.data(), buffer.size()))) {
    unwrap(file.write({buffer.data(), got}));
  }
  unwrap(file.sync());
}

// cp, put and get of one file, round by round: disks that lend speed for a while would favour whoever comes first, so
// each is first in some rounds, and what counts is the median of the rounds' ratios. What each reads is in memory when
// it begins, and what was written goes between them.
void large_copies(benchmark::State& state) {
  Bench& bench = Bench::get();
  bench.make_large_file();
  const auto copy = bench.dir.path() / "copy";
  std::vector<double> copies;
  std::vector<double> puts;
  std::vector<double> gets;
  size_t round = 0;
  for (auto _ : state) {
    const auto put = [&] { unwrap(bench.store->put_file({"raw", "large"}, bench.large, {}, Adopt::kCopy)); };
    const auto time_copy = [&] { copies.push_back(seconds_of([&] { copy_and_sync(bench.large, copy); })); };
    const auto time_put = [&] { puts.push_back(seconds_of(put)); };
    const auto time_get = [&] { gets.push_back(seconds_of([&] { get_and_sync(copy); })); };
    const std::array<std::function<void()>, 3> works = {time_copy, time_put, time_get};
    for (size_t n = 0; n < works.size(); ++n) {
      const size_t which = (round + n) % works.size();
      if (which == 2 && n == 0) put();
      bench.clock.wait_until(bench.clock.now() + kRest, std::stop_token());
      if (which == 2) {
        warm_object();
      } else {
        unwrap(warm(bench.large));
      }
      works[which]();
      if (which != 1) unwrap(remove_file(copy));
    }
    unwrap(bench.store->remove({"raw", "large"}));
    ++round;
  }
  std::vector<double> put_ratios;
  std::vector<double> get_ratios;
  for (size_t n = 0; n < copies.size(); ++n) {
    put_ratios.push_back(puts[n] / copies[n]);
    get_ratios.push_back(gets[n] / copies[n]);
  }
  state.counters["copy_s"] = median(copies);
  state.counters["put_ratio"] = median(put_ratios);
  state.counters["get_ratio"] = median(get_ratios);
}

uint64_t many_keys() {
  const char* text = std::getenv("CAUDAL_BENCH_KEYS");
  return text != nullptr ? std::stoull(text) : 10'000'000;
}

void list_page(benchmark::State& state, const std::string& bucket, uint64_t keys, const std::string& delimiter) {
  Bench::get().fill(bucket, keys);
  uint64_t page_number = 0;
  for (auto _ : state) {
    ListRequest request{.bucket = bucket, .delimiter = delimiter};
    request.prefix = delimiter.empty() ? "" : "curated/invoices/";
    // Pages from all over the bucket.
    if (delimiter.empty()) request.start_after = fmt::format("curated/invoices/{:03}/", page_number++ * 37 % 900);
    const ListPage page = unwrap(Bench::get().store->list(request));
    CHECK(page.objects.size() + page.common_prefixes.size() == 1000, "not a whole page");
  }
}

// Round by round too: their repetitions are to be mixed (--benchmark_enable_random_interleaving).
constexpr int kRounds = 9;
BENCHMARK(small_puts)->Threads(64)->UseRealTime()->MinTime(1.5)->Repetitions(kRounds);
BENCHMARK(small_files)->Threads(64)->UseRealTime()->MinTime(1)->Repetitions(kRounds);
BENCHMARK(single_syncs)->UseRealTime()->MinTime(1)->Repetitions(kRounds);
BENCHMARK(large_copies)->UseRealTime()->Iterations(9)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(list_page, few_keys, "few", 10'000, "")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(list_page, many_keys, "many", many_keys(), "")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(list_page, few_keys_by_folder, "few", 10'000, "/")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(list_page, many_keys_by_folder, "many", many_keys(), "/")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace caudal::objects
