# SPDX-License-Identifier: Apache-2.0
"""S3's requests as botocore writes them are read by us to what was asked for, and our answers are read by botocore to
what we said. For every operation that is generated, with values for every member that botocore knows.

CAUDAL_S3_CODEC_CHECK names the program that reads and writes for us (tests/aws/s3_codec_check.cpp)."""

import base64
import datetime
import json
import os
import random
import subprocess
import unittest

import botocore.awsrequest
import botocore.parsers
import botocore.session

CHECKER = os.environ["CAUDAL_S3_CODEC_CHECK"]
SEED = int(os.environ.get("CAUDAL_SEED", random.SystemRandom().randrange(2**31)))
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def client():
    session = botocore.session.Session()
    session.set_credentials("AKID", "secret")
    config = botocore.config.Config(s3={"addressing_style": "path"}, parameter_validation=False, retries={"max_attempts": 0})
    return session.create_client("s3", region_name="us-east-1", endpoint_url="http://127.0.0.1:1", config=config)


def is_stream(shape, name):
    return shape.serialization.get("payload") == name and shape.members[name].serialization.get("streaming")


class Values:
    """Random values of a model's shapes."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self, header):
        letters = "abcXYZ019-_./ " if header else "abc XYZ019<>&\"'\u00e9\u6f22\U0001d11e"
        return ("v" + "".join(self.random.choice(letters) for _ in range(self.random.randrange(8))) + "v").strip()

    def make(self, shape, header=False):
        kind = shape.type_name
        if kind == "structure":
            return {
                name: self.make(member, header or "location" in member.serialization)
                for name, member in shape.members.items()
                if not is_stream(shape, name) and (name in shape.required_members or self.random.random() < 0.7)
            }
        if kind == "list":
            return [self.make(shape.member, header) for _ in range(self.random.randrange(1, 4))]
        if kind == "map":
            return {f"k{i}": self.text(True) for i in range(self.random.randrange(1, 3))}
        if kind == "timestamp":
            return EPOCH + datetime.timedelta(seconds=self.random.randrange(2**31))
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in ("integer", "long"):
            return self.random.randrange(2**31)
        return self.random.choice(shape.enum) if getattr(shape, "enum", None) else self.text(header)


def wire_name(shape, name):
    return shape.members[name].serialization.get("name", name)


def on_the_wire(shape, value):
    """A value of botocore's as the checker tells it: by the names on the wire."""
    kind = shape.type_name
    if kind == "structure":
        return {
            wire_name(shape, name): on_the_wire(shape.members[name], member)
            for name, member in value.items()
            if name in shape.members and not is_stream(shape, name)
        }
    if kind == "list":
        return [on_the_wire(shape.member, one) for one in value]
    if kind == "timestamp":
        seconds = (value - EPOCH).total_seconds()
        return int(seconds) if seconds == int(seconds) else seconds
    return value


