# SPDX-License-Identifier: Apache-2.0
"""S3 over HTTP beside a handler on the same server that answers the same bytes (src/api/s3/s3_bench.cpp)."""

import json

from cases import process, report

REPETITIONS = 5


def measure(build, scale):
    repetitions = max(1, round(REPETITIONS * scale))
    taken = read(build / "src/api_s3_bench", repetitions, "-put_large")
    taken |= read(build / "src/api_s3_bench", 1, "put_large")  # which repeats what it does by itself
    return rows(taken)


def read(binary, repetitions, only="."):
    """{name without its options: its numbers}; of several repetitions the median."""
    command = [binary, "--benchmark_format=json", f"--benchmark_filter={only}", f"--benchmark_repetitions={repetitions}"]
    output = process.run(command).output
    runs = {}
    for run in json.loads(output[output.index("{") :])["benchmarks"]:
        wanted = run.get("aggregate_name") == "median" or (run["run_type"] == "iteration" and run.get("repetitions", 1) == 1)
        if wanted:
            runs[run["run_name"].split("/")[0]] = run
    return runs


def rows(runs):
    rate = {name: run.get("items_per_second", 0) for name, run in runs.items()}
    puts = runs["put_large"]
    large = {name: run["real_time"] for name, run in runs.items() if "large" in name}
    return [
        report.Row("GET of 4 KiB, 64 connections", f"{rate['get_small']:,.0f} a second"),
        report.at_least("to a handler that answers the same", 100 * rate["get_small"] / rate["get_null"], 60, "%", 0),
        report.Row("durable PUT of 4 KiB, 64 connections", f"{rate['put_small']:,.0f} a second"),
        report.at_least("to a handler that reads and answers the same", 100 * rate["put_small"] / rate["put_null"], 25, "%", 0),
        report.Row("GET of 1 GiB", f"{large['get_large'] / 1000:.2f} s"),
        report.at_least("its speed to streaming from memory", 100 * large["get_large_from_memory"] / large["get_large"], 70, "%", 0),
        report.Row("`cp` and fsync of 1 GiB, median of 5", f"{puts['copy_s']:.2f} s"),
        report.Row("receiving 1 GiB without looking at it", f"{puts['dropped_s']:.2f} s"),
        report.at_most("PUT of 1 GiB to `cp` and fsync, median of the ratios of 5 rounds", puts["signed_ratio"], 1.5, "times", 2),
        report.at_most("the same unsigned, with a CRC32 behind it", puts["unsigned_ratio"], 1.5, "times", 2),
        report.at_most("the same in parts of 8 MiB on 10 connections", puts["parts_ratio"], 1.5, "times", 2),
    ]
