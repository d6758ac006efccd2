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
CACHE = "2GiB"


def measure(build, scale):
    many = max(FEW * 2, int(MANY * scale))
    with kept() as folder:
        free = shutil.disk_usage(folder).free
        if not made_file(folder, many).exists() and free < many * DISK_BYTES_EACH:
            raise RuntimeError(f"{folder} has room for {free >> 30} GB; this takes {many * DISK_BYTES_EACH >> 30}: set TMPDIR")
        few = of(build, folder, FEW, READS)
        return rows(many, few, of(build, folder, many, READS))


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


def of(build, folder, count, reads):
    """What reads cost among so many items."""
    data, seconds = make(build, folder, count)
    disk_gb = sum(file.stat().st_blocks * 512 for file in data.rglob("*") if file.is_file()) / 1e9
    with serving.serving(build, data):  # the first start makes what a start finds
        pass
    with serving.serving(build, data, CAUDAL_STORAGE_CACHE=CACHE) as server:
        def load(what, connections):
            return items.load(build, server.port, what, table="many", requests=reads, items=count, connections=connections)

        load("get", items.CONNECTIONS)  # what is in use comes into memory
        taken = {what: load(what, 1) for what in ("get", "query")}
        return taken | {"seconds": seconds, "disk_gb": disk_gb, "ready": server.ready_seconds, "memory": server.resident_mb()}


def rows(count, few, many):
    def beside(label, what):
        return [
            report.Row(f"{label} among {FEW:,} items, one after the other, median", f"{few[what]['p50_ms']:.3f} ms"),
            report.at_most(f"the same among {count:,}", many[what]["p50_ms"] / few[what]["p50_ms"], 2, "times as long", 2),
            report.Row("their 99th percentiles", f"{few[what]['p99_ms']:.2f} ms, {many[what]['p99_ms']:.2f} ms"),
        ]

    return [
        report.Row("items of 1 KB, and what they take on the disk",
                   f"{count:,}, {many['disk_gb']:.1f} GB (written in {many['seconds']:.0f} s)"),
        report.at_most("start of `caudal serve`, to 200 of `/readyz`", many["ready"], 5, "s", 2),
        *beside("GetItem", "get"),
        *beside("Query of an account's 20 items", "query"),
        report.Row(f"resident memory after that, with {CACHE} of cache", f"{many['memory']:.0f} MB"),
    ]  # fmt: skip