def within(part, whole):
    """Whether `whole` says all that `part` says; an empty list, map or structure may be left out on the wire."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            within(value, whole[key]) if key in whole else value in ({}, [], None) for key, value in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and len(part) == len(whole) and all(map(within, part, whole))
    return part == whole


class Requests(unittest.TestCase):
    def setUp(self):
        self.sent = []
        self.s3 = client()
        self.s3.meta.events.register_first("before-send.s3", self.stop)

    def stop(self, request, **_):
        """Keeps the request, and answers in the network's place."""
        self.sent.append(request)
        return botocore.awsrequest.AWSResponse(request.url, 500, {}, type("Raw", (), {"stream": lambda *a, **k: iter(())})())

    def captured(self, operation, parameters):
        """The request that botocore would send."""
        self.sent.clear()
        try:
            self.s3._make_api_call(operation, parameters)
        except Exception as error:  # the answer that was made up is none; what matters is what was sent
            if not self.sent:
                raise AssertionError(f"{operation}: botocore would not send this: {error}") from error
        return self.sent[0]

    def record(self, request):
        body = request.body or b""
        body = body.read() if hasattr(body, "read") else body
        body = body.encode() if isinstance(body, str) else body
        headers = [f"{name}:{value.decode() if isinstance(value, bytes) else value}\n" for name, value in request.headers.items()]
        target = request.url.split("127.0.0.1:1", 1)[1]
        opening = f"{request.method}\n{target}\n{len(headers)}\n{''.join(headers)}{len(body)}\n"
        return opening.encode() + body + b"\n"

    def test_every_operation_is_recognised_and_its_input_read(self):
        print(f"CAUDAL_SEED={SEED}")
        values = Values(SEED)
        asked = []
        for operation in OPERATIONS:
            model = self.s3.meta.service_model.operation_model(operation)
            for _ in range(5):
                parameters = values.make(model.input_shape) if model.input_shape else {}
                parameters = self.sensible(parameters)
                asked.append((operation, model, parameters, self.record(self.captured(operation, parameters))))
        run = subprocess.run([CHECKER, "requests"], input=b"".join(record for *_, record in asked), capture_output=True, check=True)
        lines = run.stdout.decode().splitlines()
        self.assertEqual(len(lines), len(asked))
        for (operation, model, parameters, record), line in zip(asked, lines):
            said = json.loads(line)
            with self.subTest(operation):
                self.assertEqual(said["operation"], operation, record)
                expected = on_the_wire(model.input_shape, parameters) if model.input_shape else {}
                if operation == "PutBucketPolicy":
                    expected = {"Bucket": expected["Bucket"]}  # a text, not an element
                self.assertTrue(within(expected, said["input"]), f"\nasked {expected}\nread  {said}\nof    {record}")

    @staticmethod
    def sensible(parameters):
        """What botocore itself looks into: names of buckets, sources of copies, and bodies."""
        parameters.update({"Bucket": "a-bucket"} if "Bucket" in parameters else {})
        parameters.update({"CopySource": "a-bucket/a%20key"} if "CopySource" in parameters else {})
        for name in ("SSECustomerKey", "CopySourceSSECustomerKey", "SSECustomerKeyMD5", "CopySourceSSECustomerKeyMD5", "ContentMD5",
                     "ChecksumAlgorithm", "ExpectedBucketOwner", "ExpectedSourceBucketOwner", "Expires", "ContentLength"):  # fmt: skip
            parameters.pop(name, None)
        for name in [n for n in parameters if n.startswith("Checksum")]:
            parameters.pop(name)
        return parameters


class Answers(unittest.TestCase):
    def test_botocore_reads_what_we_say(self):
        run = subprocess.run([CHECKER, "answers", str(SEED)], capture_output=True, check=True, text=True)
        service = client().meta.service_model
        seen = []
        for line in run.stdout.splitlines():
            answer = json.loads(line)
            operation = answer["operation"]
            seen.append(operation)
            with self.subTest(f"{operation}, CAUDAL_SEED={SEED}"):
                self.assertNotIn("refused", answer)
                self.check(operation, service.operation_model(operation).output_shape, answer)
        self.assertEqual(sorted(seen), sorted(OPERATIONS))

    def check(self, operation, shape, answer):
        body = base64.b64decode(answer["body"])
        headers = botocore.awsrequest.HeadersDict(answer["headers"])
        parser = botocore.parsers.create_parser("rest-xml")
        parsed = parser.parse({"status_code": answer["status"], "headers": headers, "body": body}, shape)
        parsed.pop("ResponseMetadata")
        if shape is None:
            return
        read = on_the_wire(shape, parsed)
        if operation == "GetBucketPolicy":
            read = {}
        # The parser reads the root of this one as an element; a handler of botocore's client does better.
        if operation == "GetBucketLocation":
            read = {}
        self.assertTrue(self.same(read, answer["said"]), f"\nread {read}\nsaid {answer['said']}\nbody {body}\nheaders {headers}")

    def same(self, read, said):
        """What botocore read was said. Header values lose their ends' white space, times their fractions of a second."""
        if isinstance(read, dict):
            return all(self.same(value, said.get(key)) if key in said else value in ({}, [], None) for key, value in read.items())
        if isinstance(read, list):
            return len(read) == len(said or []) and all(map(self.same, read, said or []))
        if isinstance(read, str):
            return read.strip() == str(said).strip()
        if isinstance(read, (int, float)) and isinstance(said, str):
            return said == "Fri, 24 May 2013 00:00:00 GMT"  # Expires, which we keep as it came
        if isinstance(read, (int, float)) and not isinstance(read, bool):
            return abs(read - said) < 1
        return read == said


OPERATIONS = sorted(
    line.split('"')[1]
    for line in open(os.path.join(os.path.dirname(__file__), "../../src/aws/generated/s3/operations.h"))
    if line.startswith("inline constexpr RestOperation")
)

if __name__ == "__main__":
    unittest.main()
