# SPDX-License-Identifier: Apache-2.0
"""The invoice flow on a generated lender against a bare DuckDB script for the same tables: time, memory, growth, and
how long a re-delivered month takes on the large lake."""

import csv
import json
import pathlib
import shutil
import tempfile

from cases import process, report
from lake import bare_script

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INVOICES_PER_CLIENT = 12.9  # what `sample make` gives over 13 months
SIZES_MILLIONS = (20, 40)
REDELIVERED_ROWS = 100_000
DT_BASE = "2024-02-01"  # the books of the month after the last
# DuckDB keeps the state of every aggregate of every client: about this many clients fit in the script's memory.
CLIENTS_IN_A_SLICE = 60_000


class Lender:
    """A generated lender of about so many invoices, and the lake that is made of it."""

    def __init__(self, build, folder, invoices):
        self.caudal, self.script = build / "caudal", build / "duckdb_script"
        self.folder, self.files, self.data = folder, folder / "files", folder / "data"
        self.clients = max(100, int(invoices / INVOICES_PER_CLIENT))
        process.run([self.caudal, "sample", "make", "--clients", self.clients, "--months", 13, "--seed", 7, "--out", self.files])
        self.expected = json.loads((self.files / "esperado.json").read_text())["totais"]

    def run(self, *arguments):
        return process.run([self.caudal, "--data", self.data, *arguments], cwd=ROOT)

    def query(self, statement):
        return json.loads(self.run("sql", statement, "--output", "json").output, parse_float=str)  # exact

    def deliveries(self):
        return sorted([*self.files.glob("tb_faturas_*.csv"), *self.files.glob("tb_pagamentos_*.csv")])

    def backfill(self):
        taken = self.run("flows", "backfill", "invoices", *self.deliveries(), "--dt-base", DT_BASE)
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

    def redeliver(self, rows):
        """The first rows of the last month again, each a cent dearer; how long until they are published."""
        last = sorted(self.files.glob("tb_faturas_*.csv"))[-1]
        changed = self.folder / last.name
        with open(last, newline="") as source, open(changed, "w", newline="") as target:
            reader = csv.DictReader(source)
            writer = csv.DictWriter(target, reader.fieldnames, lineterminator="\n")
            writer.writeheader()
            for row, _ in zip(reader, range(rows)):
                whole, cents = row["valor_fatura"].split(".")
                total = int(whole) * 100 + int(cents) + 1
                writer.writerow({**row, "valor_fatura": f"{total // 100}.{total % 100:02}"})
        return self.run("flows", "backfill", "invoices", changed)


def measure(build, scale):
    rows, times = [], {}
    for millions in SIZES_MILLIONS:
        with tempfile.TemporaryDirectory(prefix="caudal-bench-") as folder:
            lender = Lender(build, pathlib.Path(folder), millions * 1e6 * scale)
            name = f"{lender.expected['tb_faturas']['linhas'] / 1e6:.2f} million invoices, {lender.expected['tb_pagamentos']['linhas'] / 1e6:.2f} million payments"
            taken = lender.backfill()
            times[millions] = taken.seconds
            rows.append(report.Row(f"{name}: files to curated and both books", f"{taken.seconds:.1f} s ({taken.cpu_seconds:.0f} s of processor)"))
            rows.append(report.at_most(f"{name}: peak memory", taken.peak_mb / 1024, 4, "GB", 2))
            if millions == SIZES_MILLIONS[0]:
                dt_bases = lender.dt_bases()
                bare = lender.bare(dt_bases)
                rows.append(report.Row(f"the same by a bare DuckDB script ({len(dt_bases)} dt_base)", f"{bare.seconds:.1f} s, {bare.peak_mb / 1024:.2f} GB"))
                rows.append(report.at_most("ratio of the two", taken.seconds / bare.seconds, 1.3, "", 2))
            again = lender.redeliver(int(REDELIVERED_ROWS * min(1.0, scale)))
            rows.append(report.at_most(f"{name}: a re-delivered month of {int(REDELIVERED_ROWS * min(1.0, scale)):,} rows", again.seconds, 5, "s"))
    small, large = (times[millions] for millions in SIZES_MILLIONS)
    rows.append(report.at_most("twice the rows take", large / small, 2.2, "times as long", 2))
    return rows
