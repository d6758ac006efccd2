# SPDX-License-Identifier: Apache-2.0
"""What is reached, in which order and in which family, and what is refused."""

import pathlib
import tempfile
import unittest

from generator import emit_operations, emit_shapes, emit_types
from generator.model import Model, ModelError, merge, read
from generator.services import Service

DOCUMENT = {
    "metadata": {"endpointPrefix": "x", "targetPrefix": "X", "jsonVersion": "1.0", "serviceFullName": "X"},
    "operations": {
        "Get": {"input": {"shape": "GetInput"}, "output": {"shape": "GetOutput"}, "errors": [{"shape": "Gone"}]},
        "Put": {"input": {"shape": "PutInput"}},
        "Other": {"input": {"shape": "Unreached"}},
    },
    "shapes": {
        "GetInput": {"type": "structure", "required": ["Name"], "members": {"Name": {"shape": "Name"}}},
        "GetOutput": {"type": "structure", "members": {"Tree": {"shape": "Tree"}}},
        "PutInput": {"type": "structure", "members": {"Name": {"shape": "Name"}, "Huge": {"shape": "Unreached"}}},
        "Name": {"type": "string", "min": 3, "pattern": "[a-z]+"},
        "Tree": {"type": "structure", "members": {"Below": {"shape": "Trees"}}},
        "Trees": {"type": "list", "member": {"shape": "Tree"}},
        "Unreached": {"type": "structure", "members": {}},
        "Gone": {"type": "structure", "members": {"message": {"shape": "Name"}, "When": {"shape": "Name"}}, "exception": True},
    },
}


def model(document=DOCUMENT, **changes):
    fields = {"name": "x", "model": "x", "sha256": "", "families": {"a": ["Get"], "b": ["Put"]}, "omitted": frozenset(["Huge"])}
    return Model(Service(**{**fields, **changes}), document)


class Reaching(unittest.TestCase):
    def test_shapes_go_to_their_family_or_are_common(self):
        m = model()
        self.assertEqual(m.family_of("Name"), "common")
        self.assertEqual(m.reached("a"), ["GetInput", "Trees", "Tree", "GetOutput"])
        self.assertEqual(m.reached("b"), ["PutInput"])
        self.assertNotIn("Unreached", m.families_of)
        self.assertEqual(m.not_offered, ["Other"])

    def test_a_shape_that_holds_itself_without_a_list_is_refused(self):
        document = {**DOCUMENT, "shapes": {**DOCUMENT["shapes"], "Tree": {"type": "structure", "members": {"Below": {"shape": "Tree"}}}}}
        with self.assertRaisesRegex(ModelError, "Tree holds itself"):
            model(document).reached("a")

    def test_mistakes_of_the_configuration_are_refused(self):
        with self.assertRaisesRegex(ModelError, "no operation Nope"):
            model(families={"a": ["Nope"]})
        with self.assertRaisesRegex(ModelError, "two families"):
            model(families={"a": ["Get"], "b": ["Get"]})


class Reading(unittest.TestCase):
    def test_a_patch_is_merged_and_null_removes(self):
        base = {"a": {"b": 1, "c": [1]}, "d": 2}
        merge(base, {"a": {"b": None, "c": [2], "e": {"f": 3}}, "d": {"g": 4}})
        self.assertEqual(base, {"a": {"c": [2], "e": {"f": 3}}, "d": {"g": 4}})

    def test_another_model_than_the_pinned_one_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "service-2.json"
            path.write_text("{}")
            with self.assertRaisesRegex(ModelError, "another model than the pinned one"):
                read(path, "0" * 64)


