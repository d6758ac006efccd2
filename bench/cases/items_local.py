# SPDX-License-Identifier: Apache-2.0
"""Caudal beside DynamoDB Local, which Maven has, under the same load in one run. DynamoDB Local keeps its tables in memory here;
Caudal's are durable. Needs Maven, Java and the network, so it is no part of `make bench` but of `make interop`."""

import contextlib
import pathlib
import shutil
import tempfile

from cases import beside, items_beside, process

POM = pathlib.Path(__file__).resolve().parent.parent / "beside/dynamodb-local/pom.xml"
MAIN = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"


def measure(build, scale):
    return items_beside.against(build, scale, "DynamoDB Local", dynamodb_local)


@contextlib.contextmanager
def dynamodb_local(folder):
    shutil.copy(POM, folder)
    try:
        process.run(["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={folder}/lib"], cwd=folder)
    except (RuntimeError, OSError) as reason:
        raise beside.Unavailable(f"Maven did not give it: {str(reason).splitlines()[-1][:80]}") from reason
    words = ["java", f"-Djava.library.path={folder}/lib", "-cp", f"{folder}/lib/*", MAIN, "-inMemory", "-port"]
    with beside.running(folder, lambda port: [*words, str(port)]) as port:
        yield port
