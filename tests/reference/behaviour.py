"""How people behave, told plainly: the funnel in any order and in strict order, replies by intent, shares from other apps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipelines.sources.rows import OrderEvent, Row, Touch
from tests.reference.orders import Order
from tests.reference.reports import SPOKEN, merged_touches, messages, reorders
from tests.reference.threads import Said, nearest_rank, spoken
from tests.reference.warehouses import row_id

FUNNEL_S = 2_419_200
INTERESTED = {"like", "reaction", "product_share", "product_enquiry", "share", "story_reply", "story_mention", "reel", "post"}
DAY_S = 86_400
WINDOWS_S = {
    "conversed": DAY_S,
    "interested": 7 * DAY_S,
    "carted": 7 * DAY_S,
    "ordered": 7 * DAY_S,
    "paid": 7 * DAY_S,
    "delivered": 28 * DAY_S,
    "reordered": 90 * DAY_S,
}
VAGUE = ("greeting", "thanks", "other")


@dataclass
class Entered:
    """A person's first touch ever, and the seconds of each step from then on."""

    day: int
    second: int
    steps: dict[str, list[int]]

    def any_order(self) -> dict[str, int]:
        """Step -> seconds from the first touch."""
        whole = sum(WINDOWS_S.values())
        return {step: min(reached) - self.second for step, reached in self.steps.items() if reached and min(reached) <= self.second + whole}

    def strict(self) -> dict[str, int]:
        """Step -> seconds from the step before."""
        took, at = {}, self.second
        for step, window in WINDOWS_S.items():
            later = [second for second in self.steps[step] if second > at or (second == at and step != "reordered")]
            if not later or min(later) - at > window:
                break
            took[step], at = min(later) - at, min(later)
        return took


def entered_people(rows: list[Row], orders: dict[str, Order]) -> list[Entered]:
    first: dict[str, Touch] = {}
    told = messages(rows)
    for touch in merged_touches(rows):
        if touch.person_key:
            first.setdefault(touch.person_key, touch)
    return [_entered(person, touch, rows, orders, told) for person, touch in first.items()]


