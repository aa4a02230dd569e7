"""How results are printed: JSON for machines, aligned columns for people, one live line for long work."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click

WIDEST = 120  # characters of a line of prose


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str, indent=1))


def print_columns(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Aligned columns: numbers to the right, text to the left."""
    columns = [_cells([row[place] for row in rows]) for place in range(len(header))]
    widths = [max(map(len, (name, *cells))) for name, cells in zip(header, columns, strict=True)]
    numeric = [
        bool(rows) and all(row[place] is None or isinstance(row[place], int | float) for row in rows) for place in range(len(header))
    ]

    def line(values: Sequence[str]) -> str:
        padded = (v.rjust(w) if n else v.ljust(w) for v, w, n in zip(values, widths, numeric, strict=True))
        return "  ".join(padded).rstrip()

    click.echo(line(header))
    click.echo("  ".join("─" * width for width in widths))
    for row in zip(*columns, strict=True):
        click.echo(line(row))


def _cells(values: Sequence[Any]) -> list[str]:
    """The values of one column. Fractions have four digits after the point where all are at most 1, else two."""
    digits = 2 if any(isinstance(value, float) and abs(value) > 1 for value in values) else 4
    return [_cell(value, digits) for value in values]


def _cell(value: Any, digits: int) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.{digits}f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


class Ticker(Protocol):
    """Says what is being done."""

    def __call__(self, text: str) -> None: ...


def counted_records(say: Ticker) -> Callable[[int], None]:
    """A progress that adds up what it is told and shows the sum."""
    records = 0

    def progress(more: int) -> None:
        nonlocal records
        records += more
        say(f"{records:,} records read")

    return progress


@contextmanager
def live_line() -> Iterator[Ticker]:
    """One line on a terminal that is rewritten as work goes on; silent where the output is no terminal."""
    terminal = sys.stderr.isatty()

    def show(text: str) -> None:
        if terminal:
            click.echo(f"\r\x1b[2K{text[:120]}", err=True, nl=False)

    try:
        yield show
    finally:
        if terminal:
            click.echo("\r\x1b[2K", err=True, nl=False)
