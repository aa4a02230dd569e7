"""Threads told plainly, from the orders and rows of one shop: how far messages came, conversations, replies, updates, requests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipelines.sources.rows import MessageEvent, OrderEvent, Row
from tests.reference.orders import Order, names_of
from tests.reference.refunds import counted_refunds
from tests.reference.reports import SILENCE_S, SPOKEN, messages, reorders
from tests.reference.warehouses import row_id

STEPS = ("sent", "delivered", "read", "failed")
STAGES = {"shipped": "shipping", "delivered": "delivery"}
REQUESTS = ("order_status", "order_change", "order_cancel", "order_return", "reorder")
DEEDS = {"order_change": ("changed",), "order_cancel": ("cancelled", "refunded"), "order_return": ("refunded",)}
ANSWER_S = 172_800


@dataclass
class Sent:
    """A message of the business. Times are in ms."""

    person: str
    source: str
    key: str
    sent_ms: int
    sent_day: int
    steps: dict[str, int]  # step -> first time
    order_ref: str | None
    order_stage: str | None
    is_offer: bool

    @property
    def status(self) -> str:
        return max(self.steps, key=STEPS.index, default="sent")


@dataclass
class Said:
    """A message of either side in a conversation, which has the start of its first message as its name."""

    person: str
    is_out: bool
    ms: int
    day: int
    intent: str | None
    conversation: int = 0

    @property
    def second(self) -> int:
        return self.ms // 1000


def sent_messages(rows: list[Row]) -> list[Sent]:
    """Every message of the business that an echo or a telling of a step names."""
    told = messages(rows)
    found: dict[tuple[str, str, str], list[tuple[str, MessageEvent]]] = defaultdict(list)
    for event in told:
        is_echo = event.direction == "out" and event.kind in SPOKEN
        step = {"delivery": "delivered", "read": "read", "status": event.status}.get(event.kind)
        key = event.message_key if is_echo else event.refers_to_key
        if key is not None and (is_echo or step in STEPS):
            found[str(event.person_key), event.source, key].append(("sent" if is_echo else str(step), event))
    return [_sent(*key, events, told) for key, events in found.items()]


def _sent(person: str, source: str, key: str, events: list[tuple[str, MessageEvent]], told: list[MessageEvent]) -> Sent:
    first = min((step != "sent", event.occurred_ms) for step, event in events)[1]
    day = min(event.occurred_day for step, event in events if event.occurred_ms == first)
    steps: dict[str, int] = {}

    def take(step: str, at_ms: int) -> None:
        steps[step] = min(steps.get(step, at_ms), at_ms)

    for step, event in events:
        for implied in ("delivered", "read") if step == "read" else (step,):
            take(implied, event.occurred_ms)
    for event in told:
        if (event.person_key, event.source) == (person, source) and event.watermark_ms is not None:
            if event.kind == "read" and first <= event.watermark_ms:
                take("delivered", event.occurred_ms)
                take("read", event.occurred_ms)
            if event.kind == "delivery" and first < event.watermark_ms:
                take("delivered", event.occurred_ms)
    ref, stage = (max((str(getattr(event, name) or "") for _, event in events)) or None for name in ("order_ref", "order_stage"))
    return Sent(person, source, key, first, day, steps, ref, stage, any(event.offers_reorder for _, event in events))


def spoken(rows: list[Row]) -> list[Said]:
    """What both sides said, in order (of one instant the customer first), with the conversation it belongs to."""
    # a deletion told twice deletes whatever either telling names
    deleted = {(row.person_key, row.source, row.refers_to_key) for row in rows if isinstance(row, MessageEvent) and row.kind == "delete"}
    said = [
        Said(
            str(event.person_key),
            False,
            event.occurred_ms,
            event.occurred_day,
            None if (event.person_key, event.source, event.message_key) in deleted else event.intent,
        )
        for event in messages(rows)
        if event.direction == "in" and event.kind in SPOKEN
    ]
    said += [Said(sent.person, True, sent.sent_ms, sent.sent_day, None) for sent in sent_messages(rows) if sent.status != "failed"]
    said.sort(key=lambda each: (each.ms, each.is_out))
    last: dict[str, Said] = {}
    for each in said:
        before = last.get(each.person)
        is_new = before is None or each.second - before.second >= SILENCE_S
        each.conversation = each.ms if before is None or is_new else before.conversation
        last[each.person] = each
    return said


def conversations(rows: list[Row], orders: dict[str, Order]) -> dict[tuple[str, int], tuple[int, int, bool]]:
    """(person, start in ms) -> messages in, messages out, whether an order began in it."""
    found: dict[tuple[str, int], list[Said]] = defaultdict(list)
    for each in spoken(rows):
        found[each.person, each.conversation].append(each)
    report = {}
    for (person, start), said in found.items():
        outward = sum(each.is_out for each in said)
        seconds = [order.ordered_ms // 1000 for order in orders.values() if person in order.identity]
        is_ordered = any(start // 1000 <= second < said[-1].second + SILENCE_S for second in seconds)
        report[person, start] = (len(said) - outward, outward, is_ordered)
    return report


def nearest_rank(values: list[int], percent: int) -> float | None:
    """The smallest value that `percent` of all do not exceed, in minutes of seconds."""
    rank = -(-len(values) * percent // 100)
    return float(Fraction(sorted(values)[rank - 1], 60)) if values else None


def order_updates_daily(rows: list[Row], orders: dict[str, Order]) -> dict[tuple[int, str], dict[str, Any]]:
    names = names_of(rows)
    due = [(order.ordered_day, "confirmation", key, order.ordered_ms // 1000) for key, order in orders.items()]
    for state, stage in STAGES.items():
        for key in orders:
            told = [r for r in rows if isinstance(r, OrderEvent) and r.state == state and names.get(r.order_ref, r.order_ref) == key]
            if told:
                due.append((min(r.occurred_day for r in told), stage, key, min(r.occurred_ms for r in told) // 1000))
    updates = [sent for sent in sent_messages(rows) if sent.order_ref and not sent.is_offer]
    report: dict[tuple[int, str], list[list[Sent]]] = defaultdict(list)
    seconds: dict[tuple[int, str], list[int]] = defaultdict(list)
    for day, stage, key, second in due:
        about = [
            sent
            for sent in updates
            if names.get(str(sent.order_ref), sent.order_ref) == key
            and sent.order_stage in (None, stage)
            and 0 <= sent.sent_ms // 1000 - second <= ANSWER_S
        ]
        report[day, stage].append(about)
        if about:
            seconds[day, stage].append(min(sent.sent_ms // 1000 for sent in about) - second)
    return {
        cell: {
            "due": len(told),
            "sent": sum(bool(about) for about in told),
            "delivered": sum(any(sent.status in ("delivered", "read") for sent in about) for about in told),
            "read": sum(any(sent.status == "read" for sent in about) for about in told),
            "median_send_minutes": nearest_rank(seconds[cell], 50),
            "p90_send_minutes": nearest_rank(seconds[cell], 90),
        }
        for cell, told in report.items()
    }


def _changes(rows: list[Row]) -> dict[str, list[tuple[str, int]]]:
    """Order -> (change, second)."""
    names = names_of(rows)
    changes: dict[str, list[tuple[str, int]]] = defaultdict(list)
    tellings: dict[tuple[str, str, str | None], list[OrderEvent]] = defaultdict(list)
    for row in rows:
        if isinstance(row, OrderEvent):
            key = names.get(row.order_ref, row.order_ref)
            if row.state == "cancelled":
                changes[key].append(("cancelled", row.occurred_ms // 1000))
            if row.state != "cart" and row.gross_minor is not None:
                tellings[key, row.source, row.currency].append(row)
    for key, parts in counted_refunds(rows, names).items():
        changes[key] += [("refunded", part.made[0] // 1000) for part in parts]
    for (key, _, _), told in tellings.items():
        unique = sorted({row_id(row): row for row in told}.values(), key=lambda row: (row.told_ms, row_id(row)))
        amounts = [(row.gross_minor, row.discount_minor or 0, row.shipping_minor or 0) for row in unique]
        steps = zip(unique[1:], amounts, amounts[1:], strict=False)
        changes[key] += [("changed", row.told_ms // 1000) for row, before, after in steps if before != after]
    return changes


def order_requests(rows: list[Row], orders: dict[str, Order]) -> dict[tuple[int, str], dict[str, int]]:
    said, changes = spoken(rows), _changes(rows)
    asked: dict[tuple[str, int, str], int] = {}
    report: dict[tuple[int, str], dict[str, Any]] = {}
    for each in said:
        if each.is_out or each.intent not in REQUESTS:
            continue
        thread = (each.person, each.conversation, each.intent)
        is_again = thread in asked and each.second - asked[thread] <= SILENCE_S
        asked[thread] = each.second
        if is_again:
            continue
        cell = report.setdefault((each.day, each.intent), {"requested": 0, "people": set(), "answered": 0, "carried_out": 0})
        answered = any(
            other.is_out and other.person == each.person and each.ms <= other.ms and other.second - each.second <= ANSWER_S
            for other in said
        )
        theirs = {key: order.ordered_ms // 1000 for key, order in orders.items() if each.person in order.identity}
        done = {
            "order_status": [each.second] if answered else [],
            "reorder": [*theirs.values(), *(second for (who, _), second in reorders(rows).items() if who == each.person)],
        }.get(each.intent) or [
            second
            for key, ordered in theirs.items()
            if ordered <= each.second
            for change, second in changes[key]
            if change in DEEDS.get(each.intent, ())
        ]
        cell["requested"] += 1
        cell["people"].add(each.person)
        cell["answered"] += answered
        cell["carried_out"] += any(0 <= second - each.second <= ANSWER_S for second in done)
    return {key: {**cell, "people": len(cell["people"])} for key, cell in report.items()}
