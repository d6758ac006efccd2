# SPDX-License-Identifier: Apache-2.0
"""Sources: the description of each shape, as constants that need no code at start."""

from generator import emit_types, names

_KINDS = {
    "string": "String",
    "character": "String",
    "boolean": "Boolean",
    "integer": "Integer",
    "long": "Long",
    "float": "Double",
    "double": "Double",
    "timestamp": "Timestamp",
    "blob": "Blob",
}
_TIMES = {"iso8601": "kIso", "rfc822": "kHttp", "unixTimestamp": "kEpoch"}
_PLACES = {"header": "kHeader", "headers": "kHeaderPrefix", "querystring": "kQuery", "uri": "kUri", "statusCode": "kStatus"}


def limits_of(model, name):
    """The fields of a Limits, or none. S3 does not hold requests against its model."""
    shape = model.all_shapes[name]
    if model.service.protocol != "json":
        return []
    fields = []
    for key in ("min", "max"):
        if key in shape and not (key == "max" and shape[key] >= 2147483647):
            if shape[key] != int(shape[key]):
                raise ValueError(f"{name}: a limit of {shape[key]}; Limits holds whole numbers")
            fields.append(f".{key} = {int(shape[key])}")
    if "pattern" in shape:
        fields.append(f".pattern = {names.literal(shape['pattern'])}")
    if "enum" in shape:
        fields.append(f".values = k{names.struct(name)}Values")
    return fields


def is_described(model, name):
    """Whether the shape has a description of its own; the others share those of the plain scalars."""
    kind = model.all_shapes[name]["type"]
    return name not in model.service.custom and (kind in ("structure", "list", "map") or bool(limits_of(model, name)))


def reference(model, name):
    if name in model.service.custom:
        return f"&{model.service.custom[name].shape}"
    if is_described(model, name):
        return f"&k{names.struct(name)}"
    return f"&kAny{_KINDS[model.all_shapes[name]['type']]}"


def _place(model, owner, member, ref):
    shape = model.all_shapes[owner]
    if shape.get("payload") == member:
        return "kPayload"
    return _PLACES.get(ref.get("location"), "kBody")


def _wire_name(model, member, ref):
    if model.service.protocol == "json":
        return member
    return ref.get("locationName", member)


def member_entry(model, owner, member, ref):
    place = _place(model, owner, member, ref)
    cpp_type = emit_types.cpp_type(model, ref["shape"])
    required = emit_types.is_required(model, owner, member)
    target = model.all_shapes[ref["shape"]]
    entry = (
        f"{'needed' if required else f'maybe<{cpp_type}>'}({names.literal(_wire_name(model, member, ref))}, "
        f"offsetof({names.struct(owner)}, {names.snake(member)}), {reference(model, ref['shape'])})"
    )
    if place != "kBody":
        entry += f".in(Place::{place})"
    time = ref.get("timestampFormat") or target.get("timestampFormat")
    if time:
        entry += f".as(TimeFormat::{_TIMES[time]})"
    if model.service.protocol != "json" and (ref.get("flattened") or target.get("flattened")):
        entry += ".flat()"
    if ref.get("xmlAttribute"):
        entry += ".xml_attribute()"
    uri = ref.get("xmlNamespace") or target.get("xmlNamespace")
    if uri and place == "kBody":
        entry += f".with_namespace({names.literal(uri['uri'] if isinstance(uri, dict) else uri)})"
    return f"    {entry},"


def _structure(model, name, members):
    cpp = names.struct(name)
    lines = []
    held = f".members = k{cpp}Members"
    if members:
        lines.append(f"constexpr Member k{cpp}Members[] = {{")
        lines.extend(member_entry(model, name, *member) for member in members)
        lines.append("};")
    else:
        held = ".members = {}"
    lines.append(f"extern constinit const Shape k{cpp}{{.kind = Kind::kStructure, .name = {names.literal(name)}, {held}}};")
    return lines


