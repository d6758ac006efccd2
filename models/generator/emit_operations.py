# SPDX-License-Identifier: Apache-2.0
"""The operations of a service: a typed constant for each that is generated, and a table of all there are."""

import re

from generator import names

# Of several operations with one method and path, those told apart by a header.
_TELLING_HEADERS = ("x-amz-copy-source",)


def types_of(model, name):
    operation = model.operations[name]
    return tuple(
        names.struct(operation[key]["shape"]) if key in operation else f"No{key.title()}" for key in ("input", "output")
    )


def wanted(model):
    return sorted(name for group in model.families.values() for name in group)


def header(model, opening):
    service = model.service
    kind = "Json" if service.protocol == "json" else "Rest"
    parts = [opening, "#pragma once\n", f'#include "aws/{"json/json_service.h" if kind == "Json" else "rest/rest_service.h"}"\n']
    if kind == "Json":
        parts.insert(2, "#include <string>\n")
    parts.append(f"namespace caudal::aws::{service.name} {{\n")
    forward = sorted({kind_ for name in wanted(model) for kind_ in types_of(model, name) if kind_ not in ("NoInput", "NoOutput")})
    parts.extend(f"struct {name};" for name in forward)
    parts.append(f"\n// Every operation of the service, offered or not.\nconst {kind}Service& service();\n")
    parts.append("namespace operations {")
    for index, name in enumerate(wanted(model)):
        input_type, output_type = types_of(model, name)
        parts.append(
            f"inline constexpr {kind}Operation<{input_type}, {output_type}> k{name}{{.index = {index}, .name = {names.literal(name)}}};"
        )
    parts.append("}  // namespace operations\n")
    if kind == "Json":
        parts.append("// The errors that the model names, with the message that goes with them.")
        parts.append("namespace errors {")
        for name in model.errors:
            parts.append(f"ServiceError {names.snake(name)}(std::string message);")
        parts.append("}  // namespace errors\n")
    parts.append(f"}}  // namespace caudal::aws::{service.name}")
    return "\n".join(parts) + "\n"


def _json_source(model):
    service = model.service
    parts = []
    offered, not_offered = wanted(model), model.not_offered
    parts.append("constexpr std::string_view kOffered[] = {")
    parts.extend(f"    {names.literal(name)}," for name in offered)
    parts.append("};\nconstexpr std::string_view kNotOffered[] = {")
    parts.extend(f"    {names.literal(name)}," for name in not_offered)
    parts.append('    "",  // so that there is always one\n};')
    metadata = model.metadata
    parts.append("constexpr JsonService kService{")
    parts.append(f"    .name = {names.literal(metadata.get('signingName', metadata['endpointPrefix']))},")
    parts.append(f"    .target_prefix = {names.literal(metadata['targetPrefix'])},")
    parts.append(f"    .content_type = {names.literal('application/x-amz-json-' + metadata['jsonVersion'])},")
    parts.append(f"    .words = JsonWords::{service.words},")
    parts.append("    .offered = kOffered,\n    .not_offered = {kNotOffered, std::size(kNotOffered) - 1}};")
    return parts


def _json_errors(model):
    parts = ["namespace errors {"]
    for name in model.errors:
        status = model.all_shapes[name].get("error", {}).get("httpStatusCode", 500 if model.all_shapes[name].get("fault") else 400)
        parts.append(
            f"ServiceError {names.snake(name)}(std::string message) {{\n"
            f"  return {{.code = {names.literal(name)}, .status = {status}, .message = std::move(message)}};\n}}"
        )
    parts.append("}  // namespace errors")
    return parts


def _discriminators(model, name):
    """[(kind, name, value, whether it tells alone)] by which a request is known among those of its method and path."""
    operation = model.operations[name]
    found = []
    _, _, query = operation["http"]["requestUri"].partition("?")
    for part in filter(None, query.split("&")):
        key, _, value = part.partition("=")
        found.append(("kQuery", key, value, key != "select-type"))
    if "input" in operation:
        for member, ref in model.members(operation["input"]["shape"]):
            if member not in model.all_shapes[operation["input"]["shape"]].get("required", []):
                continue
            if ref.get("location") == "querystring":
                found.append(("kQuery", ref["locationName"], "", not query))
            elif ref.get("locationName") in _TELLING_HEADERS:
                found.append(("kHeader", ref["locationName"], "", False))
    return found


def _level(uri):
    path = uri.partition("?")[0]
    levels = {"/": "kService", "/{Bucket}": "kBucket", "/{Bucket}/{Key+}": "kObject"}
    return levels[path]


