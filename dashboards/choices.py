"""Every model beside every other, window by window: what each credits the channels and ads of a month with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboards import format as fmt
from dashboards.model_words import APART, LEVELS, MODELS, OWN_WINDOW, WINDOWS, Words, others
from dashboards.months import Choice
from dashboards.suppression import FLOOR

TOP_ADS = 8


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """Orders credited, by MODELS; the fewest and the most over them, and linear's 95 % interval."""

    name: Words
    credited: tuple[str, ...]
    range: str
    interval: str


@dataclass(frozen=True, slots=True)
class WindowTable:
    window: str
    name: Words
    levels: tuple[tuple[Words, tuple[ChoiceRow, ...]], ...]


def window_tables(choices: Sequence[Choice]) -> tuple[WindowTable, ...]:
    """A table per window, the presets first; windows in which no touch was credited are left out."""
    named = dict.fromkeys([*WINDOWS, *(choice.window for choice in choices)])
    return tuple(_window_table(window, own) for window in named if _has_credit(own := [row for row in choices if row.window == window]))


def _has_credit(choices: Iterable[Choice]) -> bool:
    return any(choice.level_id != "unattributed" for choice in choices)


def _window_table(window: str, choices: Sequence[Choice]) -> WindowTable:
    levels = ((words, _rows([choice for choice in choices if choice.level == level])) for level, words in LEVELS.items())
    return WindowTable(window, WINDOWS.get(window, OWN_WINDOW), tuple((words, rows) for words, rows in levels if rows))


def _rows(choices: Sequence[Choice]) -> tuple[ChoiceRow, ...]:
    """The most credited first, the rest of the ads as one row, and what is no channel or ad last."""
    known = [choice for choice in choices if choice.level_id not in APART]
    apart = [choice for level_id in APART for choice in choices if choice.level_id == level_id]
    top = len(known) if known and known[0].level == "channel" else TOP_ADS
    rest = [_row(others(len(known) - top), known[top:])] if known[top:] else []
    return (
        *(_row(Words(choice.name, choice.name), [choice]) for choice in known[:top]),
        *rest,
        *(_row(APART[choice.level_id], [choice]) for choice in apart),
    )


def _row(name: Words, choices: Sequence[Choice]) -> ChoiceRow:
    credited = [sum(choice.credited_ppb.get(model, 0) for choice in choices) for model in MODELS]
    solved = [model in choices[0].models for model in MODELS]
    shown = tuple(fmt.credited(ppb, 1) if known else fmt.DASH for ppb, known in zip(credited, solved, strict=True))
    told = [ppb for ppb, known in zip(credited, solved, strict=True) if known]
    least, most = fmt.credited(min(told), 1), fmt.credited(max(told), 1)
    return ChoiceRow(name, shown, least if least == most else f"{least}{fmt.DASH}{most}", _interval(choices))


def _interval(choices: Sequence[Choice]) -> str:
    """Only of one channel, and of as many customers as may be told of."""
    if len(choices) > 1 or choices[0].low is None or choices[0].high is None or (choices[0].customers or 0) < FLOOR:
        return ""
    return f"{choices[0].low:.1f}{fmt.DASH}{choices[0].high:.1f}"
