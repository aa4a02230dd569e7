"""TOML texts that people write: settings and mappings."""

from __future__ import annotations

import tomllib
from typing import Any


class TomlError(ValueError):
    """A text that is no TOML, or nests deeper than it can be read."""


def decoded_toml(text: str) -> dict[str, Any]:
    """What a TOML text says. Raises TomlError."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TomlError("nested too deeply") from None
    except ValueError as error:  # also of an integer with thousands of digits, or a date such as the 31st of June
        raise TomlError(str(error)) from error
