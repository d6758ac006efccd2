# SPDX-License-Identifier: Apache-2.0
"""Runs of programs with what they took: wall time, processor time and peak memory."""

import dataclasses
import json
import os
import subprocess
import time


@dataclasses.dataclass(frozen=True)
class Taken:
    seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


def run(command, cwd=None, env=None):
    """Runs to the end, which must be success; raises with the program's own words otherwise."""
    started = time.monotonic()
    with subprocess.Popen([str(part) for part in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:  # fmt: skip
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}:\n{output[-4000:]}")
    return Taken(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def json_of(command):
    """The JSON that a program prints."""
    return json.loads(run(command).output)


def resident_mb(pid):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} has no VmRSS")
