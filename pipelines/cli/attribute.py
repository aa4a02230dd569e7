"""threadmart attribute"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.failure import first_line

if TYPE_CHECKING:
    from pipelines.attribution.models import Choices, Credit, WeighBy
    from pipelines.attribution.paths import Paths


@click.command(short_help="Every attribution model on a path table, with no warehouse.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="PATHS.csv")
@click.option("--models", help="Only these models, with commas between: first_touch,markov_1. Default: all.")
@click.option("--order", type=click.IntRange(1, 4), multiple=True, help="Only these orders of the Markov models. Default: 1 to 4.")
@click.option("--trim", type=click.IntRange(1), metavar="N", help="Keep only the N most recent touches of a path.")
@click.option(
    "--transform",
    "transforms",
    multiple=True,
    metavar="NAME[:CHANNEL]",
    help="Change the paths, after --trim, in the order given: unique, exposure, first, frequency, remove_if_not_all:CHANNEL, "
    "remove_if_last_and_not_all:CHANNEL.",
)
@click.option("--without-nulls", is_flag=True, help="Leave out the journeys that did not convert.")
@click.option(
    "--weigh-by",
    type=click.Choice(["own", "conversions", "value"]),
    default="own",
    show_default=True,
    help="What Markov and shapley_rate share by: conversions by effects on conversions and value by effects on value, or both by one.",
)
@click.option(
    "--direct", multiple=True, metavar="CHANNEL", help="A channel that last_non_direct passes over, in any case. Default: direct."
)
@click.option(
    "--half-life",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    show_default=True,
    metavar="TOUCHES",
    help="Of time_decay, in touches, for a path table knows no times.",
)
@click.option(
    "--position",
    type=(click.FloatRange(0, 1), click.FloatRange(0, 1)),
    default=(0.4, 0.4),
    show_default=True,
    metavar="FIRST LAST",
    help="Shares of the first and the last touch in position.",
)
@click.option("--separator", help="What stands between the channels of a path. Default: found among -> → > | ; ,")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="How to print it.")
def attribute(
    file: Path,
    models: str | None,
    order: tuple[int, ...],
    trim: int | None,
    transforms: tuple[str, ...],
    without_nulls: bool,
    weigh_by: WeighBy,
    direct: tuple[str, ...],
    half_life: float,
    position: tuple[float, float],
    separator: str | None,
    form: str,
) -> None:
    """Attribute the conversions of a path table, with no warehouse at all.

    PATHS.csv (or .gz, .zst) has the columns path, conversions and, where known, value (of all conversions of the path) and nulls
    (journeys that did not convert); the names of ChannelAttribution and fractribution are known too. Column and path separators
    are found. As csv or json: a row per channel and model, removal_effect empty where a model has none.

    \b
    Models, all exact and without chance
      first_touch last_touch last_non_direct linear time_decay position      rules of one path
      linear_unique        equal to each channel of a path: the Shapley value of the sum game
      markov_1 .. markov_4 removal effects in a Markov chain of the last 1 to 4 touches
      shapley_rate         Shapley value of the conversion-rate game, up to 15 channels; can be negative
      leave_one_out        what a path converts less without each touch
    """
    from pipelines.attribution.models import Choices
    from pipelines.attribution.path_file import PathTableError, read_paths
    from pipelines.cli.attribute_output import print_credits

    if sum(position) > 1:
        raise click.UsageError("--position: the two shares are more than 1 together")
    wanted = _wanted(models, order)
    choices = Choices(
        direct_channels=frozenset(channel.lower() for channel in direct or ("direct",)),
        half_life_touches=half_life,
        first_share=position[0],
        last_share=position[1],
        weigh_by=weigh_by,
    )
    try:
        table = read_paths(file, separator)
    except (PathTableError, OSError) as error:
        raise click.ClickException(first_line(error)) from error
    paths = _changed(table.paths, trim, transforms, without_nulls)
    credits = _credits(paths, wanted, choices, is_named=models is not None)
    print_credits(paths, credits, (table.unattributed_conversions, table.unattributed_value), form)


def _wanted(models: str | None, orders: tuple[int, ...]) -> list[str]:
    from pipelines.attribution.models import MARKOV, MODELS

    names = [name.strip() for name in models.split(",")] if models is not None else list(MODELS)
    unknown = [name for name in names if name not in MODELS]
    if unknown:
        raise click.UsageError(f"--models: there is no model {unknown[0]!r}; there are {', '.join(MODELS)}")
    wanted = [name for name in dict.fromkeys(names) if not orders or name not in MARKOV or int(name[-1]) in orders]
    if not wanted:
        raise click.UsageError("--order leaves none of the models of --models")
    return wanted


def _changed(paths: Paths, trim: int | None, transforms: tuple[str, ...], without_nulls: bool) -> Paths:
    from dataclasses import replace

    from pipelines.attribution.transforms import OF_A_CHANNEL, PLAIN, trimmed

    if trim:
        paths = trimmed(paths, trim)
    for told in transforms:
        name, _, channel = told.partition(":")
        if name in PLAIN and not channel:
            paths = PLAIN[name](paths)
        elif name in OF_A_CHANNEL and channel:
            if channel not in paths.channels:
                raise click.UsageError(f"--transform {told}: no path has the channel {channel!r}; there are {', '.join(paths.channels)}")
            paths = OF_A_CHANNEL[name](paths, channel)
        else:
            known = ", ".join([*PLAIN, *(f"{each}:CHANNEL" for each in OF_A_CHANNEL)])
            raise click.UsageError(f"--transform {told}: expected one of {known}")
    return replace(paths, nulls=paths.nulls * 0) if without_nulls else paths


def _credits(paths: Paths, wanted: list[str], choices: Choices, is_named: bool) -> dict[str, Credit]:
    """What each model credits. A model that cannot be solved ends the command where it was asked for by name, else it is left out."""
    from pipelines.attribution.models import credited
    from pipelines.attribution.shapley import TooManyChannels

    found = {}
    for model in wanted:
        try:
            found[model] = credited(paths, model, choices)
        except (TooManyChannels, ValueError) as error:
            if is_named:
                raise click.ClickException(f"{model}: {error}") from error
            click.echo(f"without {model}: {error}", err=True)
    return found
