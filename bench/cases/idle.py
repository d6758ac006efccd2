# SPDX-License-Identifier: Apache-2.0
"""What `flows watch` holds and burns while nothing is delivered."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from cases import process, report

SETTLE_SECONDS = 5
WATCHED_SECONDS = 20


def measure(build, scale):
    watched = max(2.0, WATCHED_SECONDS * scale)
    flows = pathlib.Path(__file__).resolve().parent.parent.parent / "flows"
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(flows, pathlib.Path(folder) / "flows")
        watch = subprocess.Popen([build / "caudal", "--data", f"{folder}/data", "flows", "watch"], cwd=folder,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # fmt: skip
        try:
            time.sleep(SETTLE_SECONDS)
            if watch.poll() is not None:
                raise RuntimeError(f"flows watch ended with {watch.returncode}: {watch.stderr.read()}")
            before = cpu_seconds(watch.pid)
            time.sleep(watched)
            share = (cpu_seconds(watch.pid) - before) / watched
            memory = process.resident_mb(watch.pid)
        finally:
            watch.send_signal(signal.SIGTERM)
            watch.wait(30)
    return [report.at_most("idle `flows watch`, resident memory", memory, 80, "MB"),
            report.Row("idle `flows watch`, share of one core", f"{share:.2%}")]  # fmt: skip


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
