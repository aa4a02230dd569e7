"""How results are printed: JSON for machines, aligned columns for people, one live line for long work."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import click


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str, indent=1))


def print_columns(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Aligned columns: numbers to the right, text to the left."""
    cells = [["" if value is None else f"{value:,}" if _is_count(value) else str(value) for value in row] for row in rows]
    widths = [max(len(name), *(len(row[place]) for row in cells)) if cells else len(name) for place, name in enumerate(header)]
    numeric = [
        bool(rows) and all(row[place] is None or isinstance(row[place], int | float) for row in rows) for place in range(len(header))
    ]

    def line(values: Sequence[str]) -> str:
        padded = (v.rjust(w) if n else v.ljust(w) for v, w, n in zip(values, widths, numeric, strict=True))
        return "  ".join(padded).rstrip()

    click.echo(line(header))
    click.echo("  ".join("─" * width for width in widths))
    for row in cells:
        click.echo(line(row))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


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
