# SPDX-License-Identifier: Apache-2.0
"""Headers: one struct for each structure of the model."""

from generator import names

_SCALARS = {
    "string": "std::string",
    "character": "std::string",
    "boolean": "bool",
    "integer": "int32_t",
    "long": "int64_t",
    "float": "double",
    "double": "double",
    "timestamp": "Timestamp",
    "blob": "std::string",
}


def cpp_type(model, name):
    if name in model.service.custom:
        return model.service.custom[name].cpp_type
    shape = model.all_shapes[name]
    kind = shape["type"]
    if kind == "structure":
        return names.struct(name)
    if kind == "list":
        return f"std::vector<{cpp_type(model, shape['member']['shape'])}>"
    if kind == "map":
        return f"Map<{cpp_type(model, shape['value']['shape'])}>"
    return _SCALARS[kind]


def is_stream(model, name, member, reference):
    """Bodies that do not pass through a struct: the door reads and writes them piece by piece."""
    shape = model.all_shapes[name]
    return shape.get("payload") == member and bool(
        reference.get("streaming") or model.all_shapes[reference["shape"]].get("streaming")
    )


def held_members(model, name):
    return [(key, ref) for key, ref in model.members(name) if not is_stream(model, name, key, ref)]


def is_required(model, name, member):
    return member in model.all_shapes[name].get("required", [])


def _member(model, name, member, reference):
    kind = cpp_type(model, reference["shape"])
    field = names.snake(member)
    if not is_required(model, name, member):
        return f"  std::optional<{kind}> {field} = {{}};"
    scalar = {"bool": "false", "int32_t": "0", "int64_t": "0", "double": "0"}.get(kind, "{}")
    return f"  {kind} {field} = {scalar};"


def structures(model, family):
    return [name for name in model.reached(family) if model.all_shapes[name]["type"] == "structure"]


def struct(model, name, cpp_name=None, members=None):
    fields = [_member(model, name, *member) for member in (held_members(model, name) if members is None else members)]
    return "\n".join([f"struct {cpp_name or names.struct(name)} {{", *fields, "};"])


def header(model, family, opening):
    parts = [opening, "#pragma once\n"]
    parts.append("#include <cstdint>\n#include <optional>\n#include <string>\n#include <vector>\n")
    parts.extend(f'#include "{custom.include}"' for custom in model.service.custom.values())
    parts.append('#include "aws/shapes/shape.h"')
    if family != "common":
        parts.append(f'#include "{model.service.folder}/common.h"')
    parts.append(f"\nnamespace caudal::aws::{model.service.name} {{\n")
    described = []
    for name in structures(model, family):
        parts.append(struct(model, name) + "\n")
        described.append(names.struct(name))
    if family == "common":
        for name, members in error_members(model):
            parts.append(f"// Of the error, beside its message.\n{struct(model, name, members=members)}\n")
            described.append(names.struct(name))
    parts.append(f"}}  // namespace caudal::aws::{model.service.name}\n")
    parts.append("namespace caudal::aws {")
    parts.extend(f"template <>\nconst Shape& shape_of<{model.service.name}::{name}>();" for name in described)
    parts.append("}  // namespace caudal::aws")
    return "\n".join(parts) + "\n"


def error_members(model):
    """(error, members) of the errors that say more than a message."""
    from generator.model import is_message

    found = []
    for name in model.errors:
        members = [(key, ref) for key, ref in model.members(name) if not is_message(key)]
        if members and model.service.protocol == "json":
            found.append((name, members))
    return found
