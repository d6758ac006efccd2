# SPDX-License-Identifier: Apache-2.0
"""A bucket of ten million objects behind `caudal serve`: its start, its pages, its memory. Needs 8 GB in TMPDIR."""

import pathlib
import shutil
import tempfile

from cases import process, report, serving

OBJECTS = 10_000_000
BODY_BYTES = 100
NEEDED_BYTES = 8 << 30
PAGES, FOLDER_PAGES, GETS = 2_000, 200, 20_000


def measure(build, scale):
    objects = max(20_000, int(OBJECTS * scale))
    with tempfile.TemporaryDirectory() as folder:
        free = shutil.disk_usage(folder).free
        if free < NEEDED_BYTES * scale:
            raise RuntimeError(f"{folder} has room for {free >> 30} GB; this takes {NEEDED_BYTES >> 30}: set TMPDIR")
        data = pathlib.Path(folder) / "data"
        made = process.run([build / "many_objects", data, objects, BODY_BYTES])
        disk_gb = sum(file.stat().st_blocks * 512 for file in data.rglob("*") if file.is_file()) / 1e9
        return rows(objects, made.seconds, disk_gb, serve(build, data, objects, scale))


def serve(build, data, objects, scale):
    with serving.serving(build, data):  # the first start makes what a start finds
        pass
    with serving.serving(build, data) as server:
        def load(what, connections, requests):
            return serving.load(build, server.port, what, bucket="many", connections=connections,
                                requests=max(10, int(requests * min(1, scale * 10))), objects=objects)  # fmt: skip

        taken = {"ready": server.ready_seconds, "list": load("list", 1, PAGES), "folders": load("list-folders", 1, FOLDER_PAGES),
                 "get": load("get-many", 64, GETS)}  # fmt: skip
        return taken | {"memory": server.resident_mb()}


def rows(objects, load_seconds, disk_gb, taken):
    pages, folders, gets = taken["list"], taken["folders"], taken["get"]
    return [
        report.Row("objects, and what they take on the disk", f"{objects:,}, {disk_gb:.1f} GB (written in {load_seconds:.0f} s)"),
        report.at_most("start of `caudal serve`, to 200 of `/readyz`", taken["ready"], 2, "s", 2),
        report.at_most("a page of 1,000 keys from anywhere, 99th percentile", pages["p99_ms"], 3, "ms", 2),
        report.Row("its median", f"{pages['p50_ms']:.2f} ms"),
        report.Row("a page of 1,000 folders of 10,000 objects, median", f"{folders['p50_ms']:.2f} ms"),
        report.Row("GET of any of them, 64 connections", f"{gets['requests'] / gets['seconds']:,.0f} a second"),
        report.at_most("resident memory after that", taken["memory"], 300, "MB", 0),
    ]
