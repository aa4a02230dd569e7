"""WooCommerce orders -> canonical rows."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from pipelines.sources.buyers import Identifier, buyer, email_identifier, noted_identifier, phone_identifier
from pipelines.sources.codes import payment_method
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Shop
from pipelines.sources.money import minor, total_amounts
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, order_number_ref, product
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import OrderEvent, OrderLine, OrderReference, Row
from pipelines.sources.woocommerce_documents import LineItem, Order, PaymentDetails
from pipelines.sources.woocommerce_refund import told_refund
from pipelines.sources.woocommerce_times import instant

_DRAFTS = {"checkout-draft", "auto-draft"}
_CALLED_OFF = {"cancelled", "failed", "trash"}  # a failed order that is paid after all is told with another status then
_SETTLED = {"completed", "refunded"}


class Telling(NamedTuple):
    """One order as it is told: whose it is, its name, when it was placed and told."""

    shop: Shop
    asset_id: str
    order_ref: str
    created_ms: int
    told_ms: int
    currency: str


class _Line(NamedTuple):
    """A line in minor units; a fee is a line without product."""

    key: str
    product_id: str | None
    title: str | None
    quantity: int
    unit_price_micro: int
    gross_minor: int
    line_rounding_micro: int
    discount_minor: int
    tax_minor: int


def order_rows(order: Order, shop: Shop, asset_id: str) -> list[Row]:
    """An order: its creation with lines and totals, its further states, refunds, names and buyer. Raises InvalidMoney, Refusal."""
    telling = _telling(order, shop, asset_id)
    status = (order.status or "").removeprefix("wc-")
    rows = _purchase_rows(order, telling, "cart" if status in _DRAFTS else "created")
    rows += (state_row(telling, state, occurred_ms) for state, occurred_ms in _further_states(order, status, telling))
    rows += (told_refund(refund, shop, order.id, telling.told_ms, telling.currency) for refund in order.refunds or [])
    name = f"woocommerce:{order.id}"
    if name != telling.order_ref:
        rows.append(
            OrderReference(
                shop_id=shop.shop_id,
                source="woocommerce",
                occurred_ms=telling.created_ms,
                occurred_day=shop.day(telling.created_ms),
                order_ref=name,
                same_as_ref=telling.order_ref,
            )
        )
    return rows


def state_row(telling: Telling, state: str, occurred_ms: int) -> OrderEvent:
    """A state of an order without its money."""
    return OrderEvent(
        shop_id=telling.shop.shop_id,
        source="woocommerce",
        occurred_ms=occurred_ms,
        occurred_day=telling.shop.day(occurred_ms),
        asset_id=telling.asset_id,
        order_ref=telling.order_ref,
        state=state,
        told_ms=max(telling.told_ms, occurred_ms),
    )


def _telling(order: Order, shop: Shop, asset_id: str) -> Telling:
    zone = shop.settings.zone
    created_ms = instant(order.date_created_gmt, order.date_created or order.created_at, zone, "date_created")
    told_ms = instant(order.date_modified_gmt, order.date_modified or order.updated_at, zone, "date_modified")
    if created_ms is None:
        raise Refusal(Reason.MISSING_FIELD, "date_created")
    order_ref = order_number_ref(order.number) or order_number_ref(order.order_number) or f"woocommerce:{order.id}"
    currency = currency_of(order.currency or shop.settings.currency, "currency")
    return Telling(shop, asset_id, order_ref, created_ms, created_ms if told_ms is None else told_ms, currency)


def _further_states(order: Order, status: str, telling: Telling) -> Iterator[tuple[str, int]]:
    """States beside the creation. `processing` is not yet paid where the parcel is paid for at the door."""
    zone = telling.shop.settings.zone
    paid_ms = instant(order.date_paid_gmt, order.date_paid, zone, "date_paid")
    completed_ms = instant(order.date_completed_gmt, order.date_completed or order.completed_at, zone, "date_completed")
    if paid_ms is None and (status in _SETTLED or (order.payment_details and order.payment_details.paid)):
        paid_ms = telling.told_ms if completed_ms is None else completed_ms
    if paid_ms is not None:
        yield "paid", paid_ms
    if status == "completed":
        yield "shipped", telling.told_ms if completed_ms is None else completed_ms
    if status in _CALLED_OFF or (status == "refunded" and not order.refunds):
        yield "cancelled", telling.told_ms


def _purchase_rows(order: Order, telling: Telling, state: str) -> list[Row]:
    """The state with its totals, a row per line, and the links between the buyer's identifiers."""
    shop, currency = telling.shop, telling.currency
    if order.line_items is None:
        raise Refusal(Reason.MISSING_FIELD, "line_items")
    fees = [(fee, minor(fee.total or 0, currency)) for fee in order.fee_lines or []]
    lines = [_line(item, shop, currency) for item in order.line_items]
    lines += [
        _Line(
            f"fee:{fee.id}",
            None,
            _text(fee.name or fee.title),
            1,
            *total_amounts(fee.total, 1, currency),
            0,
            minor(fee.total_tax or 0, currency),
        )
        for fee, value in fees
        if value > 0
    ]
    person_key, links = buyer(shop, "woocommerce", telling.created_ms, _identifiers(order))
    event = state_row(telling, state, telling.created_ms)
    event.person_key, event.currency = person_key, currency
    legacy = order.payment_details or PaymentDetails()
    event.payment_method = payment_method(order.payment_method, order.payment_method_title, legacy.method_id, legacy.method_title)
    event.gross_minor = sum(line.gross_minor for line in lines)
    event.discount_minor = sum(line.discount_minor for line in lines) - sum(value for _, value in fees if value < 0)
    event.tax_minor = minor(order.total_tax or 0, currency)
    event.shipping_minor = minor(order.shipping_total or order.total_shipping or 0, currency)
    totals = event.gross_minor, event.discount_minor, event.tax_minor, event.shipping_minor
    event.version_key = shop.hashed("version", telling.order_ref, telling.told_ms, totals, *lines)
    numbered = (
        OrderLine(
            shop_id=shop.shop_id,
            source="woocommerce",
            occurred_ms=telling.created_ms,
            occurred_day=event.occurred_day,
            order_ref=telling.order_ref,
            told_ms=telling.told_ms,
            version_key=event.version_key,
            line_key=line.key,
            currency=currency,
            **{name: value for name, value in line._asdict().items() if name != "key"},
        )
        for line in lines
    )
    return [event, *numbered, *links]