def _entered(person: str, touch: Touch, rows: list[Row], orders: dict[str, Order], told: list[Any]) -> Entered:
    entered = touch.occurred_ms // 1000
    theirs = [each for each in told if each.person_key == person and each.direction == "in"]
    shared = [each for each in merged_touches(rows) if each.person_key == person and each.source == "app_share"]
    bought = sorted(
        (order for order in orders.values() if person in order.identity and order.ordered_ms // 1000 >= entered),
        key=lambda order: (order.ordered_ms, order.key),
    )
    confirmed = [second for (who, _), second in reorders(rows).items() if who == person]
    seconds: dict[str, list[int | None]] = {
        "conversed": [each.occurred_ms // 1000 for each in theirs if each.kind in SPOKEN],
        "interested": [each.occurred_ms // 1000 for each in theirs if each.kind in INTERESTED or each.app]
        + [each.occurred_ms // 1000 for each in shared],
        "carted": [row.occurred_ms // 1000 for row in _carts(rows) if row.person_key == person],
        "ordered": [order.ordered_ms // 1000 for order in bought],
        "paid": [order.paid_s for order in bought],
        "delivered": [order.delivered_s for order in bought],
        "reordered": [order.ordered_ms // 1000 for order in bought[1:]] + confirmed,
    }
    steps = {step: [second for second in reached if second is not None and second >= entered] for step, reached in seconds.items()}
    return Entered(touch.occurred_day, entered, steps)


def _carts(rows: list[Row]) -> list[OrderEvent]:
    last: dict[str, OrderEvent] = {}
    for row in rows:
        if isinstance(row, OrderEvent) and row.state == "cart":
            last[row.order_ref] = max(last.get(row.order_ref, row), row, key=lambda r: (r.told_ms, row_id(r)))
    return list(last.values())


def funnel_daily(people: list[Entered]) -> dict[int, dict[str, int]]:
    """Entry day -> people per step, within 28 days and in any order."""
    report: dict[int, dict[str, int]] = {}
    for person in people:
        day = report.setdefault(person.day, {"entered": 0, **dict.fromkeys(WINDOWS_S, 0)})
        day["entered"] += 1
        for step, took in person.any_order().items():
            day[step] += took <= FUNNEL_S
    return report


def funnel_step_daily(people: list[Entered]) -> dict[tuple[int, str, str], dict[str, Any]]:
    """(entry day, order, step) -> people, and how long they took."""
    report: dict[tuple[int, str, str], dict[str, Any]] = {}
    ways: dict[str, Callable[[Entered], dict[str, int]]] = {"strict": Entered.strict, "any_order": Entered.any_order}
    for day in {person.day for person in people}:
        these = [person for person in people if person.day == day]
        for order, way in ways.items():
            took = [way(person) for person in these]
            before = len(these)
            for step in WINDOWS_S:
                seconds = [each[step] for each in took if step in each]
                report[day, order, step] = {
                    "entered": len(these),
                    "base_people": before,
                    "reached_people": len(seconds),
                    "median_step_minutes": nearest_rank(seconds, 50),
                    "p90_step_minutes": nearest_rank(seconds, 90),
                }
                before = len(seconds) if order == "strict" else before
    return report


def _turns(rows: list[Row]) -> list[tuple[list[Said], int | None]]:
    """What customers wrote in a row, and the seconds from its first message to the answer."""
    said = spoken(rows)
    turns: list[tuple[list[Said], int | None]] = []
    last: dict[tuple[str, int], Said] = {}
    current: dict[tuple[str, int], list[Said]] = {}
    for place, each in enumerate(said):
        thread = (each.person, each.conversation)
        if not each.is_out and (thread not in last or last[thread].is_out):
            later = (other for other in said[place:] if other.is_out and (other.person, other.conversation) == thread)
            reply = next(later, None)
            current[thread] = [each]
            turns.append((current[thread], reply and reply.second - each.second))
        elif not each.is_out:
            current[thread].append(each)
        last[thread] = each
    return turns


def _about(turn: list[Said]) -> str:
    told = [each.intent for each in turn if each.intent]
    return next((intent for intent in told if intent not in VAGUE), told[0] if told else "unknown")


def _replies(cells: dict[Any, list[tuple[list[Said], int | None]]]) -> dict[Any, dict[str, Any]]:
    return {
        cell: {
            "turns": len(told),
            "people": len({turn[0].person for turn, _ in told}),
            "answered_turns": len(seconds := [second for _, second in told if second is not None]),
            "median_reply_minutes": nearest_rank(seconds, 50),
            "p90_reply_minutes": nearest_rank(seconds, 90),
        }
        for cell, told in cells.items()
    }


def reply_time_daily(rows: list[Row]) -> dict[int, dict[str, Any]]:
    cells: dict[int, list[tuple[list[Said], int | None]]] = defaultdict(list)
    for turn, second in _turns(rows):
        cells[turn[0].day].append((turn, second))
    return _replies(cells)


def intent_reply_daily(rows: list[Row]) -> dict[tuple[int, str], dict[str, Any]]:
    cells: dict[tuple[int, str], list[tuple[list[Said], int | None]]] = defaultdict(list)
    for turn, second in _turns(rows):
        cells[turn[0].day, _about(turn)].append((turn, second))
    return _replies(cells)


def content_share_daily(rows: list[Row]) -> dict[tuple[int, str, str, str], dict[str, int]]:
    """(day, app, kind, direction) -> shares and people."""
    shared = [
        ((each.occurred_day, each.app, "sticker" if each.kind == "sticker" else "gif", each.direction), each.person_key)
        for each in messages(rows)
        if each.app and each.kind in SPOKEN and each.direction in ("in", "out")
    ]
    shared += [((each.occurred_day, each.app or "unknown", each.ref or "unknown", "in"), each.person_key)
        for each in merged_touches(rows) if each.source == "app_share"]  # fmt: skip
    shares = Counter(cell for cell, _ in shared)
    return {cell: {"shares": count, "people": len({who for at, who in shared if at == cell and who})} for cell, count in shares.items()}
