"""`python -m pipelines.shapes SOURCE FILES...` prints the shape of a source's file with what JSONL or JSON files add to it.

A field of an object with more keys than a format would name is taken for data; look through what it prints before you keep it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from pipelines.shapes.shape import ANY_KEY, ITEM, Shape, kind_of, shape_of, written


def learn(shape: Shape, value: Any) -> None:
    """Adds the fields and types of a decoded value to a shape."""
    kind = kind_of(value)
    if kind != "null":
        shape.kinds.add(kind)
    if isinstance(value, dict):
        for name, told in value.items():
            learn(shape.fields.setdefault(ANY_KEY if ANY_KEY in shape.fields else name, Shape()), told)
    elif isinstance(value, list):
        for item in value:
            learn(shape.fields.setdefault(ITEM, Shape()), item)


def main() -> None:
    source, *paths = sys.argv[1:]
    shape = shape_of(source) or Shape({"object"})
    for path in paths:
        for line in Path(path).read_bytes().splitlines():
            learn(shape, msgspec.json.decode(line))
    sys.stdout.write("".join(f"{line}\n" for line in written(shape)))


if __name__ == "__main__":
    main()
