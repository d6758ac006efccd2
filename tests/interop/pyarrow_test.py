# SPDX-License-Identifier: Apache-2.0
"""PyArrow's S3FileSystem, which is the AWS SDK for C++: streams, ranges, and datasets of partitions."""
import os

import pyarrow
import pyarrow.dataset
from pyarrow import fs

from server import KEY, REGION, SECRET, ServerTest


class PyArrowTest(ServerTest):
    def setUp(self):
        self.fs = fs.S3FileSystem(access_key=KEY, secret_key=SECRET, region=REGION, endpoint_override=self.host,
                                  scheme="http", allow_bucket_creation=True, allow_bucket_deletion=True)
        self.fs.create_dir("lake")

    def tearDown(self):
        self.fs.delete_dir("lake")

    def test_streams(self):
        body = os.urandom((13 << 20) + 1)
        with self.fs.open_output_stream("lake/big") as stream:  # in parts
            stream.write(body)
        with self.fs.open_input_file("lake/big") as file:
            self.assertEqual(file.size(), len(body))
            self.assertEqual(file.read_at(1000, 6_000_000), body[6_000_000:6_001_000])
            self.assertEqual(file.read(), body)
        self.fs.copy_file("lake/big", "lake/copy")
        self.fs.move("lake/copy", "lake/moved ção")
        found = self.fs.get_file_info(fs.FileSelector("lake"))
        self.assertEqual(sorted((one.path, one.size) for one in found), [("lake/big", len(body)), ("lake/moved ção", len(body))])
        with self.assertRaises(FileNotFoundError):
            self.fs.open_input_file("lake/copy")

    def test_dataset(self):
        table = pyarrow.table({"id": list(range(1000)), "month": [i % 4 for i in range(1000)]})
        pyarrow.dataset.write_dataset(table, "lake/table", format="parquet", partitioning=["month"],
                                      partitioning_flavor="hive", filesystem=self.fs)
        dataset = pyarrow.dataset.dataset("lake/table", format="parquet", partitioning="hive", filesystem=self.fs)
        self.assertEqual(dataset.count_rows(), 1000)
        self.assertEqual(dataset.count_rows(filter=pyarrow.dataset.field("month") == 3), 250)
