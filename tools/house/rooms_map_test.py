# SPDX-License-Identifier: Apache-2.0
"""The map says what is declared, and a room without a purpose or a document without its marks is refused."""

import pathlib
import shutil
import tempfile
import unittest

from house import rooms_map


class RoomsMap(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="caudal-map-"))
        self.addCleanup(shutil.rmtree, self.root)

    def room(self, name, text):
        (self.root / name).mkdir(parents=True)
        (self.root / name / "room.cmake").write_text(text)

    def test_a_row_for_each_room(self):
        self.room("base", "# Results and clocks.\n# Never I/O.\ncaudal_room(NAME base FLOOR 0)\n")
        self.room("api/s3", "# One door.\ncaudal_room(NAME api/s3 FLOOR 4)\n")
        self.assertEqual(
            rooms_map.table("base 0 \napi/s3 4 base,objects\n", self.root).splitlines()[2:],
            ["| 0 | `base` |  | Results and clocks. Never I/O. |", "| 4 | `api/s3` | `base`, `objects` | One door. |"],
        )

    def test_a_room_without_purpose_is_refused(self):
        self.room("base", "caudal_room(NAME base FLOOR 0)\n")
        with self.assertRaisesRegex(rooms_map.MapError, "what the room is for"):
            rooms_map.table("base 0 \n", self.root)

    def test_only_what_is_between_the_marks_changes(self):
        document = f"before\n{rooms_map.BEGIN}\nold\n{rooms_map.END}\nafter\n"
        changed = rooms_map.with_table(document, "new")
        self.assertEqual(changed, document.replace("old", "new"))
        self.assertEqual(rooms_map.with_table(changed, "new"), changed)
        with self.assertRaises(rooms_map.MapError):
            rooms_map.with_table("no marks", "new")


if __name__ == "__main__":
    unittest.main()