def _limits(model, name):
    fields = limits_of(model, name)
    lines = []
    if not fields:
        return lines, ""
    cpp = names.struct(name)
    shape = model.all_shapes[name]
    if "enum" in shape:
        values = ", ".join(names.literal(value) for value in shape["enum"])
        lines.append(f"constexpr std::string_view k{cpp}Values[] = {{{values}}};")
    lines.append(f"constexpr Limits k{cpp}Limits{{{', '.join(fields)}}};")
    return lines, f", .limits = &k{cpp}Limits"


def describe(model, name, members=None):
    """The lines that describe one shape."""
    shape = model.all_shapes[name]
    if shape["type"] == "structure":
        return _structure(model, name, emit_types.held_members(model, name) if members is None else members)
    lines, limits = _limits(model, name)
    cpp = names.struct(name)
    if shape["type"] == "list":
        element = shape["member"]
        ops = f"kListOf<{emit_types.cpp_type(model, element['shape'])}>"
        xml = ""
        if model.service.protocol != "json":
            xml = f", .element_name = {names.literal(element.get('locationName', 'member'))}"
        lines.append(
            f"extern constinit const Shape k{cpp}{{.kind = Kind::kList, .name = {names.literal(name)}, "
            f".element = {reference(model, element['shape'])}, .list = &{ops}{limits}{xml}}};"
        )
    elif shape["type"] == "map":
        ops = f"kMapOf<{emit_types.cpp_type(model, shape['value']['shape'])}>"
        lines.append(
            f"extern constinit const Shape k{cpp}{{.kind = Kind::kMap, .name = {names.literal(name)}, "
            f".element = {reference(model, shape['value']['shape'])}, .key = {reference(model, shape['key']['shape'])}, "
            f".map = &{ops}{limits}}};"
        )
    else:
        lines.append(
            f"extern constinit const Shape k{cpp}{{.kind = Kind::k{_KINDS[shape['type']]}, .name = {names.literal(name)}{limits}}};"
        )
    return lines


def _foreign(model, family, described):
    """The shapes of other families that these refer to."""
    used = set()
    for name in described:
        used.update(below for below in model._below(name) if is_described(model, below) and model.family_of(below) != family)
    return sorted(used)


def _named_before(model, described):
    """Shapes that another one refers to before they are described: those that hold themselves."""
    seen, found = set(), set()
    for name in described:
        seen.add(name)
        found.update(below for below in model._below(name) if below in described and below not in seen)
    return sorted(found)


def source(model, family, opening):
    service = model.service
    described = [name for name in model.reached(family) if is_described(model, name)]
    errors = emit_types.error_members(model) if family == "common" else []
    parts = [opening, f'#include "{service.folder}/{family}.h"\n', "#include <cstddef>\n"]
    parts.append("// Members are found by their offsets; the structs have no virtual bases, so every compiler here knows them.")
    parts.append('#pragma GCC diagnostic ignored "-Winvalid-offsetof"\n')
    parts.append(f"namespace caudal::aws::{service.name} {{\nnamespace shapes {{\n")
    parts.extend(f"extern const Shape k{names.struct(name)};" for name in _foreign(model, family, described))
    parts.extend(f"extern const Shape k{names.struct(name)};" for name in _named_before(model, described))
    parts.append("")
    for name in described:
        parts.extend(describe(model, name))
    for name, members in errors:
        parts.extend(describe(model, name, members))
    parts.append("\n}  // namespace shapes")
    parts.append(f"}}  // namespace caudal::aws::{service.name}\n")
    parts.append("namespace caudal::aws {")
    for name in [n for n in described if model.all_shapes[n]["type"] == "structure"] + [n for n, _ in errors]:
        cpp = names.struct(name)
        parts.append(
            f"template <>\nconst Shape& shape_of<{service.name}::{cpp}>() {{\n  return {service.name}::shapes::k{cpp};\n}}"
        )
    parts.append("}  // namespace caudal::aws")
    return "\n".join(parts) + "\n"
