"""Orders told plainly: names, money, lines, refunds and buyers of one shop, from its canonical rows, one order at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from pipelines.sources.rows import ConsentEvent, IdentityLink, OrderEvent, OrderLine, OrderReference, Row
from tests.reference.identity import chains, links_as_of
from tests.reference.order_words import categories_of, payment_of
from tests.reference.refunds import RANK, counted_refunds
from tests.reference.warehouses import row_id


@dataclass
class Line:
    """A line of the chosen version with its share of the order's discount, tax and refund."""

    key: str
    product_id: str
    quantity: int
    gross: int
    discount: int
    tax: int
    refund: int = 0
    category: str = ""


@dataclass
class Order:
    """One counted order. Times are in ms, money in minor units."""

    key: str
    ordered_ms: int
    ordered_day: int
    currency: str
    gross: int
    discount: int
    tax: int
    shipping: int
    rank: int = 1  # of the telling with its money
    source: str = ""
    payment: str = ""
    refund: int = 0
    given: list[tuple[int, str, int]] = field(default_factory=list)  # what was given back: day, line if named, amount
    last_ordered_s: int | None = None  # of the latest order of the buyer before it
    paid_s: int | None = None
    delivered_s: int | None = None
    told_by: dict[str, bool] = field(default_factory=dict)  # identifier -> named by a shop system
    identity: set[str] = field(default_factory=set)
    buyer: str = ""
    is_new: bool = False
    is_opted_in: bool = False
    lines: list[Line] = field(default_factory=list)

    @property
    def net(self) -> int:
        return self.gross - self.discount - self.refund


@dataclass
class LoneRefund:
    """Money given back without an order of its currency, on its own day."""

    day: int
    currency: str
    refund: int
    product_id: str
    source: str


def orders_of(rows: list[Row]) -> tuple[dict[str, Order], list[LoneRefund]]:
    """The orders of one shop by their winning name, and the refunds that stand alone."""
    names = names_of(rows)
    events: dict[str, list[OrderEvent]] = defaultdict(list)
    lines: dict[tuple[str, str, str, str], OrderLine] = {}
    for row in rows:
        if isinstance(row, OrderEvent):
            events[names.get(row.order_ref, row.order_ref)].append(row)
        elif isinstance(row, OrderLine):
            key = (row.order_ref, row.source, row.version_key, row.line_key)
            lines[key] = max(lines.get(key, row), row, key=lambda line: (line.told_ms, row_id(line)))
    versions: dict[tuple[str, str, str], list[OrderLine]] = defaultdict(list)
    for line in lines.values():
        versions[(line.order_ref, line.source, line.version_key)].append(line)
    found: dict[str, Order] = {}
    chosen: dict[str, tuple[list[OrderLine], dict[str, str]]] = {}  # the lines told with the money, categories by product
    for key, told in events.items():
        order_versions = {version: each for version, each in versions.items() if names.get(version[0], version[0]) == key}
        told_order = _order(key, told, order_versions)
        if told_order is not None:
            found[key], chosen[key] = told_order[0], (told_order[1], categories_of(told, order_versions))
            found[key].payment = payment_of(told)
    lone, by_line = _refunds(rows, names, found, events)
    for key, order in found.items():
        order.lines = _lines(order, *chosen[key], by_line[key])
    _buyers(found, [row for row in rows if isinstance(row, IdentityLink)])
    for row in rows:
        if isinstance(row, ConsentEvent) and row.order_ref and (row.purpose, row.state) == ("order_updates", "granted"):
            consented = found.get(names.get(row.order_ref, row.order_ref))
            if consented:
                consented.is_opted_in = True
    return found, lone


def names_of(rows: list[Row]) -> dict[str, str]:
    """Another name of an order -> the name that wins."""
    told = sorted((row for row in rows if isinstance(row, OrderReference)), key=lambda row: (-row.occurred_ms, row.same_as_ref))
    names: dict[str, str] = {}
    for row in told:
        names.setdefault(row.order_ref, row.same_as_ref)
    return names


