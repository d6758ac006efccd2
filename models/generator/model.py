# SPDX-License-Identifier: Apache-2.0
"""A service model with its patch applied, and what of it the wanted operations reach."""

import hashlib
import json
import pathlib

ENUM = "enum"


class ModelError(Exception):
    pass


def merge(base, patch):
    """`patch` over `base`, in place: objects are merged, null removes, anything else replaces."""
    for key, value in patch.items():
        if value is None:
            base.pop(key, None)
        elif isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = value


def read(path, sha256):
    """The model in `path`, which must be the one that was pinned: generated code follows from exactly one text."""
    text = pathlib.Path(path).read_bytes()
    found = hashlib.sha256(text).hexdigest()
    if found != sha256:
        raise ModelError(f"{path} is another model than the pinned one (sha256 {found}); see models/README.md")
    return json.loads(text)


class Model:
    """shapes: {name: the model's object}, only what is reached. families: {family: [operation]}."""

    def __init__(self, service, document):
        self.service = service
        self.metadata = document["metadata"]
        self.all_shapes = document["shapes"]
        self.operations = document["operations"]
        self.families = service.families
        wanted = [operation for names in self.families.values() for operation in names]
        for name in wanted:
            if name not in self.operations:
                raise ModelError(f"{service.name}: the model has no operation {name}")
        if len(set(wanted)) != len(wanted):
            raise ModelError(f"{service.name}: an operation stands in two families")
        self.not_offered = sorted(set(self.operations) - set(wanted) - set(service.deprecated))
        self.families_of = {}
        for family, names in self.families.items():
            for name in names:
                self._reach(family, [ref["shape"] for ref in self._roots(self.operations[name])])
        self.errors = sorted({ref["shape"] for name in wanted for ref in self.operations[name].get("errors", [])})
        for name in self.errors:
            self._reach("common", [ref["shape"] for key, ref in self.members(name) if not is_message(key)])

    @staticmethod
    def _roots(operation):
        return [operation[key] for key in ("input", "output") if key in operation]

    def _reach(self, family, names):
        stack = list(names)
        while stack:
            name = stack.pop()
            families = self.families_of.setdefault(name, set())
            if family in families:
                continue
            families.add(family)
            if name in self.service.custom:
                continue
            stack.extend(self._below(name))

    def _below(self, name):
        shape = self.all_shapes[name]
        below = [ref["shape"] for _, ref in self.members(name)]
        return below + [shape[key]["shape"] for key in ("member", "key", "value") if key in shape]

    def members(self, name):
        """(wire name in the model, reference) without what the configuration leaves out."""
        shape = self.all_shapes[name]
        return [(key, ref) for key, ref in shape.get("members", {}).items() if key not in self.service.omitted]

    def family_of(self, name):
        """The one family that reaches the shape, or "common"."""
        families = self.families_of[name]
        return next(iter(families)) if len(families) == 1 else "common"

    def reached(self, family):
        """The shapes of a family, each after those that it holds."""
        order, done = [], set()

        def visit(name, above):
            if name in done or name in self.service.custom:
                return
            if name in above:
                between = above[above.index(name) :]
                if any(self.all_shapes[step]["type"] == "list" for step in between):
                    return  # a vector of what is not complete yet is fine
                raise ModelError(f"{self.service.name}: shape {name} holds itself; give it a type in the configuration")
            for below in self._below(name):
                visit(below, [*above, name])
            done.add(name)
            if self.family_of(name) == family:
                order.append(name)

        for name in sorted(self.families_of):
            visit(name, [])
        return order


def is_message(member):
    return member.lower() == "message"