def _line(item: LineItem, shop: Shop, currency: str) -> _Line:
    """A line. Its `price` is a number after discount, cut somewhere: what it comes to is told exactly beside it."""
    if item.subtotal is None and item.total is None:
        raise Refusal(Reason.MISSING_FIELD, "line_items.subtotal")
    unit_price_micro, gross_minor, rounding = total_amounts(item.total if item.subtotal is None else item.subtotal, item.quantity, currency)
    paid_minor = gross_minor if item.total is None else minor(item.total, currency)
    tax_minor = minor(item.total_tax or 0, currency)
    named = product(shop, item.sku, item.product_id)
    key = identifier(item.id) or ""
    return _Line(key, named, _text(item.name), item.quantity, unit_price_micro, gross_minor, rounding, gross_minor - paid_minor, tax_minor)


def _text(told: str | None) -> str | None:
    """A name without its HTML entities (`&ndash;`)."""
    return unescape(told) if told else None


def _identifiers(order: Order) -> Iterator[Identifier | None]:
    """The shop's customer first; a guest (customer 0) is known by e-mail, phone or thread."""
    if identifier(order.customer_id) not in (None, "0"):
        yield Identifier("woocommerce", str(order.customer_id))
    billing = order.billing or order.billing_address
    if billing:
        yield email_identifier(billing.email)
        yield phone_identifier(billing.phone)
    for meta in order.meta_data or []:
        yield noted_identifier(meta.key, meta.value)
