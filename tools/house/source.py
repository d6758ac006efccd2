# SPDX-License-Identifier: Apache-2.0
"""A source file as the checks see it: its text, and its code with comments and literals blanked out.

Not a C++ parser: good enough to tell code from comments and to find where functions begin and end in formatted code.
"""

import dataclasses
import pathlib
import re


@dataclasses.dataclass(frozen=True)
class Finding:
    path: str
    line: int
    message: str
    warning: bool = False

    def __str__(self):
        return f"{self.path}:{self.line}: {'warning: ' if self.warning else ''}{self.message}"


_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<delimiter>[^\s()\\]{0,16})\(.*?\)(?P=delimiter)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL,
)


def blank(text):
    """The code alone: comments and the insides of literals become spaces, line breaks stay."""

    def replace(match):
        token = match.group(0)
        hollow = re.sub(r"[^\n]", " ", token)
        return '"' + hollow[1:-1] + '"' if token[0] in 'R"' and len(token) > 1 else hollow

    return _TOKEN.sub(replace, text)


class Source:
    def __init__(self, root, path):
        self.path = path  # relative to the root, with forward slashes
        self.name = pathlib.PurePosixPath(path).name
        self.text = (pathlib.Path(root) / path).read_text(encoding="utf-8", errors="replace")
        # A test, and the source beside its own header, need not say again what they are for.
        beside_header = path.endswith(".cpp") and (pathlib.Path(root) / path).with_suffix(".h").exists()
        self.needs_purpose = path.endswith((".h", ".cpp")) and not beside_header and not self.is_test
        self.lines = self.text.split("\n")
        if self.lines and self.lines[-1] == "":
            self.lines.pop()
        self._code_lines = None

    @property
    def code(self):
        return "\n".join(self.code_lines)

    @property
    def code_lines(self):
        if self._code_lines is None:
            self._code_lines = blank(self.text).split("\n")
        return self._code_lines

    @property
    def is_test(self):
        return bool(re.search(r"_(test|bench|fuzz)\.cpp$", self.path)) or "/testing/" in self.path

    @property
    def is_generated(self):
        return any("generated" in line.lower() and "do not edit" in line.lower() for line in self.lines[:5])

    def includes(self):
        """(line number, path) of every #include "..." ."""
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if match:
                yield number, match.group(1)


@dataclasses.dataclass(frozen=True)
class Function:
    name: str
    line: int
    length: int


_INITIALISER = re.compile(r"\)[^;{}]*[^:]:[^:].*[\w>]\s*$", re.DOTALL)


def functions(source):
    """Every function body with its length in lines, braces included. What is nested (lambdas, local types) counts as
    part of the function around it."""
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), source.code, flags=re.M)
    found = []
    header_start = 0
    position = 0
    while True:
        match = re.compile(r"[;{}]").search(code, position)
        if not match:
            return found
        position = match.end()
        if match.group(0) != "{":
            header_start = position
            continue
        header = code[header_start : match.start()]
        flat = re.sub(r"\s+", " ", header).strip()
        if "(" in flat and _INITIALISER.search(flat) and not flat.endswith(("const", "noexcept", "override", "try")):
            position = _matching(code, match.start()) + 1  # a member's braces in a constructor's list
            continue
        if _is_type(flat):
            pass  # its members are looked at one by one
        elif "(" in flat and not flat.endswith("="):
            end = _matching(code, match.start())
            first = code.count("\n", 0, match.start()) + 1
            length = code.count("\n", match.start(), end) + 1
            found.append(Function(_name(flat), first, length))
            position = end + 1
        else:
            position = _matching(code, match.start()) + 1  # a braced initialiser at namespace or class level
        header_start = position


def _is_type(header):
    """Whether `header` opens a namespace or a type, rather than a function that mentions one."""
    bare = re.sub(r"^((public|private|protected)\s*:\s*)+", "", header)
    bare = _without_template(bare)
    return bool(re.match(r'(inline |static |constexpr |typedef )*(namespace|class|struct|union|enum)\b|extern "', bare))


def _without_template(header):
    while header.startswith("template"):
        header = header[_end_of_angles(header) :].lstrip()
        header = re.sub(r"^requires\s*\([^()]*(\([^()]*\)[^()]*)*\)\s*", "", header)
    return header


def _end_of_angles(text):
    depth = 0
    for index, letter in enumerate(text):
        if letter in "<>":
            depth += 1 if letter == "<" else -1
            if depth == 0:
                return index + 1
    return len(text)


def _name(header):
    header = _without_template(re.sub(r"^((public|private|protected)\s*:\s*)+", "", header))
    before = header.split("(")[0].split()
    name = before[-1] if before else "?"
    test = re.match(r"(TEST(?:_F|_P)?)\s*\(\s*(\w+)\s*,\s*(\w+)", header)
    return f"{test.group(2)}.{test.group(3)}" if test else name.lstrip("*&")


def _matching(code, opening):
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, opening):
        depth += 1 if match.group(0) == "{" else -1
        if depth == 0:
            return match.start()
    return len(code) - 1
