"""How a shop serves its customers: how fast it answers, and whether it tells how an order goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import format as fmt
from dashboards.figures import OrderUpdates, Replies
from dashboards.intervals import wilson

STAGE_NAMES = {"confirmation": "Confirmed", "shipping": "Shipped", "delivery": "Delivered"}


@dataclass(frozen=True, slots=True)
class ReplySummary:
    """What is said of replies; times are texts with their unit, or empty without an answer."""

    turns: str
    answered: str
    interval: str
    median: str
    p90: str


@dataclass(frozen=True, slots=True)
class UpdateRow:
    stage: str
    due: str
    sent: str
    share: str
    interval: str
    delivered: str
    read: str


def reply_summary(replies: Replies | None) -> ReplySummary | None:
    """None where no day had people enough to tell."""
    if replies is None:
        return None
    median, p90 = replies.median_minutes, replies.p90_minutes
    return ReplySummary(
        turns=fmt.number(replies.turns),
        answered=fmt.percent(replies.answered_turns, replies.turns),
        interval=fmt.rate_range(*wilson(replies.answered_turns, replies.turns)),
        median="" if median is None else fmt.minutes(median),
        p90="" if p90 is None else fmt.minutes(p90),
    )


def update_rows(updates: Sequence[OrderUpdates]) -> tuple[UpdateRow, ...]:
    """A row a stage. They count orders, which are the shop's own books, so none is kept back."""
    return tuple(
        UpdateRow(
            stage=STAGE_NAMES[told.stage],
            due=fmt.number(told.due),
            sent=fmt.number(told.sent),
            share=fmt.percent(told.sent, told.due),
            interval=fmt.rate_range(*wilson(told.sent, told.due)),
            delivered=fmt.number(told.delivered),
            read=fmt.number(told.read),
        )
        for told in updates
    )
