# SPDX-License-Identifier: Apache-2.0
"""`caudal serve` on a data directory of its own, for the clients that are tried here."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

KEY = "AKIAROOTOFTHETESTS"
SECRET = "se/cr+et/of/the/tests/0123456789abcdef"
REGION = "us-east-1"


class ServerTest(unittest.TestCase):
    """A test class with `cls.url`. The server must end well and say nothing unexpected."""

    @classmethod
    def setUpClass(cls):
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, AWS_REGION=REGION,
                          AWS_DEFAULT_REGION=REGION, AWS_EC2_METADATA_DISABLED="true")
        cls.folder = tempfile.mkdtemp(prefix="caudal-interop-")
        environment = {"PATH": os.environ["PATH"], "HOME": cls.folder, "LC_ALL": "C.UTF-8",
                       "CAUDAL_ROOT_ACCESS_KEY_ID": KEY, "CAUDAL_ROOT_SECRET_ACCESS_KEY": SECRET}
        cls.server = subprocess.Popen(
            [os.environ["CAUDAL_BINARY"], "--data", os.path.join(cls.folder, "data"), "serve", "--port", "0"],
            cwd=cls.folder, env=environment, stderr=subprocess.PIPE, text=True)
        line = cls.server.stderr.readline()
        found = re.match(r"serving .* on (http://\S+);", line)
        assert found, line
        cls.url = found.group(1)
        cls.host = cls.url.removeprefix("http://")

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        rest = cls.server.stderr.read()
        code = cls.server.wait(timeout=30)
        cls.server.stderr.close()
        shutil.rmtree(cls.folder)
        assert code == 0 and rest == "ending the requests under way\n", f"ended with {code}: {rest}"
