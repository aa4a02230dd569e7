"""Interest told plainly, from the orders and rows of one shop: what a person's signs and orders weigh, and what is popular."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from pipelines.sources.rows import AdSpend, MessageEvent, OrderEvent, OrderLine, Refund, Row, StoreSale, Touch
from tests.reference.orders import Order
from tests.reference.reports import SPOKEN, merged_touches, messages
from tests.reference.touches import TYPES
from tests.reference.warehouses import row_id

POINTS = {"cart": 8, "product": 5, "share": 3, "message": 1, "view": 1, "like": 2, "reaction": 2, "link": 2}
ORDER_POINTS = 10
LINKS = (*TYPES["click"], "store_qr", "store_scan")
SHARES = ("share", "story_reply", "story_mention", "reel", "post")
STEP_S, STEPS, RECENT_S, POPULAR_DAYS = 4_838_400, 28, 7_862_400, 28
STEP_PPM = (1_000_000, 840_896, 707_107, 594_604)
E9 = 1_000_000_000
Item = tuple[str, str]  # level, item
OF_EVENTS = (MessageEvent, Touch, OrderEvent, Refund, AdSpend, StoreSale)


class Sign(NamedTuple):
    person: str
    second: int
    day: int
    product: str
    points: int


def signs(rows: list[Row]) -> list[Sign]:
    """Every sign of interest that a person gave."""
    found = [
        Sign(str(each.person_key), each.occurred_ms // 1000, each.occurred_day, each.product_id or "", POINTS[signal])
        for each in messages(rows)
        if each.direction == "in" and (signal := _signal(each))
    ]
    for touch in merged_touches(rows):
        is_link = touch.kind in LINKS
        told = [(touch.product_id or "", POINTS["link" if is_link else "share"])]
        if not is_link and touch.source != "app_share":
            told = []
        if touch.kind == "product_view" and touch.product_id:
            told.append((touch.product_id, POINTS["view"]))
        if touch.person_key:
            found += [Sign(touch.person_key, touch.occurred_ms // 1000, touch.occurred_day, *each) for each in told]
    return found + _carts(rows)


def _signal(message: MessageEvent) -> str | None:
    if message.kind in ("like", "reaction"):
        return message.kind
    if message.kind in ("product_share", "product_enquiry"):
        return "product"
    if message.kind in SHARES or message.app:
        return "share"
    return "message" if message.kind in SPOKEN and message.kind != "cart" else None


def _carts(rows: list[Row]) -> list[Sign]:
    last: dict[str, OrderEvent] = {}
    for row in rows:
        if isinstance(row, OrderEvent) and row.state == "cart":
            last[row.order_ref] = max(last.get(row.order_ref, row), row, key=lambda r: (r.told_ms, row_id(r)))
    found = []
    for cart in last.values():
        names = ("order_ref", "source", "version_key")
        version = [r for r in rows if isinstance(r, OrderLine) and all(getattr(r, n) == getattr(cart, n) for n in names)]
        products = {_last_product(version, line.line_key) for line in version} or {""}
        if cart.person_key:
            told = (cart.person_key, cart.occurred_ms // 1000, cart.occurred_day)
            found += [Sign(*told, product, POINTS["cart"]) for product in products]
    return found


def _last_product(lines: list[OrderLine], key: str) -> str:
    line = max((each for each in lines if each.line_key == key), key=lambda each: (each.told_ms, row_id(each)))
    return line.product_id or line.title or ""


def affinity(rows: list[Row], orders: dict[str, Order]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(person, level, item) -> (thousandths of a point, the person's last second); the shop is item ''."""
    given: dict[str, list[tuple[int, Item, int]]] = defaultdict(list)
    for sign in signs(rows):
        given[sign.person].append((sign.second, ("product", sign.product), sign.points))
    for order in orders.values():
        for product in {line.product_id for line in order.lines}:
            category = max(line.category for line in order.lines if line.product_id == product)
            for person in order.identity:
                given[person] += [(order.ordered_ms // 1000, item, ORDER_POINTS) for item in (("product", product), ("category", category))]
    report: dict[tuple[str, str, str], tuple[int, int]] = {}
    for person, theirs in given.items():
        last = max(second for second, _, _ in theirs)
        points: dict[tuple[Item, int], int] = defaultdict(int)
        for second, item, weight in theirs:
            points[item, (last - second) // STEP_S] += weight
        for (item, step), weight in points.items():
            if step < STEPS:
                milli = weight * STEP_PPM[step % 4] // (1000 * 2 ** (step // 4))
                for told in (item, ("shop", "")) if item[0] == "product" else (item,):
                    report[person, *told] = (report.get((person, *told), (0, last))[0] + milli, last)
    return {key: each for key, each in report.items() if key[2] or key[1] == "shop"}


def popularity(rows: list[Row], orders: dict[str, Order]) -> dict[Item, tuple[int, int, int, int]]:
    """(level, item) -> points, parts per billion, prior and items."""
    days = [row.occurred_day for row in _dated(rows)]
    points: dict[Item, int] = defaultdict(int)
    for day, item, weight in _told(rows, orders):
        if days and day > max(days) - POPULAR_DAYS and item[1]:
            points[item] += weight
    report = {}
    for (level, item), told in points.items():
        total = sum(each for (other, _), each in points.items() if other == level)
        items = sum(other == level for other, _ in points)
        ppb = told * E9 // total
        report[level, item] = (told, ppb, ppb * 500 * items // E9, items)
    return report


def _told(rows: list[Row], orders: dict[str, Order]) -> list[tuple[int, Item, int]]:
    told = [(sign.day, ("product", sign.product), sign.points) for sign in signs(rows)]
    for order in orders.values():
        for level in ("product", "category"):
            items = {line.product_id if level == "product" else line.category for line in order.lines}
            told += [(order.ordered_day, (level, item), ORDER_POINTS) for item in items]
    return told


def _dated(rows: list[Row]) -> list[Row]:
    return [row for row in rows if isinstance(row, OF_EVENTS) and not (isinstance(row, MessageEvent) and row.direction == "none")]


def buyer_interest(rows: list[Row], orders: dict[str, Order]) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """(person, level, item) -> affinity, that of all items of the level, parts per billion."""
    through = max((row.occurred_ms // 1000 for row in _dated(rows)), default=0)
    popular = popularity(rows, orders)
    aged: dict[tuple[str, str, str], int] = {}
    for (person, level, item), (milli, last) in affinity(rows, orders).items():
        if level != "shop" and through - last < RECENT_S:
            aged[person, level, item] = milli * STEP_PPM[(through - last) // STEP_S] // 1_000_000
    report = {}
    for (person, level, item), milli in aged.items():
        whole = sum(each for (who, other, _), each in aged.items() if (who, other) == (person, level))
        items = max((each[3] for (other, _), each in popular.items() if other == level), default=0)
        prior = popular.get((level, item), (0, 0, 0, 0))[2]
        if milli > 0:
            report[person, level, item] = (milli, whole, (milli + prior) * E9 // (whole + 500 * items))
    return report
