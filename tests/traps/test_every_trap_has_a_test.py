"""The formats name 55 traps; each has a test that names it."""

from __future__ import annotations

import ast
import re

from tests.repository import files, syntax

TRAPS = set(range(1, 56))
_NAME = re.compile(r"trap_(\d\d)(?:_and_(\d\d))?")


def test_every_trap_has_a_test() -> None:
    names = [
        node.name
        for path in files(".py", "tests")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_trap_")
    ]
    named = {int(number) for name in names for found in _NAME.findall(name) for number in found if number}
    assert named - TRAPS == set()
    assert TRAPS - named == set(), "traps without a test"
