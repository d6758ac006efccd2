# SPDX-License-Identifier: Apache-2.0
"""How long the program takes to be there."""

import statistics
import tempfile

from cases import process, report

RUNS = 21


def median_ms(command):
    process.run(command)  # the first one also reads the program from disk
    return statistics.median(process.run(command).seconds for _ in range(RUNS)) * 1000


def measure(build, scale):
    del scale
    with tempfile.TemporaryDirectory() as data:
        return [
            report.at_most("`caudal version`, median of 21", median_ms([build / "caudal", "version"]), 50, "ms"),
            report.Row("`caudal sql 'select 1'`, median of 21",
                       f"{median_ms([build / 'caudal', '--data', data, 'sql', 'select 1']):.1f} ms"),
        ]  # fmt: skip
