"""Help pages at the width of a plain terminal."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from pipelines.cli import COMMANDS, main
from pipelines.cli.quarantine import quarantine


@pytest.mark.parametrize("group", [main, quarantine], ids=["threadmart", "quarantine"])
def test_each_command_is_told_in_a_whole_sentence(group: click.Group) -> None:
    told = CliRunner().invoke(group, ["--help"], env={"COLUMNS": "80"}, terminal_width=80).output
    lines = told.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == group.list_commands(click.Context(group))
    assert [line for line in lines if not line.endswith(".") or line.endswith("..")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_of_help_is_cut(name: str) -> None:
    told = CliRunner().invoke(main, [name, "--help"], terminal_width=80).output
    body = told.splitlines()[1:]  # the line of usage ends in dots where an argument may be repeated
    assert [line for line in body if line.rstrip().endswith(("...", "…"))] == []
