# SPDX-License-Identifier: Apache-2.0
"""The invoice flow on a lender with many years of history, where a month is a small part of the lake: the whole way once,
and then a month that is delivered again."""

from cases import lake, report

# 20 million invoices; a month is 100,000 rows.
SHAPE = lake.Shape("200 months", 100_000, 200)
REDELIVERED_ROWS = 100_000
REPETITIONS = 3


def measure(build, scale):
    rows = []
    folder, lender = lake.made(build, SHAPE, scale)
    with folder:
        lake.against_bare_script(lender, lake.backfill(lender, rows), rows)
        delivered = int(REDELIVERED_ROWS * scale)
        seconds = sorted(lender.redeliver(delivered, cents).seconds for cents in range(1, REPETITIONS + 1))
        what = f"a month of {delivered:,} rows delivered again on that lake, median of {REPETITIONS}"
        rows.append(report.at_most(what, seconds[REPETITIONS // 2], 5, "s"))
    return rows
