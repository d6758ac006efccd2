# SPDX-License-Identifier: Apache-2.0
"""s3fs: buckets as a file system."""
import os

import s3fs

from server import KEY, SECRET, ServerTest


class S3fsTest(ServerTest):
    def setUp(self):
        self.fs = s3fs.S3FileSystem(key=KEY, secret=SECRET, endpoint_url=self.url, skip_instance_cache=True)

    def test_files_and_folders(self):
        self.fs.mkdir("lake")
        with self.fs.open("lake/raw/a.csv", "wb") as file:
            file.write(b"id,value\n1,2\n")
        body = os.urandom((12 << 20) + 3)
        with self.fs.open("lake/raw/big.bin", "wb", block_size=5 << 20) as file:  # in parts
            for start in range(0, len(body), 1 << 20):
                file.write(body[start:start + (1 << 20)])
        self.assertEqual(self.fs.ls("lake/raw"), ["lake/raw/a.csv", "lake/raw/big.bin"])
        self.assertEqual(self.fs.cat("lake/raw/a.csv"), b"id,value\n1,2\n")
        self.assertEqual(self.fs.cat("lake/raw/big.bin"), body)
        with self.fs.open("lake/raw/big.bin", "rb") as file:
            file.seek(7_000_000)
            self.assertEqual(file.read(100), body[7_000_000:7_000_100])
        self.assertEqual(self.fs.glob("lake/**/*.csv"), ["lake/raw/a.csv"])
        self.fs.mv("lake/raw/a.csv", "lake/curated/b ção.csv")
        self.assertEqual(self.fs.find("lake"), ["lake/curated/b ção.csv", "lake/raw/big.bin"])
        self.assertEqual(self.fs.info("lake/raw/big.bin")["size"], len(body))
        self.assertFalse(self.fs.exists("lake/raw/a.csv"))
        with self.assertRaises(FileNotFoundError):
            self.fs.cat("lake/raw/a.csv")
        self.fs.rm("lake", recursive=True)
        self.assertFalse(self.fs.exists("lake"))
