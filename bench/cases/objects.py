# SPDX-License-Identifier: Apache-2.0
"""The object store beside the disk's own pace, from the room's benchmark (src/objects/store_bench.cpp)."""

import json
import os

from cases import process, report

LARGE_BUCKET_KEYS = 10_000_000
# Disks lend speed for a while and ask for it back, so what is compared by rate is measured in turns. The many thousand
# files of the other come last: the file system is busy with them for seconds after.
ROUNDS = "^(small_puts|single_syncs)"
FILES = "^small_files"


def measure(build, scale):
    keys = max(20_000, int(LARGE_BUCKET_KEYS * scale))
    command = [build / "src/objects_bench", "--benchmark_format=json"]
    rounds = process.run([*command, f"--benchmark_filter={ROUNDS}", "--benchmark_enable_random_interleaving=true"])
    rest = process.run([*command, f"--benchmark_filter=-{ROUNDS}|{FILES}"], env={**os.environ, "CAUDAL_BENCH_KEYS": str(keys)})
    files = process.run([*command, f"--benchmark_filter={FILES}"])
    return rows(read(rounds.output) | read(rest.output) | read(files.output), keys)


def read(output):
    """{name without its options: its numbers}; of several repetitions the median."""
    runs = {}
    for run in json.loads(output[output.index("{") :])["benchmarks"]:
        name = run["run_name"].split("/")[0] + (f"/{run['run_name'].split('/')[1]}" if "list_page" in run["run_name"] else "")
        if run["run_type"] == "iteration" and run.get("repetitions", 1) == 1 or run.get("aggregate_name") == "median":
            runs[name] = run
    return runs


def rows(runs, keys):
    puts, single = runs["small_puts"]["items_per_second"], runs["single_syncs"]["items_per_second"]
    files = runs["small_files"]["items_per_second"]
    large = runs["large_copies"]
    lists = {name.split("/")[1].strip('"'): run["real_time"] for name, run in runs.items() if name.startswith("list_page")}
    few, many = lists["few_keys"], lists["many_keys"]
    return [
        report.Row("durable puts of 4 KiB from 64 threads, median of 9 rounds", f"{puts:,.0f} a second"),
        report.Row("one fsync after the other", f"{single:,.0f} a second, {1e6 / single:,.0f} µs each"),
        report.at_least("puts to fsyncs", puts / single, 10, "times"),
        report.Row("64 threads that each write and sync a file and its folder", f"{files:,.0f} a second"),
        report.Row("`cp` and fsync of 1 GiB, median of 9", f"{large['copy_s']:.2f} s"),
        report.at_most("put of 1 GiB to that, median of the ratios of 9 rounds", large["put_ratio"], 1.3, "times", 2),
        report.at_most("get of 1 GiB to that", large["get_ratio"], 1.3, "times", 2),
        report.Row("a page of 1,000 keys among 10,000", f"{few:.0f} µs"),
        report.at_most(f"the same among {keys:,}", many / few, 1.5, "times as long", 2),
    ]
