# SPDX-License-Identifier: Apache-2.0
"""A measurement that misses its target says so, and one case can be measured anew without losing the others."""

import sys
import unittest

from cases import process, report
from lake import bare_script


class Report(unittest.TestCase):
    def test_limits(self):
        self.assertFalse(report.at_most("x", 50, 50, "ms").missed)
        self.assertTrue(report.at_most("x", 50.1, 50, "ms").missed)
        self.assertFalse(report.at_least("x", 10, 10, "").missed)
        self.assertTrue(report.at_least("x", 9.9, 10, "").missed)
        self.assertIn("| x | 50.1 ms | ≤ 50 ms | **no** |", report.section("start", [report.at_most("x", 50.1, 50, "ms")]))

    def test_sections_are_replaced_one_by_one_and_kept_in_order(self):
        first = report.merged("", {"lake": [report.Row("old lake", "1")], "start": [report.Row("old start", "2")]})
        self.assertLess(first.index("old start"), first.index("old lake"))
        second = report.merged(first, {"lake": [report.Row("new lake", "3")]})
        self.assertNotIn("old lake", second)
        self.assertIn("new lake", second)
        self.assertIn("old start", second)


class Process(unittest.TestCase):
    def test_time_and_memory_are_of_the_program_that_ran(self):
        taken = process.run([sys.executable, "-c", "x = bytearray(200 << 20); print(len(x))"])
        self.assertEqual(taken.output, "209715200\n")
        self.assertGreater(taken.peak_mb, 200)
        self.assertLess(process.run([sys.executable, "-c", ""]).peak_mb, 100)

    def test_a_failing_program_is_an_error_with_its_words(self):
        with self.assertRaisesRegex(RuntimeError, "ended with 3:\nwhy"):
            process.run([sys.executable, "-c", "print('why'); raise SystemExit(3)"])


class BareScript(unittest.TestCase):
    def test_every_variable_has_a_name_of_its_own(self):
        (statement,) = bare_script.client_book("2024-02-01", 1)
        names = [line.rsplit(" AS ", 1)[1].rstrip(",") for line in statement.splitlines() if " AS " in line]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(len(names), 8 * 19 * 5)
        self.assertIn("valor_fatura_avg_u3m_pagamento_atrasado", names)

    def test_slices_take_every_client_once(self):
        statements = list(bare_script.client_book("2024-02-01", 3))
        for index, statement in enumerate(statements):
            self.assertIn(f"hash(id_cliente) % 3 = {index} ", statement)


if __name__ == "__main__":
    unittest.main()
