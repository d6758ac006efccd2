# SPDX-License-Identifier: Apache-2.0
"""The map of the rooms in ARCHITECTURE.md, made from what is declared: floors and edges from the rooms.txt that CMake
writes, each room's purpose from the comment that opens its room.cmake."""

import pathlib

BEGIN = "<!-- rooms: made by tools/rooms-map, checked by ctest -->"
END = "<!-- end of rooms -->"


class MapError(Exception):
    pass


def purpose(room_file):
    """The opening comment of a room.cmake, on one line."""
    lines = []
    for line in pathlib.Path(room_file).read_text().splitlines():
        if not line.startswith("#"):
            break
        if "SPDX" not in line:
            lines.append(line.lstrip("# ").strip())
    if not lines:
        raise MapError(f"{room_file}:1: say in a comment above caudal_room what the room is for, and what it never does")
    return " ".join(lines)


def table(rooms_text, source_root):
    rows = ["| floor | room | uses | what it is for |", "|---|---|---|---|"]
    for line in rooms_text.splitlines():
        name, floor, *deps = line.split(" ")
        uses = ", ".join(f"`{dep}`" for dep in "".join(deps).split(",") if dep)
        rows.append(f"| {floor} | `{name}` | {uses} | {purpose(pathlib.Path(source_root) / name / 'room.cmake')} |")
    return "\n".join(rows)


def with_table(document, new_table):
    """The document with what stands between the two marks replaced."""
    if document.count(BEGIN) != 1 or document.count(END) != 1:
        raise MapError(f"the document needs one line '{BEGIN}' and one line '{END}'")
    before, rest = document.split(BEGIN)
    return f"{before}{BEGIN}\n{new_table}\n{END}{rest.split(END)[1]}"
