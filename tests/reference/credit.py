"""Credit told plainly: the thirteen models over the touches of one path, and an order's money shared by them."""

from __future__ import annotations

from typing import Any

PPB = 1_000_000_000
RULES = ("first_touch", "last_touch", "last_non_direct", "linear", "linear_unique", "time_decay", "position")
FITTED = ("markov_1", "markov_2", "markov_3", "markov_4", "shapley_rate")
MODELS = (*RULES, *FITTED, "leave_one_out")
HALF_LIFE_S, FIRST_PPB, LAST_PPB = 604_800, 400_000_000, 400_000_000
Path = list[dict[str, Any]]
"""Rows of attribution.path_touch in their order."""
Credit = dict[str, list[int] | None]
"""Model -> parts per billion of each touch; None where it is not solved."""


def rule_credit(path: Path) -> Credit:
    """By the seven models that look at one path."""
    count, channels = len(path), [touch["channel"] for touch in path]
    others = [place for place, channel in enumerate(channels) if channel != "direct"] or [count - 1]
    ages = [(path[-1]["touched_s"] or 0) - (touch["touched_s"] or 0) for touch in path]
    return {
        "first_touch": [PPB * (place == 0) for place in range(count)],
        "last_touch": [PPB * (place == count - 1) for place in range(count)],
        "last_non_direct": [PPB * (place == others[-1]) for place in range(count)],
        "linear": _rest_to_last([PPB // count] * count),
        "linear_unique": _rest_to_last([PPB // (len(set(channels)) * channels.count(channel)) for channel in channels]),
        "time_decay": _by_weight([decayed(age) for age in ages]),
        "position": _position(count),
    }


def decayed(age_s: int) -> int:
    """2^-(age / half-life) in billionths, by sixteenths of a half-life and two terms of e^-x for the rest."""
    sixteenths, rest_s = divmod(16 * age_s, HALF_LIFE_S)
    if sixteenths >= 512:
        return 0
    rest = rest_s * 693_147_181 // (16 * HALF_LIFE_S)
    return round(PPB * 2 ** (-(sixteenths % 16) / 16)) * (PPB - rest + rest * rest // (2 * PPB)) // (PPB << sixteenths // 16)


def fitted_credit(path: Path, effect: dict[tuple[str, str], int | None], shares: list[int]) -> Credit:
    """By the effects of the path's month: (model, channel) -> billionths, and the leave-one-out shares of the path."""
    channels, count = [touch["channel"] for touch in path], len(path)
    credit: Credit = {"leave_one_out": _rest_to_last(shares)}
    for model in FITTED:
        found = [effect[model, channel] for channel in channels]
        weights = [max(each, 0) for each in found if each is not None]
        whole = sum(max(effect[model, channel] or 0, 0) for channel in set(channels))
        if len(weights) < count:
            credit[model] = None
        elif not whole:
            credit[model] = _rest_to_last([PPB // count] * count)
        else:
            credit[model] = _rest_to_last(
                [PPB * weight // (whole * channels.count(channel)) for weight, channel in zip(weights, channels, strict=True)]
            )
    return credit


def shared(amount: int, credit: list[int]) -> list[int]:
    """The amount by the credit of each touch, rounded towards 0; the last touch takes what is left."""
    sign = -1 if amount < 0 else 1
    shares = [sign * (abs(amount) * ppb // PPB) for ppb in credit]
    return [*shares[:-1], amount - sum(shares[:-1])]


def _position(count: int) -> list[int]:
    if count == 1:
        return [PPB]
    if count == 2:
        return _rest_to_last([PPB * FIRST_PPB // (FIRST_PPB + LAST_PPB)] * 2)
    return _rest_to_last([FIRST_PPB, *[(PPB - FIRST_PPB - LAST_PPB) // (count - 2)] * (count - 1)])


def _by_weight(weights: list[int]) -> list[int]:
    return _rest_to_last([PPB * weight // sum(weights) for weight in weights])


def _rest_to_last(shares: list[int]) -> list[int]:
    return [*shares[:-1], PPB - sum(shares[:-1])]
