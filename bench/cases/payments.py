# SPDX-License-Identifier: Apache-2.0
"""A million scheduled payments through room payments: inserted, handed over to the built-in service, archived, looked up;
and as many put by a bank's own code, through the door of DynamoDB."""

import json
import pathlib
import subprocess
import tempfile

from cases import items, report, serving

PAYMENTS = 1_000_000
THREADS = 16
BATCH = 25
OF_ACCOUNT = 10
TABLE = "BankPayments"


def measure(build, scale):
    payments = max(1_000, int(PAYMENTS * scale))
    with tempfile.TemporaryDirectory() as folder:
        data = pathlib.Path(folder) / "data"
        printed = subprocess.run([build / "payments_load", data, str(payments), str(THREADS)],
                                 check=True, capture_output=True, text=True).stdout  # fmt: skip
    return rows(json.loads(printed)) + through_the_door(build, payments)


def through_the_door(build, payments):
    batches = payments // BATCH
    with tempfile.TemporaryDirectory() as folder, serving.serving(build, f"{folder}/data") as server:
        items.load(build, server.port, "make-payments-table", table=TABLE)
        taken = items.load(build, server.port, "put-payments", table=TABLE, requests=batches, items=payments // OF_ACCOUNT)
        there = items.load(build, server.port, "scan", table=TABLE)["requests"]
    if there != batches * BATCH:
        raise RuntimeError(f"{batches * BATCH:,} payments were put, {there:,} are there")
    what = f"{there:,} through the DynamoDB door, in batches of {BATCH} on {items.CONNECTIONS} connections"
    return [report.at_most(what, taken["seconds"], 60 * there / PAYMENTS, "s")]


def rows(taken):
    share = taken["payments"] / PAYMENTS
    moved_s = taken["handed_over_s"] + taken["archived_s"]
    return [
        report.at_most(f"{taken['payments']:,} payments inserted", taken["inserted_s"], 20 * share, "s"),
        report.at_most("all of them from SCHEDULED to ARCHIVED", moved_s, 120 * share, "s"),
        report.Row("of which handing over and settling", f"{taken['handed_over_s']:.1f} s"),
        report.at_most("an account's payments of 90 days, 99th percentile", taken["account_p99_ms"], 1, "ms", 3),
        report.Row("of which it worked, and did not wait for a core", f"{taken['account_worked_p99_ms']:.3f} ms"),
        report.at_most("a payment by its transaction, 99th percentile", taken["transaction_p99_ms"], 1, "ms", 3),
        report.Row("CPU time of all this", f"{taken['cpu_s']:.1f} s"),
    ]
