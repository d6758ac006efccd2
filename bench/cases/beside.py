# SPDX-License-Identifier: Apache-2.0
"""Caudal beside s3rver, a server of S3's API that npm has (MIT; last released in 2022), under the same load in one run."""

import contextlib
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from cases import process, report, serving

BESIDE = pathlib.Path(__file__).resolve().parent.parent / "beside"
S3RVER_KEYS = ("S3RVER", "S3RVER")
SMALL_BYTES, LARGE_BYTES = 4096, 1 << 30
CONNECTIONS, SMALL_REQUESTS, LARGE_REQUESTS, OBJECTS = 64, 20_000, 3, 512


def measure(build, scale):
    small = max(1_000, int(SMALL_REQUESTS * scale))
    with tempfile.TemporaryDirectory() as folder, serving.serving(build, f"{folder}/data") as server:
        ours = under_load(build, server.port, (serving.ACCESS_KEY, serving.SECRET), small, LARGE_REQUESTS)
    try:
        with tempfile.TemporaryDirectory() as folder, s3rver(folder) as port:
            theirs = under_load(build, port, S3RVER_KEYS, small // 10, 1)
    except Unavailable as reason:
        return rows(ours, None, f"not measured: {reason}")
    return rows(ours, theirs)


def under_load(build, port, keys, small, large):
    """Small requests a second and seconds for a gigabyte, put and got."""

    def load(what, connections, requests, size_bytes):
        objects = 1 if size_bytes == LARGE_BYTES else max(1, min(requests, OBJECTS))
        taken = serving.load(build, port, what, bucket="bench", connections=connections, requests=requests,
                             objects=objects, size_bytes=size_bytes, keys=keys)  # fmt: skip
        return taken["seconds"] / max(1, taken["requests"])

    load("make-bucket", 1, 0, 0)
    return {"PUT of 4 KiB": 1 / load("put", CONNECTIONS, small, SMALL_BYTES),
            "GET of 4 KiB": 1 / load("get", CONNECTIONS, small, SMALL_BYTES),
            "PUT of 1 GiB": load("put", 1, large, LARGE_BYTES),
            "GET of 1 GiB": load("get", 1, large, LARGE_BYTES)}  # fmt: skip


def rows(ours, theirs, otherwise=""):
    table = []
    for what, value in ours.items():
        small = "4 KiB" in what
        text = f"{value:,.0f} a second" if small else f"{value:.2f} s"
        label = f"{what}, {CONNECTIONS} connections" if small else what
        table.append(report.Row(label, text))
        if theirs is None:
            continue
        other = f"{theirs[what]:,.0f} a second" if small else f"{theirs[what]:.2f} s"
        times = value / theirs[what] if small else theirs[what] / value
        table.append(report.Row("the same by s3rver", f"{other} ({times:.1f} times slower)"))
    if theirs is None:
        table.append(report.Row("the same by s3rver", otherwise))
    return table


class Unavailable(Exception):
    pass


def s3rver(folder):
    return from_npm(folder, lambda port: ["node_modules/s3rver/bin/s3rver.js", "--directory", f"{folder}/data",
                                          "--address", "127.0.0.1", "--port", str(port), "--silent"])  # fmt: skip


@contextlib.contextmanager
def from_npm(folder, words):
    """A program of `words`, which are given a free port, run by Node with its packages from npm in `folder`."""
    for name in ["package.json", "package-lock.json"]:
        shutil.copy(BESIDE / name, folder)
    try:
        process.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder)
    except (RuntimeError, OSError) as reason:
        raise Unavailable(f"npm did not give it: {str(reason).splitlines()[-1][:80]}") from reason
    with running(folder, lambda port: ["node", *words(port)]) as port:
        yield port


@contextlib.contextmanager
def running(folder, words):
    """A server of `words`, which are given a free port, in `folder`; yields the port once it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(words(port), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait_for(port, patience_seconds=30):
    deadline = time.monotonic() + patience_seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if time.monotonic() > deadline:
            raise Unavailable("it did not start")
        time.sleep(0.1)
