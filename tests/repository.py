"""What the tests of the repository's promises ask: its files, what they import and what they call."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the repository, those about to be committed included. Skips outside a git checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return tuple(path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file())


def files(suffix: str, folder: str = "") -> list[Path]:
    """The tracked files with a suffix under a folder: at least one, for a promise about nothing would always hold."""
    found = [path for path in tracked() if path.suffix == suffix and path.is_relative_to(ROOT / folder)]
    assert found, f"no {suffix} file in {folder or 'the repository'}"
    return found


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> set[str]:
    """Dotted names of the modules that a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def packages(folder: str) -> dict[str, set[str]]:
    """File name -> the top-level packages it imports."""
    return {name_of(path): {name.partition(".")[0] for name in imports(path)} for path in files(".py", folder)}


def calls(path: Path) -> set[str]:
    """Dotted names of everything that a file calls."""
    return {ast.unparse(node.func) for node in ast.walk(syntax(path)) if isinstance(node, ast.Call)}
