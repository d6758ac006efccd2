# SPDX-License-Identifier: Apache-2.0
"""Checks that look at one file alone: its size, its opening, its functions, the calls it makes."""

import re

from house.source import Finding, functions

FAIL_LINES = 1000
WARN_LINES = 600
FUNCTION_LINES = 70

_PRINTS = ("src/app/", "src/base/check.cpp", "bench/")

# (name, pattern over code without comments and literals, what to use instead, paths that may, tests may)
BANNED = [
    ("std-stoi", r"\bstd::sto(i|l|ll|ul|ull|f|d|ld)\b", "std::from_chars: it neither throws nor reads the locale", (), True),
    ("atoi", r"\bato(i|l|ll|f)\s*\(", "std::from_chars: it tells an error from a zero", (), False),
    ("sprintf", r"\bv?sprintf\s*\(", "fmt::format", (), False),
    ("strcpy", r"\bstr(cpy|cat|tok)\s*\(", "std::string", (), False),
    ("rand", r"\bs?rand\s*\(", "the caudal::Random that the constructor takes", (), False),
    ("time", r"\b(std::)?time\s*\(\s*(nullptr|NULL|0|&)", "the caudal::Clock that the constructor takes", (), False),
    ("localtime", r"(?<!fmt::)\b(localtime|gmtime|mktime)(_r)?\s*\(", "base/date.h", ("src/base/",), False),
    ("system-clock", r"\bsystem_clock::now\b", "the caudal::Clock that the constructor takes", ("src/base/clock",), False),
    ("sleep", r"\b(sleep_for|sleep_until|usleep|nanosleep)\s*\(", "Clock::wait_until, which tests drive and a stop interrupts", ("src/base/",), False),
    ("print", r"\bstd::(cout|cerr|clog)\b|\b(std::)?f?printf\s*\(|\bf?puts\s*\(|\bfmt::print\s*\(", "return the text, or log it; only app writes to the terminal", _PRINTS, True),
    ("getenv", r"\bgetenv\s*\(", "a setting that the constructor takes; app reads the environment", ("src/app/",), True),
    ("throw", r"\bthrow\b", "Result<T> and Error", (), True),
    ("detach", r"\.detach\s*\(\s*\)", "std::jthread, joined by its owner", (), False),
    ("assert", r"(?<![_\w])assert\s*\(", "CHECK: it holds in release builds too, and carries a message", (), False),
    ("delete", r"(?<!operator )\bdelete\b(?!\s*;?\s*$)(?=\s*(\[\s*\])?\s*[\w(*])", "unique_ptr", (), False),
    ("malloc", r"\b(malloc|calloc|realloc)\s*\(", "std::vector or unique_ptr", (), False),
    ("float-money", r"\b(float|double)\s+\w*(amount|valor|preco|price|money|saldo|balance|pagamento|fatura)\w*", "a decimal or an integer of minor units: money is never floating point", (), False),
]
_NEW = re.compile(r"\bnew\b\s*(\(|[A-Za-z_:])")
_OWNED = re.compile(r"(unique_ptr|shared_ptr)\b.*\bnew\b|\.reset\s*\(\s*new\b")
# A return out of the arguments of `new` leaks what new has taken for the object by then; within one statement.
_RETURN_IN_NEW = re.compile(r"\bnew\b[^;]*\bTRY\(")
_ALLOW = re.compile(r"//\s*tidy: allow\(([\w-]+)\):\s*\S+")


def spdx(source):
    if source.lines[:1] and source.lines[0].startswith("#!"):
        opening = source.lines[1:2]
    else:
        opening = source.lines[:1]
    if not opening or "SPDX-License-Identifier: Apache-2.0" not in opening[0]:
        yield Finding(source.path, 1, "open the file with '// SPDX-License-Identifier: Apache-2.0'")
    elif source.needs_purpose and not (source.lines[1:2] and source.lines[1].startswith("//")):
        yield Finding(source.path, 2, "say in one or two lines of comment what this file is for")


def pragma_once(source):
    if source.path.endswith(".h") and "#pragma once" not in source.lines:
        yield Finding(source.path, 1, "a header needs #pragma once")


def file_size(source):
    count = len(source.lines)
    if source.is_generated:
        return
    if count > FAIL_LINES:
        yield Finding(source.path, count, f"{count} lines; split the file (the limit is {FAIL_LINES}, aim below {WARN_LINES})")
    elif count > WARN_LINES:
        yield Finding(source.path, count, f"{count} lines; a file over {WARN_LINES} wants splitting", warning=True)


def function_size(source, ratchet):
    """`ratchet`: {"path name": lines} of the functions that are known to be longer, which may shrink but not grow."""
    if source.is_generated:
        return
    for function in functions(source):
        key = f"{source.path} {function.name}"
        allowed = max(FUNCTION_LINES, ratchet.get(key, 0))
        if function.length > allowed:
            yield Finding(source.path, function.line,
                          f"{function.name} has {function.length} lines (limit {allowed}); split it")
        elif key in ratchet and function.length < ratchet[key]:
            target = f"set it to {function.length}" if function.length > FUNCTION_LINES else "remove its line"
            yield Finding(source.path, function.line,
                          f"{function.name} shrank to {function.length} lines; {target} in tools/tidy-ratchet.txt")


def banned_calls(source):
    for number, line in enumerate(source.code_lines, 1):
        original = source.lines[number - 1] if number <= len(source.lines) else ""
        allowed = set(_ALLOW.findall(original))
        for name, pattern, instead, paths, tests_may in BANNED:
            if (tests_may and source.is_test) or source.path.startswith(paths or ("\0",)) or name in allowed:
                continue
            if re.search(pattern, line):
                yield Finding(source.path, number, f"{name} is not used here; use {instead}")
        if _NEW.search(line) and "new" not in allowed and not re.match(r"\s*#", line):
            statement = (source.code_lines[number - 2] if number > 1 else "") + " " + line
            if not _OWNED.search(statement):
                yield Finding(source.path, number, "naked new; use make_unique, or hand it to a unique_ptr at once")


def return_in_new(source):
    code = "\n".join(source.code_lines)
    for found in _RETURN_IN_NEW.finditer(code):
        yield Finding(source.path, code.count("\n", 0, found.start()) + 1,
                      "TRY among the arguments of new leaks when it returns; name its value before")


def todo(source):
    for number, line in enumerate(source.lines, 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))", line):
            yield Finding(source.path, number, "a TODO names the issue that owns it, as TODO(#12); better still, do it")
