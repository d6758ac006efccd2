# SPDX-License-Identifier: Apache-2.0
"""Connections that stay open after a request and do nothing."""

import socket
import tempfile
import time

from cases import report, serving

CONNECTIONS = 10_000
SPARE_DESCRIPTORS = 200
REQUEST = b"GET /bucket/key HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"  # unsigned, so refused


def measure(build, scale):
    wanted = max(100, int(CONNECTIONS * scale))
    allowed = serving.allow_descriptors(wanted + SPARE_DESCRIPTORS)
    if allowed < wanted + SPARE_DESCRIPTORS:
        raise RuntimeError(f"this process may open {allowed} files, and {wanted} connections need more: raise `ulimit -n`")
    with tempfile.TemporaryDirectory() as data, serving.serving(build, data, CAUDAL_SERVER_CONNECTIONS=str(2 * wanted)) as server:
        before = server.resident_mb()
        clients = []
        try:
            for _ in range(wanted):
                clients.append(client := socket.create_connection(("127.0.0.1", server.port), timeout=30))
                client.sendall(REQUEST)
                if not client.recv(65536).startswith(b"HTTP/1.1 403 "):
                    raise RuntimeError("a connection was not answered as it should be")
            memory = server.resident_mb()
            answered = answer_ms(server)
            still_open = sum(1 for client in clients if answers(client))
        finally:
            for client in clients:
                client.close()
    return rows(wanted, before, memory, answered, still_open)


def answer_ms(server):
    started = time.monotonic()
    if server.status("/healthz") != 200:
        raise RuntimeError("the server does not answer any more")
    return (time.monotonic() - started) * 1000


def answers(client):
    client.sendall(REQUEST)
    return client.recv(65536).startswith(b"HTTP/1.1 403 ")


def rows(wanted, before, memory, answered, still_open):
    return [
        report.at_most(f"resident memory with {wanted:,} connections idle after a request each", memory, 200, "MB", 0),
        report.Row("each of them", f"{(memory - before) * 1024 / wanted:.1f} KB"),
        report.at_most("a new client's answer meanwhile", answered, 50, "ms"),
        report.at_least("of the idle ones are still served", 100 * still_open / wanted, 100, "%", 0),
    ]
