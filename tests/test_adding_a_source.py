"""Follows docs/adding-a-source.md to the letter, in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.repository import ROOT, text
from warehouse.connection import open_warehouse

PAGE = text("docs/adding-a-source.md")


def block(kind: str) -> str:
    """The one block of a kind on the page."""
    [found] = re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with the page's module and records, before the registry knows of it."""
    for package in ("pipelines", "warehouse", "dashboards"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    [module] = re.findall(r"Save this as `([^`]+)`", PAGE)
    for path, content in ((module, block("python")), ("shops.toml", block("toml")), ("clicks.jsonl", block("json"))):
        (tmp_path / path).write_text(content, encoding="utf-8")
    return tmp_path


def add_the_line(project: Path) -> None:
    [line] = re.findall(r'^    "\w+",$', PAGE, re.MULTILINE)
    registry = project / "pipelines" / "sources" / "registry.py"
    modules, rest = registry.read_text(encoding="utf-8").split("\n)\n", 1)
    assert "_MODULES = (" in modules
    registry.write_text(f"{modules}\n{line}\n)\n{rest}", encoding="utf-8")


def ingested(project: Path, *files: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "pipelines.cli", "ingest", *files, "--json"]
    environment = os.environ | {"PYTHONPATH": str(project), "THREADMART_HOME": str(project / "home")}
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {Path(file["path"]).name: file for file in json.loads(done.stdout)["files"]}


def test_the_page_makes_a_source(project: Path) -> None:
    add_the_line(project)
    told = ingested(project, "shops.toml", "clicks.jsonl")["clicks.jsonl"]
    assert (told["source"], told["records"], told["loaded"]) == ("mailgun", 3, 1)
    assert told["reasons"] == {"missing_field": 1, "unknown_event": 1}
    with open_warehouse(project / "home" / "warehouse.duckdb") as con:
        rows = con.execute("select shop_id, kind, channel, ref, person_key is not null, cast(occurred_at as varchar) from raw.touch")
        assert rows.fetchall() == [("berlin-blumen", "link_referral", "email_link", "spring", True, "2026-03-02 10:29:59.873")]


def test_without_its_line_the_module_is_not_asked(project: Path) -> None:
    told = ingested(project, "clicks.jsonl")["clicks.jsonl"]
    assert told["reasons"] == {"unsupported_source": 3}


def test_the_page_s_module_is_in_the_style_of_the_others(project: Path) -> None:
    module = project / "pipelines" / "sources" / "mailgun.py"
    for check in (("check",), ("format", "--check")):
        ruff = [sys.executable, "-m", "ruff", *check, "--config", str(ROOT / "pyproject.toml"), str(module)]
        done = subprocess.run(ruff, cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