class Emitting(unittest.TestCase):
    def test_required_members_are_plain_and_the_others_optional(self):
        m = model()
        self.assertEqual(emit_types.struct(m, "GetInput"), "struct GetInput {\n  std::string name = {};\n};")
        self.assertEqual(emit_types.struct(m, "PutInput"), "struct PutInput {\n  std::optional<std::string> name = {};\n};")
        self.assertEqual(emit_types.struct(m, "Tree"), "struct Tree {\n  std::optional<std::vector<Tree>> below = {};\n};")

    def test_limits_and_members_are_described(self):
        m = model()
        self.assertEqual(
            emit_shapes.describe(m, "Name"),
            [
                'constexpr Limits kNameLimits{.min = 3, .pattern = "[a-z]+"};',
                'extern constinit const Shape kName{.kind = Kind::kString, .name = "Name", .limits = &kNameLimits};',
            ],
        )
        self.assertEqual(
            emit_shapes.member_entry(m, "GetInput", "Name", {"shape": "Name"}),
            '    needed("Name", offsetof(GetInput, name), &kName),',
        )
        self.assertIn("extern const Shape kTree;", emit_shapes.source(m, "a", ""), "named before it is described")

    def test_errors_have_functions_and_their_further_members_a_struct(self):
        m = model()
        self.assertEqual([(name, [key for key, _ in members]) for name, members in emit_types.error_members(m)], [("Gone", ["When"])])
        self.assertIn("ServiceError gone(std::string message);", emit_operations.header(m, ""))

    def test_types_of_operations(self):
        self.assertEqual(emit_operations.types_of(model(), "Get"), ("GetInput", "GetOutput"))
        self.assertEqual(emit_operations.types_of(model(), "Put"), ("PutInput", "NoOutput"))


class Routes(unittest.TestCase):
    def rest(self, uri, members, required=()):
        document = {
            "metadata": {"endpointPrefix": "s3"},
            "operations": {"Do": {"http": {"method": "PUT", "requestUri": uri}, "input": {"shape": "DoRequest"}}},
            "shapes": {"DoRequest": {"type": "structure", "members": members, "required": list(required)}, "T": {"type": "string"}},
        }
        return model(document, families={"a": ["Do"]}, protocol="rest-xml")

    def test_a_route_is_told_by_its_query_what_it_requires_and_the_source_of_a_copy(self):
        def member(where, name):
            return {"shape": "T", "location": where, "locationName": name}

        m = self.rest("/{Bucket}?analytics", {"Id": member("querystring", "id"), "X": member("querystring", "x")}, ["Id"])
        self.assertEqual(
            emit_operations._discriminators(m, "Do"), [("kQuery", "analytics", "", True), ("kQuery", "id", "", False)]
        )
        m = self.rest(
            "/{Bucket}/{Key+}",
            {"U": member("querystring", "uploadId"), "C": member("header", "x-amz-copy-source"), "D": member("header", "date")},
            ["U", "C", "D"],
        )
        self.assertEqual(
            emit_operations._discriminators(m, "Do"),
            [("kQuery", "uploadId", "", True), ("kHeader", "x-amz-copy-source", "", False)],
        )

    def test_a_list_may_be_flattened_by_itself_or_by_who_holds_it(self):
        m = self.rest("/{Bucket}", {})
        m.all_shapes["L"] = {"type": "list", "member": {"shape": "T", "locationName": "One"}}
        m.all_shapes["F"] = {**m.all_shapes["L"], "flattened": True}

        def entry(ref):
            return emit_shapes.member_entry(m, "DoRequest", "Many", ref).strip()

        self.assertEqual(entry({"shape": "L"}), 'maybe<std::vector<std::string>>("Many", offsetof(DoRequest, many), &kL),')
        self.assertTrue(entry({"shape": "F"}).startswith('maybe<std::vector<std::string>>("Many"'), "not by its elements' name")
        self.assertTrue(entry({"shape": "F"}).endswith(".flat(),"))
        self.assertTrue(entry({"shape": "L", "flattened": True, "locationName": "Tag"}).startswith('maybe<std::vector<std::string>>("Tag"'))
        self.assertTrue(entry({"shape": "L", "flattened": True, "locationName": "Tag"}).endswith(".flat(),"))

    def test_an_answer_without_a_root_element_is_refused(self):
        m = self.rest("/{Bucket}", {})
        m.operations["Do"]["output"] = {"shape": "Out"}
        m.all_shapes["Out"] = {"type": "structure", "members": {"A": {"shape": "T"}}}
        with self.assertRaisesRegex(ValueError, "outputRoot"):
            emit_operations.route(m, "Do", 0)
        m.operations["Do"]["outputRoot"] = "Result"
        self.assertIn('.root = "Result"', emit_operations.route(m, "Do", 0))


if __name__ == "__main__":
    unittest.main()
