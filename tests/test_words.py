"""The repository's promises about its words: what README, pages and help say is what there is."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipelines.cli import main
from pipelines.home import Home
from pipelines.sources.config import parse_shops
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import SOURCE_NAMES
from tests.benchmarks.run import rewritten
from tests.repository import ROOT, files, name_of, text, tracked
from warehouse.connection import open_warehouse

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/adding-a-source.md",
    "docs/attribution-reports.md",
    "docs/attribution-settings.md",
    "docs/benchmarks.md",
    "docs/coming-from.md",
    "docs/decisions.md",
    "docs/formats.md",
    "docs/interest.md",
    "docs/intents.md",
    "docs/quarantine.md",
    "docs/receiver.md",
)


def commands(command: click.Command | None = main, words: str = "") -> dict[str, click.Command]:
    """Every command of `threadmart` by its words."""
    assert command, words
    if not isinstance(command, click.Group):
        return {words: command}
    context = click.Context(command)
    inner = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return {key: each for name, child in inner.items() for key, each in commands(child, f"{words} {name}".strip()).items()}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))


def code(page: str) -> str:
    """The shell blocks and the inline code of a page."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", text(page))])


def test_make_help_lists_every_target() -> None:
    phony = re.findall(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)[0].split()
    shown = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in shown.splitlines() if len(line.split()) > 2} == targets() == set(phony)


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_each_command_explains_itself(name: str) -> None:
    for words, command in commands(main.get_command(click.Context(main), name), name).items():
        assert command.help
        assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []
        assert f"`threadmart {words}" in text("README.md")


@pytest.mark.parametrize("page", PAGES)
def test_each_command_a_page_tells_exists(page: str) -> None:
    assert set(re.findall(r"\bmake ([a-z]+)", code(page))) <= targets()
    assert set(re.findall(r"\bthreadmart ([a-z]+)", code(page))) <= {name.split()[0] for name in commands()}


@pytest.mark.parametrize("page", PAGES)
def test_each_option_a_page_tells_exists(page: str) -> None:
    for name, options in re.findall(r"\bthreadmart ([a-z]+)([^\n|&]*)", code(page)):
        meant = [command for words, command in commands().items() if words.split()[0] == name]
        known = {option for command in meant for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", options)) <= known, name


def test_each_link_leads_somewhere() -> None:
    for page in files(".md"):
        links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == [], name_of(page)


def test_the_readme_s_own_data_loads(tmp_path: Path, home: Path) -> None:
    """What is copied from the page is taken in whole, by the shop it declares."""
    shops, deliveries = tmp_path / "shops.toml", tmp_path / "deliveries.jsonl"
    for kind, file in (("toml", shops), ("json", deliveries)):
        [block] = re.findall(rf"^```{kind}\n(.*?)^```", text("README.md"), re.MULTILINE | re.DOTALL)
        file.write_text(block, encoding="utf-8")
    [shop] = parse_shops(shops.read_text(encoding="utf-8"))
    done = CliRunner().invoke(main, ["ingest", str(shops), str(deliveries), "--json"])
    told = json.loads(done.stdout)
    assert {Path(file["path"]).name: (file["source"], file["loaded"]) for file in told["files"]} == {
        "shops.toml": ("config", 1),
        "deliveries.jsonl": ("messenger+shopify", 2),
    }
    assert told["totals"]["records"] == 3
    with open_warehouse(Home(home).warehouse) as con:
        told_by = con.execute("select distinct shop_id from raw.message_event union select distinct shop_id from raw.order_line").fetchall()
    assert told_by == [(shop.id,)]


def test_the_readme_tells_every_source() -> None:
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| [^|]+ \| [^|]+ \|$", text("README.md"), re.MULTILINE)
    assert tuple(rows) == SOURCE_NAMES


def test_the_map_of_folders_is_the_tree() -> None:
    block = re.search(r"^## Map of the folders\n+```\n(.*?)^```", text("README.md"), re.MULTILINE | re.DOTALL)
    assert block
    mapped: set[str] = set()
    above: list[str] = []
    for line in block[1].splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        above[depth:] = [line.split()[0].rstrip("/")]
        mapped.add("/".join(above))
    assert [name for name in sorted(mapped) if not (ROOT / name).exists()] == []
    assert folders() - mapped == set()


def folders() -> set[str]:
    """The folders a reader meets: all at the top, and the rooms of the three big ones."""
    parts = [path.relative_to(ROOT).parts[:-1] for path in tracked()]
    tops = {each[0] for each in parts if each and not each[0].startswith(".")}
    return tops | {"/".join(each[:2]) for each in parts if len(each) > 1 and each[0] in ("pipelines", "warehouse", "tests")}


def test_the_changelog_keeps_its_format() -> None:
    """https://keepachangelog.com/en/1.1.0/"""
    headings = re.findall(r"^## (.*)$", text("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    released = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})", heading) for heading in headings[1:]]
    assert released
    assert None not in released
    assert [each[2] for each in released if each] == sorted((each[2] for each in released if each), reverse=True)
    assert released[0]
    assert released[0][1] == tomllib.loads(text("pyproject.toml"))["project"]["version"]
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)$", text("CHANGELOG.md"), re.MULTILINE)) <= kinds


def test_each_quarantine_code_has_its_sentence() -> None:
    rows = re.findall(r"^\| `([a-z_]+)` \| (.+) \|$", text("docs/quarantine.md"), re.MULTILINE)
    assert rows == [(reason.value, reason.sentence) for reason in Reason]


def test_a_benchmark_run_finds_its_place_on_the_page() -> None:
    page = rewritten(text("docs/benchmarks.md"), ["| a | b |"])
    assert "| a | b |" in page
    assert rewritten(page, ["| c | d |"]) == page.replace("| a | b |", "| c | d |")
    assert rewritten(page, ["| e | f |"], "receiver").index("| e | f |") > page.index("| a | b |")


def test_the_licence_is_the_one_declared() -> None:
    assert tomllib.loads(text("pyproject.toml"))["project"]["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0, January 2004" in text("LICENSE")


def test_the_readme_shows_a_picture() -> None:
    picture = ROOT / Path("docs/report.png")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "](docs/report.png)" in text("README.md")
