"""The documented shape of a source's bodies: which fields there are, and of which JSON types.

A shape file has a field a line: its path, then its types. `[]` is any item of an array, `*` any key of an object whose keys are
data, `!` a field that is always there, `=path` says that the field is like the one at that path, and `. =path` that the body may
be what else stands at that path. Null is always allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

SHAPES = Path(__file__).parent
ANY_KEY, ITEM, ANYTHING, REQUIRED, LIKE = "*", "[]", "any", "!", "="
_FILES = {"messenger": "threads", "instagram": "threads"}  # of sources that share a format
_PLAIN: dict[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool, ANYTHING: Any}


@dataclass(eq=False)
class Shape:
    """A field: its types, and what is known of the fields in it."""

    kinds: set[str] = field(default_factory=set)
    fields: dict[str, Shape] = field(default_factory=dict)
    is_required: bool = False

    def at(self, path: str) -> Shape:
        """The field at a path, made where there is none."""
        here = self
        for name in _names(path):
            here = here.fields.setdefault(name, Shape())
        return here

    def put(self, path: str, like: Shape) -> None:
        """Makes the field at a path the same as another one."""
        if path == ".":
            self.fields = like.fields | self.fields
            return
        *above, name = _names(path)
        self.at(".".join(above)).fields[name] = like


def _names(path: str) -> list[str]:
    return [name for name in path.replace(ITEM, f".{ITEM}").split(".") if name]


def kind_of(value: Any) -> str:
    """The JSON type of a decoded value."""
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", dict: "object", list: "array", type(None): "null"}
    return kinds[type(value)]


def parse_shape(text: str) -> Shape:
    """A shape from the text of its file."""
    root = Shape({"object"})
    for line in text.splitlines():
        if line and not line.startswith("#"):
            path, *kinds = line.split()
            if kinds and kinds[0].startswith(LIKE):
                root.put(path, root.at(kinds[0].removeprefix(LIKE)))
                continue
            told = root.at(path)
            told.is_required = REQUIRED in kinds
            told.kinds.update(kind for kind in kinds if kind != REQUIRED)
    return root


def written(shape: Shape, path: str = "") -> Iterator[str]:
    """The lines of a shape file."""
    for name in sorted(shape.fields):
        told = shape.fields[name]
        here = path + name if name == ITEM else f"{path}.{name}".lstrip(".")
        yield " ".join([here, *sorted(told.kinds), *([REQUIRED] if told.is_required else [])])
        yield from written(told, here)


@cache
def shape_of(source: str) -> Shape | None:
    """The documented shape of a source's bodies, one for all that share a format; None where there is no file of it."""
    return _shape_in(_FILES.get(source, source))


@cache
def _shape_in(name: str) -> Shape | None:
    path = SHAPES / f"{name}.txt"
    return parse_shape(path.read_text(encoding="utf-8")) if path.exists() else None


@cache
def checker_of(source: str) -> msgspec.json.Decoder[Any] | None:
    """A decoder that raises msgspec.ValidationError for a body which is not of the source's shape."""
    shape = shape_of(source)
    return msgspec.json.Decoder(type_of(shape)) if shape else None


@cache
def type_of(shape: Shape) -> Any:
    """The type that takes what a shape documents, and nothing else."""
    if ANYTHING in shape.kinds or not shape.kinds:
        return Any
    told: Any = None
    for kind in sorted(shape.kinds - {"null"}):
        told = told | (_PLAIN.get(kind) or (list[_item(shape)] if kind == "array" else _object(shape)))  # type: ignore[misc]
    return told


def _item(shape: Shape) -> Any:
    return type_of(shape.fields[ITEM]) if ITEM in shape.fields else Any


def _object(shape: Shape) -> Any:
    fields = {name: told for name, told in shape.fields.items() if name != ITEM}
    if ANY_KEY in fields:
        return dict[str, type_of(fields[ANY_KEY])]  # type: ignore[misc]
    names = {f"field_{number}": name for number, name in enumerate(fields)}
    ordered = sorted(names, key=lambda attribute: not fields[names[attribute]].is_required)
    members = [
        (attribute, type_of(fields[names[attribute]]), *(() if fields[names[attribute]].is_required else (None,))) for attribute in ordered
    ]
    return msgspec.defstruct("Known", members, forbid_unknown_fields=True, rename=names, gc=False)
