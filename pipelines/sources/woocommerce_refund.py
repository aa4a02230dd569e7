"""WooCommerce refunds. An order tells each of its refunds as one sum below zero, a refund by itself tells a sum above zero and
its parts: both under one key, so that a refund told both ways counts once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from html import unescape

from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Shop
from pipelines.sources.money import minor
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, product
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Refund as RefundRow
from pipelines.sources.woocommerce_documents import Charge, Id, LineItem, Refund, ToldRefund
from pipelines.sources.woocommerce_times import instant

_ORDER_IN_ADDRESS = re.compile(r"/orders/(\d+)/refunds/")
_REFUNDED_LINE = "_refunded_item_id"
_ITEM_ID = re.compile(r"[0-9]{1,20}")


def told_refund(refund: ToldRefund, shop: Shop, order_id: Id, told_ms: int, currency: str) -> RefundRow:
    """A refund as its order tells it. The order tells no time of it: it was made when it was told first. Raises InvalidMoney."""
    return _row(shop, refund.id, order_id, told_ms, currency, "", "total", refund.total)


def refund_rows(refund: Refund, shop: Shop) -> list[RefundRow]:
    """A refund and its parts; the sum is the primary row. Raises InvalidMoney, Refusal."""
    refunded_ms = instant(refund.date_created_gmt, refund.date_created or refund.created_at, shop.settings.zone, "date_created")
    if refunded_ms is None:
        raise Refusal(Reason.MISSING_FIELD, "date_created")
    currency = currency_of(shop.settings.currency, "currency")
    order_id = identifier(refund.parent_id) or _order_in_address(refund)
    rows = [_row(shop, refund.id, order_id, refunded_ms, currency, "", "total", refund.amount)]
    for line in refund.line_items or []:
        rows += _parts(_row(shop, refund.id, order_id, refunded_ms, currency, _line_key(line), "goods", line.total, line), line)
    for kind, charges in (("goods", refund.fee_lines), ("shipping", refund.shipping_lines)):
        for charge in charges or []:
            key = f"{kind}:{charge.id}"
            rows += _parts(_row(shop, refund.id, order_id, refunded_ms, currency, key, kind, charge.total), charge)
    return rows


def _parts(row: RefundRow, told: LineItem | Charge) -> Iterable[RefundRow]:
    """The row and that of its tax, as far as they hold money."""
    if row.refund_minor or row.quantity:
        yield row
    tax_minor = abs(minor(told.total_tax or 0, row.currency))
    if tax_minor:
        tax = {"line_key": f"tax:{row.line_key}", "kind": "tax", "refund_minor": tax_minor, "quantity": 0}
        yield RefundRow(**{name: getattr(row, name) for name in row.__struct_fields__} | tax)


def _row(
    shop: Shop,
    refund_id: Id,
    order_id: Id | None,
    refunded_ms: int,
    currency: str,
    line_key: str,
    kind: str,
    amount: Decimal | None,
    line: LineItem | None = None,
) -> RefundRow:
    """Signs differ by the place of the telling: money given back is above zero here."""
    return RefundRow(
        shop_id=shop.shop_id,
        source="woocommerce",
        occurred_ms=refunded_ms,
        occurred_day=shop.day(refunded_ms),
        refund_key=f"woocommerce:{refund_id}",
        line_key=line_key,
        kind=kind,
        currency=currency,
        refund_minor=abs(minor(amount or 0, currency)),
        quantity=abs(line.quantity) if line else 0,
        order_ref=f"woocommerce:{order_id}" if order_id is not None else None,
        product_id=product(shop, line.sku, line.product_id) if line else None,
        title=unescape(line.name) if line and line.name else None,
    )


def _line_key(line: LineItem) -> str:
    """The line of the order that a line of a refund gives back."""
    named = next((str(meta.value) for meta in line.meta_data or [] if meta.key == _REFUNDED_LINE), "")
    return named if _ITEM_ID.fullmatch(named) else str(line.id)


def _order_in_address(refund: Refund) -> str | None:
    addresses = refund.links.self if refund.links and refund.links.self else []
    found = _ORDER_IN_ADDRESS.search(addresses[0].href) if addresses else None
    return found[1] if found else None
