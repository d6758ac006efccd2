# SPDX-License-Identifier: Apache-2.0
"""`caudal serve` on a data directory of its own, and the load of bench/s3_load.cpp on it."""

import contextlib
import http.client
import json
import os
import re
import resource
import signal
import subprocess
import time

from cases import process

ACCESS_KEY, SECRET = "AKIABENCHBENCHBENCHX", "a-secret-for-measuring"
STARTED = re.compile(r"^serving .* on http://127\.0\.0\.1:(\d+);", re.MULTILINE)
PATIENCE_SECONDS = 60


class Server:
    """`ready_seconds`: from the start of the process to the first 200 of /readyz."""

    def __init__(self, build, data, settings):
        environment = {**os.environ, "CAUDAL_ROOT_ACCESS_KEY_ID": ACCESS_KEY, "CAUDAL_ROOT_SECRET_ACCESS_KEY": SECRET,
                       "CAUDAL_SERVER_FLOWS": "false", "CAUDAL_SERVER_LOG": "none", **settings}  # fmt: skip
        started = time.monotonic()
        self.process = subprocess.Popen([build / "caudal", "--data", str(data), "serve", "--port", "0"], env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # fmt: skip
        self.port = self._read_port()
        while self.status("/readyz") != 200:
            if time.monotonic() - started > PATIENCE_SECONDS:
                raise RuntimeError("caudal serve is not ready")
        self.ready_seconds = time.monotonic() - started

    def _read_port(self):
        said = ""
        for line in self.process.stderr:
            said += line
            if found := STARTED.search(said):
                return int(found.group(1))
        raise RuntimeError(f"caudal serve ended with {self.process.wait()}: {said}")

    def status(self, path, method="GET", headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def resident_mb(self):
        return process.resident_mb(self.process.pid)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_SECONDS)
        self.process.stderr.close()


@contextlib.contextmanager
def serving(build, data, **settings):
    server = Server(build, data, settings)
    try:
        yield server
    finally:
        server.stop()


def load(build, port, what, *, bucket, connections, requests, objects, size_bytes=0, keys=(ACCESS_KEY, SECRET)):
    """What s3_load prints: requests, seconds, p50_ms, p99_ms (the latter two of one connection alone)."""
    words = [port, *keys, bucket, what, connections, requests, objects, size_bytes]
    return json.loads(process.run([build / "s3_load", *words]).output)


def allow_descriptors(wanted):
    """Raises the limit of open files of this process and those that it starts, as far as it may; what it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limits in [(max(soft, wanted), max(hard, wanted)), (min(hard, wanted), hard)]:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
            break
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
