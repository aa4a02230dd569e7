"""The thirteen models by name: what each credits to every channel of a path table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from pipelines.attribution import leave_one_out, rules
from pipelines.attribution.effects import Effects, shared
from pipelines.attribution.paths import Floats, Paths

MARKOV = ("markov_1", "markov_2", "markov_3", "markov_4")
MODELS = (
    *("first_touch", "last_touch", "last_non_direct", "linear", "linear_unique", "time_decay", "position"),
    *MARKOV,
    *("shapley_rate", "leave_one_out"),
)
WeighBy = Literal["own", "conversions", "value"]


@dataclass(frozen=True)
class Choices:
    """What models may be told. Direct channels are known by their names in lower case; a half-life is a number of touches.

    By `own`, a fitted model shares conversions by its effects on conversions and value by its effects on value, else both by one.
    """

    direct_channels: frozenset[str] = frozenset({"direct"})
    half_life_touches: float = 1.0
    first_share: float = 0.4
    last_share: float = 0.4
    weigh_by: WeighBy = "own"


@dataclass(frozen=True, eq=False)
class Credit:
    """Per channel: conversions and value, which add up to those of the table, and the removal effect where the model has one."""

    conversions: Floats
    value: Floats
    removal_effect: Floats | None = None


def credited(paths: Paths, model: str, choices: Choices) -> Credit:
    """What a model of MODELS credits. Raises `shapley.TooManyChannels` for shapley_rate above 15 channels."""
    if model in MARKOV:
        from pipelines.attribution import markov  # scipy, which the other models need not wait for

        effects = markov.removal_effects(paths, int(model[-1]))
        credit = _by_effects(paths, effects, choices)
        return Credit(credit.conversions, credit.value, effects.value if choices.weigh_by == "value" else effects.conversions)
    if model == "shapley_rate":
        from pipelines.attribution import shapley

        return _by_effects(paths, shapley.rate_game(paths), choices)
    return Credit(*paths.credit(_shares(model, choices)(paths)))


def _by_effects(paths: Paths, effects: Effects, choices: Choices) -> Credit:
    on_conversions = effects.value if choices.weigh_by == "value" else effects.conversions
    on_value = effects.conversions if choices.weigh_by == "conversions" else effects.value
    return Credit(shared(paths.conversions.sum(), on_conversions), shared(paths.value.sum(), on_value))


def _shares(model: str, choices: Choices) -> Callable[[Paths], Floats]:
    named: dict[str, Callable[[Paths], Floats]] = {
        "first_touch": rules.first_touch,
        "last_touch": rules.last_touch,
        "last_non_direct": partial(_last_non_direct, direct_channels=choices.direct_channels),
        "linear": rules.linear,
        "linear_unique": rules.linear_unique,
        "time_decay": partial(rules.time_decay, half_life_touches=choices.half_life_touches),
        "position": partial(rules.position, first_share=choices.first_share, last_share=choices.last_share),
        "leave_one_out": leave_one_out.shares,
    }
    return named[model]


def _last_non_direct(paths: Paths, direct_channels: frozenset[str]) -> Floats:
    return rules.last_non_direct(paths, {channel for channel in paths.channels if channel.lower() in direct_channels})
