"""A source's wire type, narrowed to what its shape documents: one decode says that a body is as documented, and what it tells.

What no type can tell is looked at when its struct is decoded: text that is kept raw, and numbers of any kind. Where that is not
possible either, the narrowed type takes no value at all; such a body is decoded twice. So is one with an object that nobody reads:
those are seldom told, and each field more makes every struct that lacks it slower.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache, reduce
from operator import attrgetter, or_
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from pipelines.shapes.shape import ANY_KEY, ANYTHING, ITEM, Shape, shape_of, type_of
from pipelines.sources.money import exact_number

_SCALARS: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "boolean": (bool,), "number": (int, float)}
_COMPOUND = frozenset({"object", "array"})
_Nothing = Annotated[int, msgspec.Meta(ge=1, le=0)]
_Check = Callable[[Any], object]  # raises DecodeError for a value that is not as documented


@cache
def documented_reader(source: str, wire: type[msgspec.Struct]) -> Callable[[bytes], Any] | None:
    """Decodes a body of a source to its wire type. Raises msgspec.DecodeError for one that is not as documented, or may not be."""
    shape = shape_of(source)
    return msgspec.json.Decoder(narrowed(wire, shape), float_hook=exact_number).decode if shape else None


@cache
def narrowed(wire: type[msgspec.Struct], shape: Shape) -> type[msgspec.Struct]:
    """A wire type that takes only documented fields of their documented types."""
    members: list[tuple[Any, ...]] = []
    names = {}
    checks: list[tuple[str, _Check, Any]] = []
    told = {field.encode_name: field for field in msgspec.structs.fields(wire)}
    for field in told.values():
        known = shape.fields.get(field.encode_name)
        default = () if known is not None and known.is_required else (field.default,)
        members.append((field.name, _Nothing if known is None else _narrow(field.type, known), *default))
        names[field.name] = field.encode_name
        if known is not None and (check := _check(field.type, known)):
            checks.append((field.name, check, field.default))
    for number, (name, known) in enumerate(shape.fields.items()):
        if name not in told and name != ITEM and (known.is_required or known.kinds.isdisjoint(_COMPOUND)):
            members.append((f"other_{number}", type_of(known), *(() if known.is_required else (None,))))
            names[f"other_{number}"] = name
    own = {"__post_init__": _checked(checks)} if checks else {}
    return msgspec.defstruct(
        wire.__name__, members, bases=(wire,), namespace=own, kw_only=True, forbid_unknown_fields=True, rename=names, gc=False
    )


def _check(wire: Any, shape: Shape) -> _Check | None:
    """Looks at a value whose type in the narrowed struct is wider than its shape; None where the type tells all."""
    if wire is msgspec.Raw and (told := type_of(shape)) is not Any:
        return msgspec.json.Decoder(told | None).decode
    if wire is Any and _is_number(shape):
        kinds = {NoneType, Decimal, *(scalar for kind in shape.kinds for scalar in _SCALARS.get(kind, ()))}

        def check(value: Any) -> None:
            if type(value) not in kinds:
                raise msgspec.ValidationError

        return check
    return None


def _checked(checks: list[tuple[str, _Check, Any]]) -> Callable[[msgspec.Struct], None]:
    """Looks at the fields that are told. Most structs tell none of them, which one comparison says."""
    told = attrgetter(*(name for name, _, _ in checks))  # the values of several, or the value of one
    untold = told(SimpleNamespace(**{name: default for name, _, default in checks}))

    def look(struct: msgspec.Struct) -> None:
        if told(struct) != untold:
            for name, check, default in checks:
                value = getattr(struct, name)
                if value is not default:
                    check(value)

    return look


def _is_number(shape: Shape) -> bool:
    return "number" in shape.kinds and shape.kinds <= {*_SCALARS, "null"}


def _narrow(wire: Any, shape: Shape) -> Any:
    if _check(wire, shape) is not None or ANYTHING in shape.kinds or not shape.kinds:
        return wire
    choices = get_args(wire) if get_origin(wire) in (Union, UnionType) else (wire,)
    taken = [each for choice in choices if choice is not NoneType for each in _taken(choice, shape)]
    return reduce(or_, taken, None) if NoneType in choices or Any in choices else reduce(or_, taken or [_Nothing])


def _taken(wire: Any, shape: Shape) -> list[Any]:
    """What of one choice of a wire type is documented."""
    scalars = {scalar for kind in shape.kinds for scalar in _SCALARS.get(kind, ())}
    if wire is Any:
        return sorted(scalars, key=repr) if shape.kinds <= {"string", "integer", "boolean", "null"} else [_Nothing]
    if get_origin(wire) is list:
        [item] = get_args(wire)
        narrow = _narrow(item, shape.fields[ITEM]) if ITEM in shape.fields else item
        return [list[narrow]] if "array" in shape.kinds else []  # type: ignore[valid-type]
    if isinstance(wire, type) and issubclass(wire, msgspec.Struct):
        return [narrowed(wire, shape)] if "object" in shape.kinds and ANY_KEY not in shape.fields else []
    return [wire] if wire in scalars else []
