# SPDX-License-Identifier: Apache-2.0
"""FindDuckDB takes an installed DuckDB first, else the one that tools/setup fetched, and never half of each."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

MODULES = pathlib.Path(__file__).resolve().parent.parent.parent / "cmake"


class FindDuckDb(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="caudal-duckdb-"))
        self.addCleanup(shutil.rmtree, self.root)
        (self.root / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(fixture LANGUAGES NONE)\n"
            f'list(APPEND CMAKE_MODULE_PATH "{MODULES}")\n'
            "set(CMAKE_FIND_LIBRARY_PREFIXES lib)\nset(CMAKE_FIND_LIBRARY_SUFFIXES .so)\n"
            "find_package(DuckDB REQUIRED)\n"
            "get_target_property(library DuckDB::duckdb IMPORTED_LOCATION)\n"
            "get_target_property(header DuckDB::duckdb INTERFACE_INCLUDE_DIRECTORIES)\n"
            'message(STATUS "library=${library} header=${header}")\n')  # fmt: skip

    def put(self, *files):
        for file in files:
            (self.root / file).parent.mkdir(parents=True, exist_ok=True)
            (self.root / file).write_text("stand-in")

    def configure(self):
        """Nothing of this machine is looked at, only `installed` as a prefix of a system."""
        build = self.root / "build"
        shutil.rmtree(build, ignore_errors=True)
        command = ["cmake", "-S", str(self.root), "-B", str(build), "-G", "Ninja",
                   f"-DCMAKE_MAKE_PROGRAM={shutil.which('ninja')}", f"-DCMAKE_PREFIX_PATH={self.root / 'installed'}",
                   "-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF", "-DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF"]  # fmt: skip
        run = subprocess.run(command, capture_output=True, text=True)
        return run.returncode, run.stdout.replace(str(self.root) + "/", ""), run.stderr

    FETCHED = ("third_party/duckdb/duckdb.h", "third_party/duckdb/libduckdb.so")

    def test_an_installed_one_goes_first(self):
        self.put(*self.FETCHED, "installed/include/duckdb.h", "installed/lib/libduckdb.so")
        code, out, err = self.configure()
        self.assertEqual(code, 0, err)
        self.assertIn("library=installed/lib/libduckdb.so header=installed/include", out)

    def test_else_the_fetched_one_is_taken(self):
        self.put(*self.FETCHED)
        code, out, err = self.configure()
        self.assertEqual(code, 0, err)
        self.assertIn("library=third_party/duckdb/libduckdb.so header=third_party/duckdb", out)

    def test_half_of_an_installed_one_is_left_alone(self):
        for half in ("installed/include/duckdb.h", "installed/lib/libduckdb.so"):
            self.put(*self.FETCHED, half)
            code, out, err = self.configure()
            self.assertEqual(code, 0, err)
            self.assertIn("library=third_party/duckdb/libduckdb.so header=third_party/duckdb", out)
            (self.root / half).unlink()

    def test_without_any_it_says_what_fetches_it(self):
        code, _, err = self.configure()
        self.assertEqual(code, 1)
        self.assertIn("run tools/setup, which fetches it from npm", " ".join(err.split()))


if __name__ == "__main__":
    unittest.main()
