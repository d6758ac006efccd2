# SPDX-License-Identifier: Apache-2.0
"""caudal_room() refuses, when CMake configures, an edge that goes sideways or up or to nowhere."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

MODULE = pathlib.Path(__file__).resolve().parent.parent.parent / "cmake/CaudalRoom.cmake"


class Rooms(unittest.TestCase):
    def configure(self, *rooms):
        """Configures a project of these declarations; (whether it worked, CMake's messages on one line)."""
        root = pathlib.Path(tempfile.mkdtemp(prefix="caudal-rooms-"))
        self.addCleanup(shutil.rmtree, root)
        lines = ["cmake_minimum_required(VERSION 3.25)", "project(fixture LANGUAGES CXX)", f'include("{MODULE}")',
                 "add_library(caudal_flags INTERFACE)"]  # fmt: skip
        for number, room in enumerate(rooms):
            name = room.split()[0]
            (root / name).mkdir(parents=True)
            (root / name / "a.cpp").write_text(f"int a{number}();\n")
            lines.append(f"caudal_room(NAME {room} SRCS a.cpp)")
        lines.append("caudal_write_rooms()")
        (root / "CMakeLists.txt").write_text("\n".join(lines) + "\n")
        command = ["cmake", "-S", str(root), "-B", str(root / "build"), "-DCMAKE_CXX_COMPILER=clang++-19",
                   "-DCMAKE_CXX_COMPILER_WORKS=1"]  # fmt: skip
        run = subprocess.run(command, capture_output=True, text=True)
        self.rooms_file = root / "build/rooms.txt"
        return run.returncode == 0, " ".join(run.stderr.split())

    def test_edges_down_and_named_edges_beside_are_accepted(self):
        worked, message = self.configure("base FLOOR 0", "kv FLOOR 1 DEPS base", "sql FLOOR 1 DEPS base BESIDE kv",
                                         "api/s3 FLOOR 4 DEPS base sql")  # fmt: skip
        self.assertTrue(worked, message)
        self.assertEqual(self.rooms_file.read_text(), "base 0 \nkv 1 base\nsql 1 base,kv\napi/s3 4 base,sql\n")

    def refusal(self, *rooms):
        worked, message = self.configure(*rooms)
        self.assertFalse(worked)
        return message

    def test_an_undeclared_room_is_refused(self):
        self.assertIn("room kv: depends on 'queue', which is not declared before it", self.refusal("kv FLOOR 1 DEPS queue"))

    def test_an_edge_up_is_refused(self):
        self.assertIn("room base2 (floor 0): upward dependency on 'kv' (floor 1)", self.refusal("kv FLOOR 1", "base2 FLOOR 0 DEPS kv"))

    def test_an_edge_up_is_refused_even_when_named_beside(self):
        self.assertIn("upward dependency on 'kv'", self.refusal("kv FLOOR 1", "base2 FLOOR 0 BESIDE kv"))

    def test_an_edge_sideways_is_refused(self):
        self.assertIn("room sql: sideways dependency on 'kv'", self.refusal("kv FLOOR 1", "sql FLOOR 1 DEPS kv"))

    def test_a_misspelled_argument_is_refused(self):
        self.assertIn("unknown arguments", self.refusal("kv DEP base FLOOR 1"))


if __name__ == "__main__":
    unittest.main()
