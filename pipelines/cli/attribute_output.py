"""How credits of a path table are printed: a table of channels and models for people, long rows for machines."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click

from pipelines.attribution.models import Credit
from pipelines.attribution.paths import Paths
from pipelines.cli.output import print_json

UNATTRIBUTED = "unattributed"
_COLUMNS = ("channel", "model", "conversions", "value", "removal_effect")
_LINE_WIDTH = 120
_LONGEST_NAME = 40


def print_credits(paths: Paths, credits: Mapping[str, Credit], unattributed: tuple[float, float], form: str) -> None:
    """`unattributed` are the (conversions, value) of paths without a channel; they have a row of their own where there are any."""
    rows = list(_long(paths, credits, unattributed))
    if form == "json":
        print_json([dict(zip(_COLUMNS, row, strict=True)) for row in rows])
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([_COLUMNS, *rows])
    else:
        _print_blocks(rows, list(credits))


def _long(paths: Paths, credits: Mapping[str, Credit], unattributed: tuple[float, float]) -> Iterator[tuple[Any, ...]]:
    for model, credit in credits.items():
        effects = credit.removal_effect.tolist() if credit.removal_effect is not None else [None] * len(paths.channels)
        for channel, *numbers in zip(paths.channels, credit.conversions.tolist(), credit.value.tolist(), effects, strict=True):
            yield channel, model, *numbers
        if any(unattributed):
            yield UNATTRIBUTED, model, *unattributed, None


def _print_blocks(rows: Sequence[tuple[Any, ...]], models: Sequence[str]) -> None:
    """Conversions, then value where there is any: channels in lines, the most credited by the first model on top, models in columns."""
    channels = sorted({row[0] for row in rows}, key=_rank(rows, models[0]))
    for title, column in (("Conversions", 2), ("Value", 3)):
        number = {(row[0], row[1]): row[column] for row in rows}
        if column == 3 and not any(number.values()):
            continue
        body = {_short(channel): [f"{number[channel, model]:,.2f}" for model in models] for channel in channels}
        body["total"] = [f"{sum(number[channel, model] for channel in channels):,.2f}" for model in models]
        _print_block(title, body, models)


def _rank(rows: Sequence[tuple[Any, ...]], model: str) -> Callable[[str], tuple[bool, float, str]]:
    credited = {row[0]: row[2] for row in rows if row[1] == model}
    return lambda channel: (channel == UNATTRIBUTED, -credited[channel], channel)


def _print_block(title: str, body: Mapping[str, Sequence[str]], models: Sequence[str]) -> None:
    """One block, in parts of so many models as a line holds."""
    name_width = max(len(title), *map(len, body))
    widths = [max(len(model), *(len(cells[place]) for cells in body.values())) for place, model in enumerate(models)]
    begin = 0
    while begin < len(models):
        end, width = begin + 1, name_width + 2 + widths[begin]
        while end < len(models) and width + 2 + widths[end] <= _LINE_WIDTH:
            width += 2 + widths[end]
            end += 1
        click.echo("  ".join([title.ljust(name_width), *(models[place].rjust(widths[place]) for place in range(begin, end))]))
        click.echo("  ".join(["─" * name_width, *("─" * widths[place] for place in range(begin, end))]))
        for name, cells in body.items():
            click.echo("  ".join([name.ljust(name_width), *(cells[place].rjust(widths[place]) for place in range(begin, end))]))
        click.echo()
        begin = end


def _short(channel: str) -> str:
    return channel if len(channel) <= _LONGEST_NAME else f"{channel[: _LONGEST_NAME - 1]}…"
