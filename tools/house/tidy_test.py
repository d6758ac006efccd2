# SPDX-License-Identifier: Apache-2.0
"""Canaries: for every check of tools/tidy a file that must fail it, and one like it that must pass."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from house import text_checks, tree_checks
from house.source import Source, blank, functions

TIDY = pathlib.Path(__file__).resolve().parent.parent / "tidy"
OPENING = "// SPDX-License-Identifier: Apache-2.0\n// What it is for.\n"


class Tree(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="caudal-tidy-"))
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, path, text, opening=OPENING):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(opening + text)
        return Source(self.root, path)

    def messages(self, findings):
        return [finding.message for finding in findings]


class Blank(unittest.TestCase):
    def test_comments_and_literals_vanish_and_lines_stay(self):
        code = 'a("x // y"); // rand()\n/* throw\n new */ b(\'"\', 1\'000);\nR"q(\nthrow)q" c;'
        self.assertEqual(blank(code).count("\n"), code.count("\n"))
        for gone in ("rand", "throw", "new", "y"):
            self.assertNotIn(gone, blank(code))
        for kept in ("a(", "b(", "1'000", "c;"):
            self.assertIn(kept, blank(code))


class Functions(Tree):
    def names(self, text):
        return [(f.name, f.length) for f in functions(self.write("src/a/a.cpp", text))]

    def test_free_member_template_and_test_functions(self):
        self.assertEqual(self.names("namespace x {\nint f() {\n  return 1;\n}\n}\n"), [("f", 3)])
        self.assertEqual(self.names("class A : public B {\n public:\n  int g() const { return 1; }\n};\n"), [("g", 1)])
        self.assertEqual(self.names("template <class T>\n  requires(ok<T>(1))\nT h(Result<T> r) {\n  return *r;\n}\n"), [("h", 3)])
        self.assertEqual(self.names("TEST(Put, Refuses) {\n  EXPECT_EQ(1, 1);\n}\n"), [("Put.Refuses", 3)])

    def test_constructor_with_braced_members(self):
        self.assertEqual(self.names("A::A(int b) : b_{b}, c_{1, 2} {\n  go();\n}\nint f() {\n}\n"), [("A::A", 3), ("f", 2)])

    def test_a_lambda_belongs_to_the_function_around_it(self):
        self.assertEqual(self.names("void f() {\n  g([&] {\n    h();\n  });\n}\n"), [("f", 5)])

    def test_initialisers_and_macros_are_no_functions(self):
        self.assertEqual(self.names("#define M(x) \\\n  if (x) { f(); }\nconst int kA[] = {1, 2};\nstruct S { int a = 1; };\n"), [])

    def test_attribute_macro_on_a_class(self):
        self.assertEqual(self.names('class CAPABILITY("mutex") Mutex {\n public:\n  void lock() {\n  }\n};\n'), [("lock", 2)])


class TextChecks(Tree):
    def banned(self, line, path="src/kv/a.cpp"):
        return self.messages(text_checks.banned_calls(self.write(path, line + "\n")))

    def test_each_banned_call_is_found(self):
        canaries = {
            "std-stoi": "int a = std::stoi(text);", "atoi": "int a = atoi(text);", "sprintf": "sprintf(b, c);",
            "strcpy": "strcpy(a, b);", "rand": "int a = rand();", "time": "auto t = time(nullptr);",
            "localtime": "localtime_r(&t, &tm);", "system-clock": "auto n = std::chrono::system_clock::now();",
            "sleep": "std::this_thread::sleep_for(1s);", "print": "std::cout << 1;", "getenv": 'auto* h = std::getenv("HOME");',
            "throw": "throw Oops();", "detach": "thread.detach();", "assert": "assert(a);", "delete": "delete pointer;",
            "malloc": "void* p = malloc(8);", "float-money": "double valor_fatura = 0;",
        }  # fmt: skip
        self.assertEqual(sorted(canaries), sorted(rule[0] for rule in text_checks.BANNED))
        for name, line in canaries.items():
            with self.subTest(name):
                self.assertTrue(any(m.startswith(f"{name} is not used") for m in self.banned(line)), self.banned(line))

    def test_naked_new(self):
        self.assertTrue(self.banned("auto* a = new Thing(1);"))
        self.assertEqual(self.banned("return std::unique_ptr<Thing>(new Thing(1));"), [])
        self.assertEqual(self.banned("auto thing = std::unique_ptr<Thing>(\n    new Thing(1));"), [])
        self.assertEqual(self.banned("int new_size = 1; // a new one"), [])

    def test_a_return_among_the_arguments_of_new(self):
        def found(code):
            return list(text_checks.return_in_new(self.write("src/a/a.cpp", code)))

        self.assertEqual([f.line for f in found("p.reset(\n    new Thing(1,\n              TRY(open())));\n")], [4])
        self.assertEqual([f.line for f in found("p.reset(new Thing{.a = TRY(open())});\n")], [3])
        self.assertEqual(found("auto opened = TRY(open());\np.reset(new Thing(1, opened));\nTRY(go());\n"), [])

    def test_look_alikes_pass(self):
        for line in ("Thing(const Thing&) = delete;", "wait_time(nullptr_count);", "my_rand_state(1);", "fmt::format(a);",
                     'log("throw");', "static_assert(true);", "double share = 0;", 'fmt::format("{}", fmt::gmtime(t));', "operator delete(p);"):  # fmt: skip
            with self.subTest(line):
                self.assertEqual(self.banned(line), [])

    def test_places_that_may(self):
        self.assertEqual(self.banned("std::cout << 1;", "src/app/main.cpp"), [])
        self.assertEqual(self.banned("auto n = std::chrono::system_clock::now();", "src/base/clock.cpp"), [])
        self.assertEqual(self.banned("throw 1;", "src/kv/a_test.cpp"), [])
        self.assertTrue(self.banned("sleep_for(1s);", "src/kv/a_test.cpp"), "sleeping is banned in tests too")

    def test_opting_out_needs_a_reason(self):
        self.assertEqual(self.banned("throw 1;  // tidy: allow(throw): the library's callback demands it"), [])
        self.assertTrue(self.banned("throw 1;  // tidy: allow(throw):"))
        self.assertTrue(self.banned("throw 1;  // tidy: allow(print): of another rule"))

    def test_opening(self):
        self.assertTrue(list(text_checks.spdx(self.write("src/a.h", "int a;\n", opening=""))))
        self.assertTrue(list(text_checks.spdx(self.write("src/a.h", "int a;\n", opening=OPENING.split("\n")[0] + "\n"))))
        self.assertFalse(list(text_checks.spdx(self.write("src/a.h", "int a;\n"))))
        only_licence = OPENING.split("\n")[0] + "\n"
        self.assertTrue(list(text_checks.spdx(self.write("src/b.cpp", "int a;\n", opening=only_licence))))
        self.assertFalse(list(text_checks.spdx(self.write("src/a.cpp", "int a;\n", opening=only_licence))), "a.h says it")
        self.assertFalse(list(text_checks.spdx(self.write("src/b_test.cpp", "int a;\n", opening=only_licence))))

    def test_pragma_once(self):
        self.assertTrue(list(text_checks.pragma_once(self.write("src/a.h", "int a;\n"))))
        self.assertFalse(list(text_checks.pragma_once(self.write("src/a.h", "#pragma once\nint a;\n"))))

    def test_file_size_warns_then_fails(self):
        sizes = {500: [], 700: [True], 1100: [False]}
        for lines, warnings in sizes.items():
            found = list(text_checks.file_size(self.write("src/a.cpp", "int a;\n" * lines)))
            self.assertEqual([finding.warning for finding in found], warnings)
        generated = "// Generated by x; do not edit.\n" + "int a;\n" * 2000
        self.assertEqual(list(text_checks.file_size(self.write("src/a.cpp", generated))), [])

    def test_function_size_and_its_ratchet(self):
        def sizes(lines, ratchet):
            source = self.write("src/a.cpp", "void f() {\n" + "  g();\n" * (lines - 2) + "}\n")
            return self.messages(text_checks.function_size(source, ratchet))

        self.assertEqual(sizes(70, {}), [])
        self.assertIn("split it", sizes(71, {})[0])
        self.assertEqual(sizes(80, {"src/a.cpp f": 80}), [])
        self.assertIn("limit 80", sizes(81, {"src/a.cpp f": 80})[0])
        self.assertIn("set it to 75", sizes(75, {"src/a.cpp f": 80})[0])
        self.assertIn("remove its line", sizes(60, {"src/a.cpp f": 80})[0])

    def test_todo_needs_an_owner(self):
        mark = "TO" + "DO"
        self.assertTrue(list(text_checks.todo(self.write("src/a.cpp", f"// {mark}: later\n"))))
        self.assertFalse(list(text_checks.todo(self.write("src/a.cpp", f"// {mark}(#12): later\n"))))


class Layering(Tree):
    ROOMS = {"base": set(), "kv": {"base"}, "sql": {"base"}, "api/s3": {"base"}}

    def check(self, path, include, rooms=None):
        sources = [self.write("src/base/a.h", ""), self.write("src/kv/k.h", '#include "base/a.h"\n'),
                   self.write("src/sql/s.h", '#include "base/a.h"\n'), self.write("src/api/s3/d.h", '#include "base/a.h"\n')]  # fmt: skip
        return self.messages(tree_checks.layering([*sources, self.write(path, f'#include "{include}"\n')], rooms or self.ROOMS))

    def test_declared_edges_pass(self):
        self.assertEqual(self.check("src/kv/k.cpp", "base/a.h"), [])
        self.assertEqual(self.check("src/api/s3/d.cpp", "api/s3/d.h"), [])

    def test_upward_and_sideways_includes_fail(self):
        self.assertIn("does not declare kv", self.check("src/base/a.cpp", "kv/k.h")[0])
        self.assertIn("does not declare sql", self.check("src/kv/k.cpp", "sql/s.h")[0])
        self.assertIn("does not declare kv", self.check("src/api/s3/d.cpp", "kv/k.h")[0])

    def test_unknown_include_and_undeclared_room_fail(self):
        self.assertIn("is no file of a room", self.check("src/kv/k.cpp", "k.h")[0])
        self.assertIn("is in no declared room", self.check("src/new/n.cpp", "base/a.h")[0])

    def test_a_declaration_that_nothing_uses_fails(self):
        rooms = {**self.ROOMS, "kv": {"base", "sql"}}
        self.assertIn("declares sql but includes nothing", self.check("src/kv/k.cpp", "base/a.h", rooms)[0])

    def test_rooms_file(self):
        self.write("rooms.txt", "base 0 \nkv 1 base\nflows 2 base,kv\n", opening="")
        self.assertEqual(tree_checks.read_rooms(self.root / "rooms.txt"), {"base": set(), "kv": {"base"}, "flows": {"base", "kv"}})


class DeadFiles(Tree):
    def test_files_that_nothing_names(self):
        sources = [self.write("src/kv/a.cpp", '#include "kv/a.h"\n'), self.write("src/kv/a.h", ""),
                   self.write("src/kv/dead.cpp", ""), self.write("src/kv/dead.h", '#include "kv/dead.h"\n'),
                   self.write("src/kv/commented.cpp", "")]  # fmt: skip
        found = tree_checks.dead_files(sources, {"src/kv/room.cmake": "caudal_room(NAME kv SRCS a.cpp) # commented.cpp"})
        self.assertEqual([finding.path for finding in found], ["src/kv/dead.cpp", "src/kv/dead.h", "src/kv/commented.cpp"])


class LockFile(unittest.TestCase):
    def test_registry_address(self):
        self.assertTrue(list(tree_checks.lock_file("l", '{\n "resolved": "https://registry.example/x.tgz"\n}')))
        self.assertFalse(list(tree_checks.lock_file("l", '{\n "integrity": "sha512-x"\n}')))


class WholeProgram(Tree):
    def run_tidy(self):
        subprocess.run(["git", "init", "-q", str(self.root)], check=True)
        return subprocess.run([str(TIDY), "--root", str(self.root)], capture_output=True, text=True)

    def test_clean_tree_passes(self):
        self.write("src/kv/room.cmake", "caudal_room(NAME kv SRCS a.cpp)\n", opening="")
        self.write("src/kv/a.cpp", "int a() { return 1; }\n")
        run = self.run_tidy()
        self.assertEqual((run.returncode, run.stdout), (0, ""))

    def test_misformatted_file_fails(self):
        self.write("src/kv/room.cmake", "caudal_room(NAME kv SRCS a.cpp)\n", opening="")
        self.write("src/kv/a.cpp", "int  a( ){return 1;}\n")
        run = self.run_tidy()
        self.assertEqual(run.returncode, 1)
        self.assertIn("src/kv/a.cpp:3: not formatted; run `make format`", run.stdout)

    def test_findings_name_file_and_line(self):
        self.write("src/kv/room.cmake", "caudal_room(NAME kv SRCS a.cpp)\n", opening="")
        self.write("src/kv/a.cpp", "int a() { return rand(); }\n")
        run = self.run_tidy()
        self.assertEqual(run.returncode, 1)
        self.assertIn("src/kv/a.cpp:3: rand is not used here", run.stdout)


if __name__ == "__main__":
    unittest.main()
