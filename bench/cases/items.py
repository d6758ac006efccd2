# SPDX-License-Identifier: Apache-2.0
"""DynamoDB over HTTP beside a handler on the same server that answers the same bytes (src/api/dynamodb/dynamodb_bench.cpp),
and what a server holds in memory: idle with ten tables, and after a scan of a table much larger than its caches."""

import tempfile

from cases import process, report, s3, serving

REPETITIONS = 5
TABLES = 10
SCANNED_ITEMS, SCANNED_BYTES = 500_000, 1000
CONNECTIONS = 64


def measure(build, scale):
    taken = s3.read(build / "src/api_dynamodb_bench", max(1, round(REPETITIONS * scale)))
    return rates(taken) + memory(build, max(1_000, int(SCANNED_ITEMS * scale)))


def rates(runs):
    rate = {name: run.get("items_per_second", 0) for name, run in runs.items()}
    rows = []
    for what, name, least in [("GetItem", "get", 60), ("durable PutItem of 1 KB", "put", 35), ("Query of 20 items", "query", 40)]:
        own, null = rate["query_items" if name == "query" else f"{name}_item"], rate[f"{name}_null"]
        rows.append(report.Row(f"{what}, {CONNECTIONS} connections", f"{own:,.0f} a second"))
        rows.append(report.at_least("to a handler that answers the same", 100 * own / null, least, "%", 0))
    for what, name in [("GetItem", "get_at_half_load"), ("PutItem", "put_at_half_load")]:
        rows.append(report.at_most(f"{what} at half of that load, 99th percentile", runs[name]["p99_ms"], 10, "ms", 2))
    return rows


def load(build, port, what, *, table, requests=0, items=1, size_bytes=0, connections=CONNECTIONS, first=0, keys=None):
    """What items_load prints: requests and seconds."""
    words = [port, *(keys or (serving.ACCESS_KEY, serving.SECRET)), table, what, connections, requests, items, size_bytes, first]
    return process.json_of([build / "items_load", *words])


def memory(build, items):
    with tempfile.TemporaryDirectory() as folder:
        with serving.serving(build, f"{folder}/data") as server:
            for n in range(TABLES):
                load(build, server.port, "make-table", table=f"table-{n}")
            load(build, server.port, "put", table="table-0", requests=100, items=100, size_bytes=SCANNED_BYTES)
            idle = server.resident_mb()
            load(build, server.port, "put", table="table-1", requests=items, items=items, size_bytes=SCANNED_BYTES)
        # Started anew, so that what is seen is of the scan and not of the writes.
        with serving.serving(build, f"{folder}/data") as server:
            scanned = load(build, server.port, "scan", table="table-1")
            after = server.resident_mb()
    if scanned["requests"] != items:
        raise RuntimeError(f"the scan found {scanned['requests']} of {items} items")
    return [
        report.at_most(f"resident memory of an idle server with {TABLES} tables", idle, 100, "MB", 0),
        report.Row(f"a scan of {items:,} items of 1 KB, page by page", f"{scanned['seconds']:.1f} s"),
        report.at_most("resident memory after it", after, 150, "MB", 0),
    ]
