# SPDX-License-Identifier: Apache-2.0
"""Caudal beside dynalite, a server of DynamoDB's API that npm has (Apache-2.0), under the same load in one run. Dynalite
keeps its tables in memory here; Caudal's are durable."""

import tempfile

from cases import beside, items, report, serving

TABLE = "payments"
SIZE_BYTES, ITEMS, REQUESTS = 900, 10_240, 20_000
LEAST_TIMES = 10
SHARE = 4  # of the requests are enough for who is slower


def measure(build, scale):
    return against(build, scale, "dynalite", dynalite)


def against(build, scale, name, start):
    """Rows beside the server that `start` runs in a folder, and gives the port of."""
    requests = max(1_000, int(REQUESTS * scale))
    with tempfile.TemporaryDirectory() as folder, serving.serving(build, f"{folder}/data") as server:
        ours = under_load(build, server.port, requests)
    try:
        with tempfile.TemporaryDirectory() as folder, start(folder) as port:
            theirs = under_load(build, port, requests // SHARE)
    except beside.Unavailable as reason:
        return rows(name, ours, None, f"not measured: {reason}")
    return rows(name, ours, theirs)


def under_load(build, port, requests):
    """Requests a second."""
    number = max(20, min(requests, ITEMS))

    def rate(what):
        # What compiles itself while it runs deserves a run before the one that counts.
        items.load(build, port, what, table=TABLE, requests=requests, items=number, size_bytes=SIZE_BYTES)
        taken = items.load(build, port, what, table=TABLE, requests=requests, items=number, size_bytes=SIZE_BYTES)
        return taken["requests"] / taken["seconds"]

    items.load(build, port, "make-table", table=TABLE)
    return {"PutItem of 1 KB": rate("put"), "GetItem": rate("get"), "Query of 20 items": rate("query")}


def rows(name, ours, theirs, otherwise=""):
    table = []
    for what, value in ours.items():
        table.append(report.Row(f"{what}, {items.CONNECTIONS} connections", f"{value:,.0f} a second"))
        if theirs is None:
            continue
        table.append(report.Row(f"the same by {name}", f"{theirs[what]:,.0f} a second"))
        table.append(report.at_least("to that", value / theirs[what], LEAST_TIMES, "times"))
    if theirs is None:
        table.append(report.Row(f"the same by {name}", otherwise))
    return table


def dynalite(folder):
    return beside.from_npm(folder, lambda port: ["node_modules/dynalite/cli.js", "--port", str(port), "--createTableMs", "0"])
