"""TOML texts that people write: settings and mappings."""

from __future__ import annotations

import re
import tomllib
from typing import Any

# Of a key `a.a.a...` the library keeps each begin: 100,000 dots take 20 GB. Also found in text values, which need no 8 dots either.
_DEEP_KEY = re.compile(r"""(?:\.[ \t]*+(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+){8}""")


class TomlError(ValueError):
    """A text that is no TOML, or nests deeper than it can be read."""


def decoded_toml(text: str) -> dict[str, Any]:
    """What a TOML text says. Raises TomlError."""
    if _DEEP_KEY.search(text):
        raise TomlError("nested too deeply")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TomlError("nested too deeply") from None
    except ValueError as error:  # also of an integer with thousands of digits
        raise TomlError(str(error)) from error
