# SPDX-License-Identifier: Apache-2.0
"""Tables of items, and payments, kept at DynamoDB Local, Amazon's own stand-in for DynamoDB, which Maven has: the remote store
does what every store does, and payments come to their end there."""
import contextlib
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(REPOSITORY / "bench"))
from cases import items_local  # noqa: E402  (there is one way to get it and to start it)

# Where DynamoDB Local does otherwise than DynamoDB: it words errors itself, makes an item of an update that only removes, and
# has no tags.
OTHERWISE = ["WhatATableDoesNotTakeIsRefusedInTheServicesWords", "AnUpdateOfNothingMakesTheItem", "SettingsAndTagsAreKept"]


class RemoteStoreTest(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        port = self.stack.enter_context(items_local.dynamodb_local(self.folder))
        self.endpoint = f"http://127.0.0.1:{port}"

    def run_program(self, *words, **environment):
        done = subprocess.run([str(word) for word in words], cwd=self.folder, env={**os.environ, **environment}, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stdout[-4000:] + done.stderr)
        return done.stdout

    def caudal(self, *words):
        return json.loads(self.run_program(
            os.environ["CAUDAL_BINARY"], "--data", "data", *words, "--output", "json", CAUDAL_ITEMS_ENDPOINT=self.endpoint,
            CAUDAL_ITEMS_REGION="us-east-1", CAUDAL_ITEMS_ACCESS_KEY_ID="AKIAELSEWHERE", CAUDAL_ITEMS_SECRET_ACCESS_KEY="none"))

    def test_it_does_what_every_store_does(self):
        tests = "Elsewhere/StoreContract.*-" + ":".join(f"*.{name}/*" for name in OTHERWISE)
        told = self.run_program(os.environ["CAUDAL_REMOTE_TEST"], f"--gtest_filter={tests}", CAUDAL_DYNAMODB_ENDPOINT=self.endpoint)
        self.assertRegex(told, r"\[  PASSED  \] 1\d tests\.")

    def test_payments_come_to_their_end_there(self):
        day = str(datetime.date.today() + datetime.timedelta(days=3))
        lines = [f"a-{n % 9},r-{n},{day},{n + 1}.25,BRL,b" for n in range(300)]
        pathlib.Path(self.folder, "p.csv").write_text("\n".join(["account,reference,date,amount,currency,beneficiary", *lines]))
        for _ in range(2):
            self.caudal("payments", "load", "p.csv")
        self.caudal("payments", "run", "--early", "--date", day)
        self.caudal("payments", "archive")
        counts = {row["status"]: row["payments"] for row in self.caudal("payments", "status")}
        self.assertEqual({status for status, count in counts.items() if count}, {"ARCHIVED"})
        self.assertEqual(counts["ARCHIVED"], 300)
        moved = self.caudal("items", "scan", "BankTransactions")
        self.assertEqual(sum(round(entry["Amount"] * 100) for entry in moved), sum(n * 100 + 125 for n in range(300)))
        history = self.caudal("payments", "show", "--account", "a-1", "--reference", "r-1", "--history")
        self.assertEqual([row["to"] for row in history], ["SCHEDULED", "PENDING", "PROCESSED", "ARCHIVED"])


if __name__ == "__main__":
    unittest.main()
