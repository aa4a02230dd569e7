"""Shopify as Fivetran lays it out in tables: what each row tells alone, joined by nothing but the ids in it.

Shapes: https://fivetran.com/docs/connectors/applications/shopify. No table names the shop: it is that of the asset `unknown`. A
currency that a row does not tell is the shop's own; times are UTC. An order and its lines meet under the order's id. The
money of refunds is told by transactions (one sum) and adjustments: refunds and their lines name no amount or no order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from pipelines.sources.buyers import Identifier, buyer, email_identifier, phone_identifier
from pipelines.sources.cells import text_of
from pipelines.sources.codes import category
from pipelines.sources.contract import Outcome, TableSource
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Desk
from pipelines.sources.instants import LocalTimes
from pipelines.sources.money import exact, line_amounts, minor
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, product, shopify_ref, word
from pipelines.sources.refusal import Refusal, outcome_of
from pipelines.sources.rows import OrderEvent, OrderLine, Row, Touch
from pipelines.sources.shopify_documents import Fulfillment, FulfillmentEvent, LineItem, MoneySet, NoteAttribute, Order
from pipelines.sources.shopify_fulfillment import State
from pipelines.sources.shopify_order import Telling, checkout_rows, order_rows, state_row
from pipelines.sources.shopify_parcels import fulfillment_event_rows, fulfillment_rows
from pipelines.sources.shopify_refund import RefundRows
from pipelines.sources.shopify_transaction import Transaction, transaction_rows
from pipelines.sources.shopify_unused import MEDIA
from pipelines.sources.shopify_unused import TABLES as UNUSED_TABLES

_UTC = LocalTimes("UTC")
_SYNCED = "_fivetran_synced"
_VERSION = "table"  # a table holds each order once, as it is
_decode_money = msgspec.json.Decoder(MoneySet).decode
_decode_notes = msgspec.json.Decoder(list[NoteAttribute]).decode
Cells = Mapping[str, Any]


class _Table(NamedTuple):
    """A table by the columns that tell it."""

    columns: frozenset[str]
    rows: Callable[[Cells, Telling], list[Row]]


def _order(cells: Cells, telling: Telling) -> list[Row]:
    """An order without its lines. What it came to beside goods and tax is its shipping."""
    told = _plain(cells)
    if "total_price_set_shop_amount" in cells:
        told |= {name: told.get(f"{name}_set_shop_amount") for name in ("subtotal_price", "total_discounts", "total_price", "total_tax")}
        told |= {"currency": told.get("currency_code"), "financial_status": (told.get("display_financial_status") or "").lower()}
    subtotal, total, tax, discount = (
        exact(told.get(name) or 0) for name in ("subtotal_price", "total_price", "total_tax", "total_discounts")
    )
    told.setdefault("total_line_items_price", subtotal + discount)
    includes_tax = str(told.get("taxes_included")).lower() == "true"
    told["shipping_lines"] = [{"price": max(Decimal(0), total - subtotal - (0 if includes_tax else tax))}]
    order = msgspec.convert(told, Order, strict=False)
    rows = order_rows(order, telling)
    first = rows[0]
    if isinstance(first, OrderEvent):
        first.order_ref, first.version_key = shopify_ref(order.id), _VERSION
    return rows


def _plain(cells: Cells) -> dict[str, Any]:
    """The cells that hold something, times as times; a customer where one is named."""
    told = {name: cell for name, cell in cells.items() if cell not in (None, "", " ")}
    for name in told.keys() & {"created_at", "updated_at", "cancelled_at", "happened_at"}:
        told[name] = datetime.fromtimestamp(_UTC.epoch_ms(told[name], name) / 1000, UTC)
    if isinstance(told.get("note_attributes"), str):
        told["note_attributes"] = _decode_notes(told["note_attributes"])
    if "customer_id" in told:
        told["customer"] = {"id": told["customer_id"]}
    return told


def _line(cells: Cells, telling: Telling) -> list[Row]:
    item = msgspec.convert(_plain(cells), LineItem, strict=False)
    order_id = identifier(text_of(cells.get("order_id")))
    if item.gift_card or item.price is None or order_id is None or item.id is None:
        raise Refusal(Reason.UNUSED if item.gift_card else Reason.MISSING_FIELD, "gift_card" if item.gift_card else "price or order_id")
    shop, told_ms = telling.shop, _UTC.epoch_ms(cells.get(_SYNCED), _SYNCED)
    currency = currency_of(shop.settings.currency, "currency")
    unit_price_micro, gross_minor, rounding = line_amounts(item.price, item.quantity, currency)
    return [
        OrderLine(
            shop_id=shop.shop_id,
            source="shopify",
            occurred_ms=told_ms,
            occurred_day=shop.day(told_ms),
            order_ref=shopify_ref(order_id),
            told_ms=told_ms,
            version_key=_VERSION,
            line_key=str(item.id),
            quantity=item.quantity,
            gross_minor=gross_minor,
            currency=currency,
            unit_price_micro=unit_price_micro,
            line_rounding_micro=rounding,
            discount_minor=minor(item.total_discount or 0, currency),
            product_id=product(shop, item.sku, item.product_id),
            title=item.title,
            category=category(item.product_type),
        )
    ]


def _checkout(cells: Cells, telling: Telling) -> list[Row]:
    return checkout_rows(msgspec.convert(_plain(cells), Order, strict=False), telling)


def _refund(cells: Cells, telling: Telling) -> list[Row]:
    """That an order was refunded, and when."""
    order_id = text_of(cells.get("order_id"))
    if order_id is None:
        raise Refusal(Reason.MISSING_FIELD, "order_id")
    return [state_row(telling, order_id, State("changed", _UTC.epoch_ms(cells.get("created_at"), "created_at")))]


def _customer(cells: Cells, telling: Telling) -> list[Row]:
    """The contacts of a customer, since the customer is known."""
    told = _plain(cells)
    since_ms = _UTC.epoch_ms(cells.get("created_at"), "created_at")
    contacts = email_identifier(told.get("email")), phone_identifier(text_of(told.get("phone")))
    _, links = buyer(telling.shop, "shopify", since_ms, (Identifier("shopify", str(told.get("id"))), *contacts))
    if not links:
        raise Refusal(Reason.UNUSED, "no contact")
    return [*links]


def _visit(cells: Cells, telling: Telling) -> list[Row]:
    """A visit that led to an order. It names the order and not the visitor."""
    shop, visit_id = telling.shop, text_of(cells.get("id"))
    occurred_ms = _UTC.epoch_ms(cells.get("occurred_at"), "occurred_at")
    return [
        Touch(
            shop_id=shop.shop_id,
            source="shopify",
            occurred_ms=occurred_ms,
            occurred_day=shop.day(occurred_ms),
            asset_id=telling.asset_id,
            touch_key=shop.hashed("visit", visit_id),
            kind="web_visit",
            channel=word(cells.get("source_type")) or word(cells.get("source")) or "web",
            ref=shop.hashed("parameter", text_of(cells.get("utm_parameters_campaign"))) if cells.get("utm_parameters_campaign") else None,
        )
    ]


def _adjustment(cells: Cells, telling: Telling) -> list[Row]:
    adjustment_id, order_id, refund_id = (identifier(cells.get(name)) for name in ("id", "order_id", "refund_id"))
    if adjustment_id is None or order_id is None or refund_id is None:
        raise Refusal(Reason.MISSING_FIELD, "id, order_id or refund_id")
    amount_set = cells.get("amount_set")
    told = _decode_money(amount_set).shop_money if isinstance(amount_set, str) and amount_set else None
    currency = currency_of((told and told.currency_code) or telling.shop.settings.currency, "currency")
    refunded = RefundRows(telling.shop, refund_id, order_id, _UTC.epoch_ms(cells.get(_SYNCED), _SYNCED), currency)
    refunded.add_adjustment(adjustment_id, str(cells.get("kind")), exact(cells.get("amount")), exact(cells.get("tax_amount") or 0))
    return [*refunded.rows]


def _document(kind: type, rows: Callable[[Any, Telling], list[Row]]) -> Callable[[Cells, Telling], list[Row]]:
    """A table whose columns are the fields of a document."""
    return lambda cells, telling: rows(msgspec.convert(_plain(cells), kind, strict=False), telling)


def _table(columns: str, rows: Callable[[Cells, Telling], list[Row]]) -> _Table:
    return _Table(frozenset((*columns.split(), _SYNCED)), rows)


def _unused(cells: Cells, telling: Telling) -> list[Row]:
    raise Refusal(Reason.UNUSED)


_TABLES = (
    _table("id order_id refund_id amount tax_amount kind", _adjustment),
    _table("id order_number financial_status total_price total_line_items_price", _order),
    _table("id display_financial_status total_price_set_shop_amount", _order),
    _table("id order_id price quantity sku gift_card", _line),
    _table("id abandoned_checkout_url token total_line_items_price", _checkout),
    _table("id order_id amount kind status gateway", _document(Transaction, transaction_rows)),
    _table("id order_id fulfillment_id status happened_at", _document(FulfillmentEvent, fulfillment_event_rows)),
    _table("id order_id status tracking_company", _document(Fulfillment, fulfillment_rows)),
    _table("id order_id restock processed_at", _refund),
    _table("id order_id total_refunded_set_shop_amount created_at", _refund),
    _table("id email phone orders_count total_spent", _customer),
    _table("id order_id occurred_at landing_page referrer_url", _visit),
    *(_Table(columns, _unused) for columns in UNUSED_TABLES),
)


def _of_columns(columns: frozenset[str]) -> _Table | None:
    if columns == MEDIA:
        return _Table(columns, _unused)
    return next((table for table in _TABLES if table.columns <= columns), None)


def _normalise_row(cells: Cells, desk: Desk) -> Outcome:
    return outcome_of(_rows, cells, desk)


def _rows(cells: Cells, desk: Desk) -> list[Row]:
    table = _of_columns(frozenset(cells))
    if table is None:
        raise Refusal(Reason.UNSUPPORTED_SOURCE)
    return table.rows(cells, Telling(desk.shop("shopify", "unknown"), "unknown", None))


TABLE = TableSource("shopify", lambda columns: _of_columns(frozenset(columns)) is not None, _normalise_row)