def _order(key: str, told: list[OrderEvent], versions: dict[tuple[str, str, str], list[OrderLine]]) -> tuple[Order, list[OrderLine]] | None:
    states = [event for event in told if event.state != "cart"]
    tellings = []
    for event in states:
        if event.gross_minor is not None:
            lines = versions.get((event.order_ref, event.source, event.version_key or "no version"), [])
            discount = event.discount_minor if event.discount_minor is not None else sum(line.discount_minor for line in lines)
            tax = event.tax_minor if event.tax_minor is not None else sum(line.tax_minor for line in lines)
            shipping = event.shipping_minor if event.shipping_minor is not None else sum(line.shipping_minor for line in lines)
            money = (event.currency, event.gross_minor, discount, tax, shipping)
            told_ms = -event.told_ms if event.source == "conversions_api" else event.told_ms  # the first of these wins
            tellings.append((-RANK.get(event.source, 1), told_ms, 0, event.gross_minor, str(row_id(event)), event.source, money, lines))
    for (_, source, version), lines in versions.items():
        if source == "orders_table":
            sums = tuple(
                sum(getattr(line, name) for line in lines) for name in ("gross_minor", "discount_minor", "tax_minor", "shipping_minor")
            )
            money = (min(line.currency for line in lines), *sums)
            tellings.append((-1, max(line.told_ms for line in lines), len(lines), sums[0], version, source, money, lines))
    if not states or not tellings:
        return None
    rank, *_, source, money, lines = max(tellings, key=lambda telling: telling[:5])
    currency, gross, discount, tax, shipping = money
    first = min(states, key=lambda event: (event.occurred_ms, event.occurred_day, row_id(event)))
    order = Order(key, first.occurred_ms, first.occurred_day, str(currency), gross, discount, tax, shipping)
    order.rank, order.source = -rank, source
    order.paid_s = min((event.occurred_ms // 1000 for event in states if event.state == "paid"), default=None)
    order.delivered_s = min((event.occurred_ms // 1000 for event in states if event.state == "delivered"), default=None)
    for event in told:
        if event.person_key:
            order.told_by[event.person_key] = order.told_by.get(event.person_key, False) or event.source not in RANK
    return order, lines


def _refunds(
    rows: list[Row], names: dict[str, str], orders: dict[str, Order], events: dict[str, list[OrderEvent]]
) -> tuple[list[LoneRefund], dict[str, dict[str, int]]]:
    """Sets the refund of each order. Returns the lone refunds, and order -> line -> refunds that name the line."""
    lone: list[LoneRefund] = []
    by_line: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for order_key, parts in counted_refunds(rows, names).items():
        order = orders.get(order_key)
        for part in sorted(parts, key=lambda part: (part.kind == "total", part.made)):
            is_on_order = order is not None and order.currency == part.currency
            if RANK.get(part.source, 1) > 3 and (not is_on_order or order.rank < 3):
                continue  # web analytics repeats what a shop system or a payment tells
            if not is_on_order:
                lone.append(LoneRefund(part.day, part.currency, part.refund, part.product_id, part.source))
                continue
            amount = min(part.refund, max(order.net, 0)) if part.kind == "total" else part.refund
            order.refund += amount
            order.given.append((part.day, part.line_key if part.kind == "goods" else "", amount))
            if part.kind == "goods":
                by_line[order_key][part.line_key] += amount
    for key, order in orders.items():
        cancelled_day = _cancelled_day(events[key])
        if cancelled_day is not None and order.net > 0:
            order.given.append((cancelled_day, "", order.net))
            order.refund += order.net
    return lone, by_line


def _cancelled_day(told: list[OrderEvent]) -> int | None:
    """The day of the first cancellation by a source that last told the order with it."""
    last: dict[tuple[str, str], int] = {}
    for event in told:
        last[event.source, event.state] = max(event.told_ms, last.get((event.source, event.state), 0))
    holding = {
        source
        for (source, state), told_ms in last.items()
        if state == "cancelled" and (source not in ("woocommerce", "orders_table") or told_ms >= last.get((source, "created"), 0))
    }
    return min((event.occurred_day for event in told if event.state == "cancelled" and event.source in holding), default=None)


def _toward_zero(value: int, divisor: int) -> int:
    return abs(value) // abs(divisor) * (1 if (value < 0) == (divisor < 0) else -1)


def _spread(amount: int, weights: list[int]) -> list[int]:
    """`amount` by weight, each share cut toward zero, the last taking the rest."""
    total = sum(weights)
    shares = [_toward_zero(amount * weight, total) if total else 0 for weight in weights[:-1]]
    return [*shares, amount - sum(shares)]


def _lines(order: Order, told: list[OrderLine], categories: dict[str, str], refunds: dict[str, int]) -> list[Line]:
    lines = [
        Line(line.line_key, line.product_id or line.title or "", line.quantity, line.gross_minor, line.discount_minor, line.tax_minor)
        for line in told
    ]
    missing = order.gross - sum(line.gross for line in lines)
    if missing or not lines:
        lines.append(Line("remainder", "", 0, missing, 0, 0))
    lines.sort(key=lambda line: line.key)
    weights = [line.gross for line in lines]
    own_refunds = [refunds.get(line.key, 0) for line in lines]
    discounts = _spread(order.discount - sum(line.discount for line in lines), weights)
    taxes = _spread(order.tax - sum(line.tax for line in lines), weights)
    shares = _spread(order.refund - sum(own_refunds), weights)
    is_refunded = order.refund != 0 and order.net == 0
    own_categories = {line.line_key: line.category for line in told}
    for line, discount, tax, own, share in zip(lines, discounts, taxes, own_refunds, shares, strict=True):
        line.discount += discount
        line.tax += tax
        line.refund = line.gross - line.discount if is_refunded else own + share
        line.category = own_categories.get(line.key) or categories.get(line.product_id, "")
    return lines


def _buyers(orders: dict[str, Order], links: list[IdentityLink]) -> None:
    """Identity as of each order, its label, and whether the buyer is new."""
    told = [(link.occurred_ms, link.state == "linked", link.person_key, link.linked_key) for link in links]
    for order in orders.values():
        threads = [person for person, is_customer in order.told_by.items() if not is_customer]
        customers = [person for person, is_customer in order.told_by.items() if is_customer]
        told += [(order.ordered_ms, True, thread, customer) for thread in threads for customer in customers]
    for order in orders.values():
        graph = links_as_of(told, order.ordered_ms)
        reached = {person: chains(graph, person) for person in order.told_by}
        order.identity = {known for steps, _ in reached.values() for known in steps}
        by_customer = [
            min((known for known, links in reached[person][1].items() if links == 1), default=person)
            for person, is_customer in order.told_by.items()
            if is_customer
        ]
        by_link = [min(hubs) for _, hubs in reached.values() if hubs]
        order.buyer = min(by_customer or by_link or list(order.told_by) or [""])
    for order in orders.values():
        earlier = [
            other.ordered_ms // 1000
            for other in orders.values()
            if (other.ordered_ms, other.key) < (order.ordered_ms, order.key) and order.identity & other.told_by.keys()
        ]
        order.is_new = bool(order.told_by) and not earlier
        order.last_ordered_s = max(earlier, default=None)
