// SPDX-License-Identifier: Apache-2.0
// What an append costs the thread that answers a request, and how many records the log takes in a second.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>

#include "access/audit/log.h"
#include "access/audit/testing/records.h"

namespace caudal::audit {
namespace {

// Wall time of one append by one thread, the log's own thread working beside it.
void append(benchmark::State& state) {
  std::string folder = "/tmp/caudal-audit-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return state.SkipWithError("no folder");
  SystemClock clock;
  {
    auto log = Log::open(folder, clock, {.key = std::string(kTestKey), .queue_bytes = size_t{64} << 20});
    if (!log) return state.SkipWithError(log.error().to_string().c_str());
    const Record record = full_record();
    for (auto _ : state) {
      if (!(*log)->append(record)) return state.SkipWithError("refused");
    }
    if (!(*log)->close()) state.SkipWithError("not written");
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(append)->UseRealTime()->Iterations(200'000);

}  // namespace
}  // namespace caudal::audit
