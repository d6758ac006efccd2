# SPDX-License-Identifier: Apache-2.0
"""Checks that look at the tree as a whole: real includes against declared rooms, files that nothing builds or
includes, and the lock file of the black-box tests."""

import pathlib
import re

from house.source import Finding


def read_rooms(path):
    """{room: set of rooms it may include} from the file that CMake writes: "name floor dep,dep" a line."""
    rooms = {}
    for line in pathlib.Path(path).read_text().splitlines():
        if line.strip():
            name, _, *deps = line.split(" ")
            rooms[name] = {dep for dep in "".join(deps).split(",") if dep}
    return rooms


def room_of(path, rooms):
    """The room of a file or include path below src/: the longest declared prefix."""
    parts = path.split("/")
    for length in range(len(parts) - 1, 0, -1):
        if "/".join(parts[:length]) in rooms:
            return "/".join(parts[:length])
    return None


def layering(sources, rooms):
    """Every include of another room must be declared by the room that includes it, and every declaration be used."""
    used = {room: set() for room in rooms}
    reported = set()  # folders of no room: one finding for each is enough
    for source in sources:
        room = room_of(source.path.removeprefix("src/"), rooms)
        if room is None:
            folder = source.path.rsplit("/", 1)[0]
            if folder not in reported:
                reported.add(folder)
                yield Finding(source.path, 1, "is in no declared room; add its folder's room.cmake to src/CMakeLists.txt")
            continue
        for number, include in source.includes():
            target = room_of(include, rooms)
            if target is None:
                yield Finding(source.path, number, f'"{include}" is no file of a room; write "room/file.h"')
            elif target != room and target not in rooms[room]:
                yield Finding(source.path, number,
                              f"room {room} includes {include} but does not declare {target} in {room}/room.cmake")
            else:
                used[room].add(target)
    for room, deps in rooms.items():
        for dep in sorted(deps - used[room]):
            yield Finding(f"src/{room}/room.cmake", 1, f"room {room} declares {dep} but includes nothing of it")


def dead_files(sources, room_files):
    """.cpp files that no room.cmake names, and headers that nothing includes. `room_files`: {path: text}."""
    named = set()
    for path, text in room_files.items():
        folder = path.rsplit("/", 1)[0]
        for word in re.findall(r"[\w/.-]+\.cpp", re.sub(r"#.*", "", text)):
            named.update({f"{folder}/{word}", f"{folder}/testing/{word}", f"src/{word}"})
    included = set()
    for source in sources:
        for _, include in source.includes():
            if "src/" + include != source.path:
                included.add("src/" + include)
    for source in sources:
        if source.path.endswith(".cpp") and source.path not in named:
            yield Finding(source.path, 1, "dead file: no room.cmake names it")
        elif source.path.endswith(".h") and source.path not in included:
            yield Finding(source.path, 1, "dead file: nothing includes it")


def lock_file(path, text):
    """A lock file pins by version and checksum; a host in it would bind every machine to one registry."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r'"resolved":\s*"https?:', line):
            yield Finding(path, number, "holds a registry's address; run npm with omit-lockfile-registry-resolved=true")
            return