def _payload(model, shape_name):
    """(how the body comes, the name of its root element)."""
    if shape_name is None:
        return "kNone", ""
    shape = model.all_shapes[shape_name]
    if "payload" not in shape:
        body = any("location" not in ref for _, ref in model.members(shape_name))
        return ("kXml", "") if body else ("kNone", "")
    ref = shape["members"][shape["payload"]]
    target = model.all_shapes[ref["shape"]]
    if target["type"] == "structure":
        return "kXml", ref.get("locationName", shape["payload"])
    if ref.get("streaming") or target.get("streaming"):
        return "kStream", ""
    return "kText", ""


def route(model, name, index):
    """One line of the table of routes."""
    operation = model.operations[name]
    http = operation["http"]
    fields = [
        f".name = {names.literal(name)}",
        f".index = {index if index is not None else 'kNotOffered'}",
        f".method = {names.literal(http['method'])}",
        f".level = Level::{_level(http['requestUri'])}",
    ]
    discriminators = _discriminators(model, name)
    if discriminators:
        fields.append(f".discriminators = k{name}Tells")
    if index is None:
        return "    {" + ", ".join(fields) + "},"
    input_name = operation.get("input", {}).get("shape")
    output_name = operation.get("output", {}).get("shape")
    fields.append(f".status = {http.get('responseCode', 200)}")
    if input_name:
        fields.append(f".input = &shapes::k{names.struct(input_name)}")
    if output_name:
        fields.append(f".output = &shapes::k{names.struct(output_name)}")
    body, _ = _payload(model, input_name)
    fields.append(f".request_body = Body::{body}")
    body, root = _payload(model, output_name)
    fields.append(f".response_body = Body::{body}")
    if body == "kXml":
        root = operation.get("outputRoot", root)
        if not root:
            raise ValueError(f"{name}: the patch must name the root element of the answer (outputRoot)")
        fields.append(f".root = {names.literal(root)}")
    if operation.get("outputUnwrapped"):
        fields.append(".unwrapped = true")
    return "    {" + ", ".join(fields) + "},"


def _rest_source(model):
    offered = wanted(model)
    parts = ["namespace shapes {"]
    used = {model.operations[name][key]["shape"] for name in offered for key in ("input", "output") if key in model.operations[name]}
    parts.extend(f"extern const Shape k{names.struct(name)};" for name in sorted(used))
    parts.append("}  // namespace shapes\n\nnamespace {\n")
    everything = sorted(offered + model.not_offered)
    for name in everything:
        tells = _discriminators(model, name)
        if tells:
            entries = ", ".join(f"{{Tell::{kind}, {names.literal(key)}, {names.literal(value)}, {str(alone).lower()}}}" for kind, key, value, alone in tells)
            parts.append(f"constexpr Discriminator k{name}Tells[] = {{{entries}}};")
    parts.append("const RestRoute kRoutes[] = {")
    parts.extend(route(model, name, offered.index(name) if name in offered else None) for name in everything)
    parts.append("};")
    metadata = model.metadata
    uri = next(
        shape["xmlNamespace"]["uri"] if isinstance(shape["xmlNamespace"], dict) else shape["xmlNamespace"]
        for shape in (
            ref
            for shape in model.all_shapes.values()
            for ref in shape.get("members", {}).values()
            if "xmlNamespace" in ref
        )
        if re.search("s3.amazonaws.com/doc", str(shape["xmlNamespace"]))
    )
    parts.append("constexpr RestService kService{")
    parts.append(f"    .name = {names.literal(metadata['endpointPrefix'])}, .xml_namespace = {names.literal(uri)}, .routes = kRoutes}};")
    return parts


def source(model, opening):
    service = model.service
    json = service.protocol == "json"
    parts = [opening, f'#include "{service.folder}/operations.h"\n']
    parts.append("#include <iterator>\n#include <utility>\n" if json else "")
    parts.append(f"namespace caudal::aws::{service.name} {{")
    if json:
        parts.append("namespace {\n")
        parts.extend(_json_source(model))
    else:
        parts.extend(_rest_source(model))
    parts.append("\n}  // namespace\n")
    kind = "Json" if json else "Rest"
    parts.append(f"const {kind}Service& service() {{ return kService; }}\n")
    if json:
        parts.extend(_json_errors(model))
    parts.append(f"\n}}  // namespace caudal::aws::{service.name}")
    return "\n".join(parts) + "\n"
