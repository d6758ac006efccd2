# SPDX-License-Identifier: Apache-2.0
import unittest

from generator import names


class Names(unittest.TestCase):
    def test_members_become_snake_case_with_their_abbreviations_whole(self):
        cases = {
            "TableName": "table_name",
            "ETag": "etag",
            "SSEKMSKeyId": "sse_kms_key_id",
            "ChecksumCRC32C": "checksum_crc32c",
            "ChecksumCRC64NVME": "checksum_crc64nvme",
            "ChecksumSHA256": "checksum_sha256",
            "ContentMD5": "content_md5",
            "ACL": "acl",
            "S": "s",
            "UseS3Encryption": "use_s3_encryption",
            "DPUCount": "dpu_count",
            "nextToken": "next_token",
            "Delete": "delete_",
            "Namespace": "namespace_",
        }
        for name, expected in cases.items():
            with self.subTest(name):
                self.assertEqual(names.snake(name), expected)

    def test_literals_are_escaped(self):
        self.assertEqual(names.literal('a"\\\t'), '"a\\"\\\\\\t"')


if __name__ == "__main__":
    unittest.main()
