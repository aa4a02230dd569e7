"""Conversions and their paths told plainly: every conversion against every touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.sources.rows import ConfigEvent, ConsentEvent, IdentityLink, Row, StoreSale, Touch
from tests.reference import reports
from tests.reference.identity import chains, links_as_of
from tests.reference.orders import Order
from tests.reference.touches import TYPE_OF, TYPES
from tests.reference.warehouses import row_id

DAY_S = 86_400
RANK = {"click": 3, "reply": 3, "store_scan": 3, "engaged_view": 2, "view": 1}
_ACT = ("click", "reply", "store_scan")
PRESETS = {f"{days}d_click": dict.fromkeys(_ACT, days * DAY_S) for days in (1, 7, 28)}
PRESETS |= {"1d_view": {"view": DAY_S}, "1d_ev": {"engaged_view": DAY_S}}
LookBack = dict[str, dict[tuple[str, str], int]]  # window -> (touch type, channel or '') -> seconds


@dataclass
class Conversion:
    """One conversion and who converted, as of it."""

    kind: str
    key: str
    at_ms: int
    day: int
    told: set[str]
    identity: set[str]

    @property
    def second(self) -> int:
        return self.at_ms // 1000


def settings_of(rows: list[Row]) -> tuple[LookBack, bool]:
    """The look-backs in force, and whether touches are used up by a conversion."""
    told = [row for row in rows if isinstance(row, ConfigEvent)]
    last = max((row.occurred_ms for row in told), default=0)
    values = {row.key: row.value for row in sorted(told, key=row_id) if row.occurred_ms == last}
    windows: LookBack = {name: {(kind, ""): seconds for kind, seconds in lengths.items()} for name, lengths in PRESETS.items()}
    for key, value in values.items():
        if key.startswith("attribution.look_back."):
            _, _, window, kind, channel = key.split(".")
            windows.setdefault(window, {})[kind, channel] = int(value)
    return windows, values.get("attribution.touches") == "reset"


def conversions_of(rows: list[Row], orders: dict[str, Order]) -> list[Conversion]:
    """Every conversion, those of nobody known too."""
    links = [(row.occurred_ms, row.state == "linked", row.person_key, row.linked_key) for row in rows if isinstance(row, IdentityLink)]
    for order in orders.values():
        threads, customers = ([who for who, is_hers in order.told_by.items() if is_hers == wanted] for wanted in (False, True))
        links += [(order.ordered_ms, True, thread, customer) for thread in threads for customer in customers]
    found = [Conversion("purchase", o.key, o.ordered_ms, o.ordered_day, set(o.told_by), o.identity) for o in orders.values()]
    for kind, key, at_ms, day, person in (*_receipts(rows), *_reorders(rows), *_leads(rows), *_opt_ins(rows)):
        identity = set(chains(links_as_of(links, at_ms), person)[0]) if person else set()
        found.append(Conversion(kind, key, at_ms, day, {person} - {""}, identity))
    return found


Told = tuple[str, str, int, int, str]  # kind, key, instant in ms, local day, identifier


def _receipts(rows: list[Row]) -> Iterable[Told]:
    last: dict[str, StoreSale] = {}
    for row in rows:
        if isinstance(row, StoreSale):
            last[row.receipt_key] = max(last.get(row.receipt_key, row), row, key=lambda r: (r.told_ms, row_id(r)))
    return [("in_store", key, r.occurred_ms, r.occurred_day, r.person_key or "") for key, r in last.items() if r.gross_minor > 0]


def _reorders(rows: list[Row]) -> Iterable[Told]:
    likes = {(m.person_key, m.occurred_ms // 1000): m for m in reversed(reports.messages(rows)) if m.kind == "like"}
    for (person, order_ref), second in reports.reorders(rows).items():
        like = likes[person, second]
        yield "reorder", f"{person}:{order_ref}", like.occurred_ms, like.occurred_day, person


def _leads(rows: list[Row]) -> Iterable[Told]:
    first = {(str(m.person_key), m.message_key): m for m in reversed(reports.messages(rows)) if m.kind == "lead"}
    for (person, message_key), message in first.items():
        yield "lead", f"{person}:{message_key}", message.occurred_ms, message.occurred_day, person


def _opt_ins(rows: list[Row]) -> Iterable[Told]:
    stated: dict[tuple[str, str], dict[int, list[tuple[bool, int, int]]]] = defaultdict(lambda: defaultdict(list))
    for row in [*(each for each in rows if isinstance(each, ConsentEvent)), *(m for m in reports.messages(rows) if m.kind == "optin")]:
        if isinstance(row, ConsentEvent) and row.purpose not in ("order_updates", "erasure"):
            purpose, is_granted = row.purpose, row.state == "granted"
        elif not isinstance(row, ConsentEvent) and row.order_ref is None:
            purpose, is_granted = "marketing_messages", not (row.status or "").startswith("stop")
        else:
            continue
        stated[str(row.person_key), purpose][row.occurred_ms // 1000].append((is_granted, row.occurred_ms, row.occurred_day))
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for (person, _), seconds in stated.items():
        was_granted = False
        for second in sorted(seconds):
            is_granted = all(granted for granted, _, _ in seconds[second])
            if is_granted and not was_granted:
                first = (min(at for _, at, _ in seconds[second]), min(day for *_, day in seconds[second]))
                found[person, second] = min(found.get((person, second), first), first)
            was_granted = is_granted
    for (person, second), (at_ms, day) in found.items():
        yield "opt_in", f"{person}:{second}", at_ms, day, person


def _is_inside(window: dict[tuple[str, str], int], touch: Touch, second: int) -> bool:
    kind = TYPE_OF.get(touch.kind, "")
    seconds = window.get((kind, touch.channel), window.get((kind, ""), 0))
    return 0 < second - touch.occurred_ms // 1000 <= seconds


def paths_of(rows: list[Row], conversions: list[Conversion]) -> dict[tuple[str, str, str], list[Touch]]:
    """(kind, key, window) -> the touches of the path, the earliest first."""
    windows, is_reset = settings_of(rows)
    touches = [touch for touch in reports.merged_touches(rows) if touch.person_key and touch.kind in TYPE_OF]
    found = {}
    for each in conversions:
        before = [
            o for o in conversions if o.kind == each.kind and o.identity & each.identity and (o.second, o.key) < (each.second, each.key)
        ]
        begin = max((other.second for other in before), default=0) if is_reset else 0
        for name, window in windows.items():
            inside = [
                touch
                for touch in touches
                if touch.person_key in each.identity and touch.occurred_ms // 1000 >= begin and _is_inside(window, touch, each.second)
            ]
            highest = max((RANK[TYPE_OF[touch.kind]] for touch in inside), default=0)
            counted: dict[str, Touch] = {}
            for touch in sorted(inside, key=lambda touch: (touch.person_key not in each.told, str(touch.person_key))):
                if RANK[TYPE_OF[touch.kind]] == highest:
                    counted.setdefault(touch.touch_key, touch)
            found[each.kind, each.key, name] = sorted(counted.values(), key=lambda t: (t.occurred_ms // 1000, t.touch_key))
    return found


def null_paths_of(rows: list[Row], conversions: list[Conversion]) -> list[tuple[str, str, str, str]]:
    """(person, window, last touch, channels) of the journeys that no purchase followed."""
    windows, _ = settings_of(rows)
    bought = [each for each in conversions if each.kind == "purchase"]
    found = []
    for name, window in windows.items():
        journeys: dict[str, list[Touch]] = {}
        for touch in sorted(reports.merged_touches(rows), key=lambda t: (t.occurred_ms // 1000, t.touch_key)):
            kind, person, second = TYPE_OF.get(touch.kind, ""), touch.person_key, touch.occurred_ms // 1000
            seconds = window.get((kind, touch.channel), window.get((kind, ""), 0))
            if not person or not seconds or any(person in o.identity and 0 < o.second - second <= seconds for o in bought):
                continue
            journey = journeys.setdefault(person, [])
            if journey:
                last = journey[-1]
                last_kind = TYPE_OF[last.kind]
                longest = window.get((last_kind, last.channel), window.get((last_kind, ""), 0))
                if second - last.occurred_ms // 1000 > longest:
                    found.append((person, name, last.touch_key, " > ".join(t.channel for t in journey)))
                    journey.clear()
            journey.append(touch)
        found += [(p, name, journey[-1].touch_key, " > ".join(t.channel for t in journey)) for p, journey in journeys.items() if journey]
    return sorted(found)


assert set(RANK) == set(TYPES)
