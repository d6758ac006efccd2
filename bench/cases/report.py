# SPDX-License-Identifier: Apache-2.0
"""Rows of measurements and the document they become."""

import dataclasses
import os
import platform
import re

TITLES = {
    "start": "Starting",
    "idle": "Waiting for deliveries",
    "objects": "Objects",
    "s3": "S3 over HTTP",
    "s3-many": "Ten million objects behind S3",
    "s3-connections": "Idle connections",
    "s3-beside": "S3 beside s3rver",
    "items": "DynamoDB over HTTP",
    "items-beside": "DynamoDB beside dynalite",
    "items-many": "A hundred million items",
    "items-local": "DynamoDB beside DynamoDB Local",
    "lake": "The invoice lake",
    "years": "The invoice lake of many years",
    "payments": "Scheduled payments",
}


@dataclasses.dataclass(frozen=True)
class Row:
    what: str
    measured: str
    target: str = ""
    missed: bool = False


def at_most(what, value, limit, unit, digits=1):
    """A row whose value has to stay at or below a limit, in the same unit."""
    return Row(what, f"{value:.{digits}f} {unit}".strip(), f"≤ {limit:g} {unit}".strip(), value > limit)


def at_least(what, value, limit, unit, digits=1):
    return Row(what, f"{value:.{digits}f} {unit}".strip(), f"≥ {limit:g} {unit}".strip(), value < limit)


def machine():
    model, memory_gb = platform.machine(), 0
    with open("/proc/cpuinfo") as info:
        found = re.search(r"model name\s*:\s*(.+)", info.read())
        model = found.group(1) if found else model
    with open("/proc/meminfo") as info:
        memory_gb = int(re.search(r"MemTotal:\s*(\d+)", info.read()).group(1)) / 1024**2
    return f"{os.cpu_count()} cores ({model}), {memory_gb:.0f} GB of memory, Linux {platform.release().split('-')[0]}"


def section(name, rows):
    lines = [f"<!-- {name} -->", f"## {TITLES[name]}", f"On {machine()}.", "", "| what | measured | target | met |", "|---|---|---|---|"]
    for row in rows:
        met = "" if not row.target else "**no**" if row.missed else "yes"
        lines.append(f"| {row.what} | {row.measured} | {row.target} | {met} |")
    return "\n".join([*lines, f"<!-- end of {name} -->"])


def tables(measured):
    return "\n\n".join(section(name, rows) for name, rows in measured.items())


def merged(document, measured):
    """The document with the sections of the measured cases replaced or, when they are new, added in order."""
    sections = {name: found.group(0) for name in TITLES
                if (found := re.search(rf"<!-- {name} -->.*?<!-- end of {name} -->", document, re.DOTALL))}  # fmt: skip
    sections |= {name: section(name, rows) for name, rows in measured.items()}
    opening = "# Performance\n\nMade by `make bench`, which measures both sides of every ratio in one run.\n"
    return "\n".join([opening, *(sections[name] + "\n" for name in TITLES if name in sections)])
