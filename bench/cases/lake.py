# SPDX-License-Identifier: Apache-2.0
"""The invoice flow on a generated lender against a bare DuckDB script for the same tables: time, memory and growth."""

import csv
import dataclasses
import json
import os
import pathlib
import shutil
import tempfile

from cases import process, report
from lake import bare_script

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# DuckDB keeps the state of every aggregate of every client: about this many clients fit in the script's memory.
CLIENTS_IN_A_SLICE = 60_000


@dataclasses.dataclass(frozen=True)
class Shape:
    """Clients and months of a generated lender; a client has about one invoice and one payment a month."""

    name: str
    clients: int
    months: int


# 20 and 40 million invoices of one year.
WIDE = Shape("13 months", 1_550_000, 13)
WIDER = Shape("13 months", 3_100_000, 13)


class Lender:
    """A generated lender, and the lake that is made of it."""

    def __init__(self, build, folder, shape, scale):
        self.caudal, self.script = build / "caudal", build / "duckdb_script"
        self.folder, self.files, self.data = folder, folder / "files", folder / "data"
        self.clients = max(100, int(shape.clients * scale))
        process.run([self.caudal, "sample", "make", "--clients", self.clients, "--months", shape.months, "--seed", 7, "--out", self.files])
        os.sync()  # or the first to run pays for writing them
        self.expected = json.loads((self.files / "esperado.json").read_text())["totais"]
        years, month = divmod(shape.months, 12)  # the sample begins in January 2023
        self.dt_base = f"{2023 + years}-{month + 1:02}-01"
        self.name = (f"{self.expected['tb_faturas']['linhas'] / 1e6:.2f} million invoices, "
                     f"{self.expected['tb_pagamentos']['linhas'] / 1e6:.2f} million payments, {shape.name}")  # fmt: skip

    def run(self, *arguments):
        return process.run([self.caudal, "--data", self.data, *arguments], cwd=ROOT)

    def query(self, statement):
        return json.loads(self.run("sql", statement, "--output", "json").output, parse_float=str)  # exact

    def deliveries(self):
        return sorted([*self.files.glob("tb_faturas_*.csv"), *self.files.glob("tb_pagamentos_*.csv")])

    def backfill(self):
        taken = self.run("flows", "backfill", "invoices", *self.deliveries(), "--dt-base", self.dt_base)
        rows = self.query("select count(*) as n, sum(valor_fatura) as valor from curated.tb_faturas")
        expected = self.expected["tb_faturas"]
        if (int(rows[0]["n"]), str(rows[0]["valor"])) != (expected["linhas"], expected["valor"]):
            raise RuntimeError(f"the lake holds {rows[0]}, the files {expected}")
        return taken

    def dt_bases(self):
        rows = self.query("select distinct cast(dt_base as varchar) as dt_base from refined.book_variaveis order by 1")
        return [row["dt_base"] for row in rows]

    def bare(self, dt_bases):
        """The same tables by the bare script; removed again."""
        out = self.folder / "bare"
        for base in dt_bases:
            (out / f"refined/book_cliente/dt_base={base}").mkdir(parents=True)
        (out / "curated").mkdir()
        slices = max(1, -(-self.clients // CLIENTS_IN_A_SLICE))
        text = bare_script.script(self.files, out, self.folder / "scratch", dt_bases, slices)
        (self.folder / "bare.sql").write_text(text)
        taken = process.run([self.script, self.folder / "bare.sql"])
        shutil.rmtree(out)
        rows, amount = taken.output.split()
        expected = self.expected["tb_faturas"]
        if (int(rows), amount) != (expected["linhas"], expected["valor"]):
            raise RuntimeError(f"the bare script holds {taken.output}, the files {expected}")
        return taken

    def redeliver(self, rows, cents):
        """The first rows of the last month again, each so many cents dearer; how long until they are published."""
        last = sorted(self.files.glob("tb_faturas_*.csv"))[-1]
        changed = self.folder / last.name
        with open(last, newline="") as source, open(changed, "w", newline="") as target:
            reader = csv.DictReader(source)
            writer = csv.DictWriter(target, reader.fieldnames, lineterminator="\n")
            writer.writeheader()
            for row, _ in zip(reader, range(rows)):
                whole, part = row["valor_fatura"].split(".")
                total = int(whole) * 100 + int(part) + cents
                writer.writerow({**row, "valor_fatura": f"{total // 100}.{total % 100:02}"})
        return self.run("flows", "backfill", "invoices", changed)


def backfill(lender, rows):
    """The way from files to books, by Caudal; how long it took."""
    taken = lender.backfill()
    rows.append(report.Row(f"{lender.name}: files to curated and both books", f"{taken.seconds:.1f} s ({taken.cpu_seconds:.0f} s of processor)"))
    rows.append(report.at_most("its peak memory", taken.peak_mb / 1024, 4, "GB", 2))
    return taken.seconds


def against_bare_script(lender, seconds, rows):
    bare = lender.bare(lender.dt_bases())
    rows.append(report.Row("the same by a bare DuckDB script", f"{bare.seconds:.1f} s ({bare.cpu_seconds:.0f} s of processor), {bare.peak_mb / 1024:.2f} GB"))
    rows.append(report.at_most("ratio of the two", seconds / bare.seconds, 1.3, "", 2))


def made(build, shape, scale):
    """A folder that goes when it is closed, and the lender in it."""
    folder = tempfile.TemporaryDirectory(prefix="caudal-bench-")
    return folder, Lender(build, pathlib.Path(folder.name), shape, scale)


def measure(build, scale):
    rows = []
    folder, wide = made(build, WIDE, scale)
    with folder:
        small = backfill(wide, rows)
        against_bare_script(wide, small, rows)
    folder, wider = made(build, WIDER, scale)
    with folder:
        large = backfill(wider, rows)
        rows.append(report.at_most("twice the rows take", large / small, 2.2, "times as long", 2))
    return rows
