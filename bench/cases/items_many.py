# SPDX-License-Identifier: Apache-2.0
"""A table of a hundred million items of 1 KB beside one of a million: what a read of one costs, and of an account's twenty, from
anywhere in it. Takes the better part of an hour and two dozen gigabytes of TMPDIR, so it runs only when it is named.
CAUDAL_BENCH_DATA names a folder that keeps what was made, for the next time."""

import contextlib
import json
import os
import pathlib
import shutil
import tempfile

from cases import items, process, report, serving

FEW, MANY = 1_000_000, 100_000_000
NOTE_BYTES = 900
DISK_BYTES_EACH = 250  # they pack well; twice that while they are moved
READS = 20_000
WARM_READS = 300_000  # so that what RocksDB knows of its files is in the cache, as after an hour of service
CACHE = "2GiB"


def measure(build, scale):
    many = max(FEW * 2, int(MANY * scale))
    with kept() as folder:
        free = shutil.disk_usage(folder).free
        if not made_file(folder, many).exists() and free < many * DISK_BYTES_EACH:
            raise RuntimeError(f"{folder} has room for {free >> 30} GB; this takes {many * DISK_BYTES_EACH >> 30}: set TMPDIR")
        few = of(build, folder, FEW)
        return rows(many, few, of(build, folder, many))


@contextlib.contextmanager
def kept():
    """Where the data directories lie."""
    if own := os.environ.get("CAUDAL_BENCH_DATA"):
        yield pathlib.Path(own)
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield pathlib.Path(folder)


def made_file(folder, count):
    return folder / f"{count}.json"


def make(build, folder, count):
    """The data directory with so many items, and the seconds that it took to write it."""
    data, made = folder / str(count), made_file(folder, count)
    if not made.exists():
        shutil.rmtree(data, ignore_errors=True)
        made.write_text(json.dumps(process.run([build / "many_items", data, count, NOTE_BYTES]).seconds))
    return data, json.loads(made.read_text())


def of(build, folder, count):
    """What reads cost among so many items: of those that nobody asked for before, and of those that were just asked for."""
    data, seconds = make(build, folder, count)
    disk_gb = sum(file.stat().st_blocks * 512 for file in data.rglob("*") if file.is_file()) / 1e9
    with serving.serving(build, data):  # the first start makes what a start finds
        pass
    with serving.serving(build, data, CAUDAL_STORAGE_CACHE=CACHE) as server:
        def load(what, connections, reads, first):
            return items.load(build, server.port, what, table="many", requests=reads, items=count, connections=connections, first=first)

        load("get", items.CONNECTIONS, WARM_READS, 0)
        taken = {}
        for n, what in enumerate(("get", "query")):
            fresh = WARM_READS + n * READS
            taken[what] = load(what, 1, READS, fresh)
            taken[f"{what} again"] = load(what, 1, READS, fresh)
        return taken | {"seconds": seconds, "disk_gb": disk_gb, "ready": server.ready_seconds, "memory": server.resident_mb()}


def rows(count, few, many):
    def beside(label, what):
        return [
            report.Row(f"{label} that nobody asked for before, among {FEW:,} items, one after the other, median", f"{few[what]['p50_ms']:.3f} ms"),
            report.at_most(f"the same among {count:,}", many[what]["p50_ms"] / few[what]["p50_ms"], 2, "times as long", 2),
            report.at_most("its 99th percentile", many[what]["p99_ms"], 1, "ms", 2),
            report.at_most("asked for again, median", many[f"{what} again"]["p50_ms"] / few[f"{what} again"]["p50_ms"], 2, "times as long", 2),
        ]

    return [
        report.Row("items of 1 KB, and what they take on the disk",
                   f"{count:,}, {many['disk_gb']:.1f} GB (written in {many['seconds']:.0f} s)"),
        report.at_most("start of `caudal serve`, to 200 of `/readyz`", many["ready"], 5, "s", 2),
        *beside("GetItem", "get"),
        *beside("Query of 20 items of an account", "query"),
        report.Row(f"resident memory after that, with {CACHE} of cache", f"{many['memory']:.0f} MB"),
    ]  # fmt: skip
