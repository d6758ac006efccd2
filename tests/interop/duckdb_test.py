# SPDX-License-Identifier: Apache-2.0
"""DuckDB's httpfs: tables read from and written to S3, with ranges, folders of partitions and globs."""
import pathlib

import duckdb
import duckdb_extension_httpfs

from server import KEY, REGION, SECRET, ServerTest


class DuckDbTest(ServerTest):
    def setUp(self):
        self.db = duckdb.connect()
        [extension] = pathlib.Path(duckdb_extension_httpfs.__path__[0]).rglob("httpfs.duckdb_extension")
        self.db.execute(f"LOAD '{extension}'")
        self.db.execute(f"CREATE SECRET (TYPE s3, KEY_ID '{KEY}', SECRET '{SECRET}', REGION '{REGION}', "
                        f"ENDPOINT '{self.host}', URL_STYLE 'path', USE_SSL false)")
        import boto3
        self.s3 = boto3.client("s3", endpoint_url=self.url)
        self.s3.create_bucket(Bucket="lake")

    def tearDown(self):
        for one in self.s3.list_objects_v2(Bucket="lake").get("Contents", []):
            self.s3.delete_object(Bucket="lake", Key=one["Key"])
        self.s3.delete_bucket(Bucket="lake")
        self.s3.close()
        self.db.close()

    def rows(self, statement):
        return self.db.execute(statement).fetchall()

    def test_parquet(self):
        self.db.execute("COPY (SELECT range AS id, range * 1.5 AS value FROM range(1000000)) "
                        "TO 's3://lake/t.parquet' (ROW_GROUP_SIZE 100000)")
        self.assertEqual(self.rows("SELECT count(*), sum(id) FROM 's3://lake/t.parquet'"), [(1_000_000, 499_999_500_000)])
        self.assertEqual(self.rows("SELECT value FROM 's3://lake/t.parquet' WHERE id = 987654"), [(1481481.0,)])

    def test_partitions_and_globs(self):
        self.db.execute("COPY (SELECT range AS id, range % 12 AS month FROM range(1200)) "
                        "TO 's3://lake/parts' (FORMAT parquet, PARTITION_BY (month))")
        whole = "read_parquet('s3://lake/parts/*/*.parquet', hive_partitioning=true)"
        self.assertEqual(self.rows(f"SELECT count(*), count(DISTINCT month) FROM {whole}"), [(1200, 12)])
        self.assertEqual(self.rows(f"SELECT count(*) FROM {whole} WHERE month = 7"), [(100,)])

    def test_csv(self):
        self.db.execute("COPY (SELECT 1 AS a, 'ção, \"x\"' AS b) TO 's3://lake/with space & +.csv'")
        self.assertEqual(self.rows("SELECT * FROM 's3://lake/with space & +.csv'"), [(1, 'ção, "x"')])
        with self.assertRaises(duckdb.Error):
            self.rows("SELECT * FROM 's3://lake/absent.csv'")
