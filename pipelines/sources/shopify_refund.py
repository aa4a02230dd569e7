"""Shopify refunds: what was taken back, line by line, and what was adjusted beside the lines.

A refund is told alone (`refunds/create`) and within its order; both give the same rows, under the order's id.
"""

from __future__ import annotations

from decimal import Decimal

from pipelines.sources.desk import Shop
from pipelines.sources.instants import epoch_ms
from pipelines.sources.money import exact, minor
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import product, shopify_ref
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Refund as RefundRow
from pipelines.sources.shopify_documents import Id, LineItem, Refund, RefundLineItem

_KIND_OF_ADJUSTMENT = {"shipping_refund": "shipping", "refund_discrepancy": "discrepancy"}


class RefundRows:
    """The rows of one refund while they are collected, in minor units of `currency`."""

    def __init__(self, shop: Shop, refund_id: Id, order_id: Id, occurred_ms: int, currency: str) -> None:
        self._shop = shop
        self._refund_key = shopify_ref(refund_id)
        self._order_ref = shopify_ref(order_id)
        self._occurred_ms = occurred_ms
        self._currency = currency
        self._rows: dict[str, RefundRow] = {}

    @property
    def rows(self) -> list[RefundRow]:
        return list(self._rows.values())

    def add(self, line_key: str, kind: str, refund_minor: int, quantity: int = 0, item: LineItem | None = None) -> None:
        """A refund may tell a line twice, the part put back on the shelf and the part not: one row holds both."""
        known = self._rows.get(line_key)
        if known:
            known.refund_minor += refund_minor
            known.quantity += quantity
            return
        self._rows[line_key] = RefundRow(
            shop_id=self._shop.shop_id,
            source="shopify",
            occurred_ms=self._occurred_ms,
            occurred_day=self._shop.day(self._occurred_ms),
            refund_key=self._refund_key,
            line_key=line_key,
            kind=kind,
            currency=self._currency,
            refund_minor=refund_minor,
            quantity=quantity,
            order_ref=self._order_ref,
            product_id=product(self._shop, item.sku, item.product_id) if item else None,
            title=item.title if item else None,
        )

    def add_adjustment(self, adjustment_id: Id, kind: str, amount: Decimal, tax_amount: Decimal | None) -> None:
        """An amount below zero is the customer's: shipping given back, or more given back than the lines are worth.

        A discrepancy above zero (less given back than the lines are worth) lowers the refund. Raises InvalidMoney, Refusal.
        """
        if kind not in _KIND_OF_ADJUSTMENT:
            raise Refusal(Reason.WRONG_SHAPE, "order_adjustments.kind")
        self.add(f"adjustment:{adjustment_id}", _KIND_OF_ADJUSTMENT[kind], -minor(amount, self._currency))
        tax_minor = -minor(tax_amount or 0, self._currency)
        if tax_minor:
            self.add(f"adjustment_tax:{adjustment_id}", "tax", tax_minor)


def refund_rows(refund: Refund, shop: Shop, order_id: Id, currency: str, taxes_included: bool | None) -> list[RefundRow]:
    """The rows of one refund; none where it gave nothing back. Raises InvalidMoney, Refusal.

    Goods are worth their subtotal, which is after discount, less the tax in it: the goods of a wholly refunded order sum
    to its gross less its discount. `taxes_included` is None for a refund told alone, which does not say; its tax rates do.
    """
    refunded = RefundRows(shop, refund.id, order_id, epoch_ms(refund.created_at, "created_at"), currency)
    for line in refund.refund_line_items or []:
        item = line.line_item or LineItem(quantity=line.quantity)
        if item.gift_card:
            continue
        subtotal, tax = _subtotal(line, item), exact(line.total_tax or 0)
        included = _includes_tax(subtotal, tax, item) if taxes_included is None else taxes_included
        tax_minor = minor(tax, currency)
        goods_minor = minor(subtotal, currency) - (tax_minor if included else 0)
        refunded.add(str(line.line_item_id), "goods", goods_minor, line.quantity, item)
        if tax_minor:
            refunded.add(f"tax:{line.line_item_id}", "tax", tax_minor, 0, item)
    for adjustment in refund.order_adjustments or []:
        refunded.add_adjustment(adjustment.id, adjustment.kind, adjustment.amount, adjustment.tax_amount)
    return refunded.rows


def _subtotal(line: RefundLineItem, item: LineItem) -> Decimal:
    """Documents of 2016 tell no subtotal; it is the line's price then."""
    if line.subtotal is not None:
        return exact(line.subtotal)
    if item.price is None:
        raise Refusal(Reason.MISSING_FIELD, "refund_line_items.subtotal")
    return exact(item.price) * line.quantity


def _includes_tax(subtotal: Decimal, tax: Decimal, item: LineItem) -> bool:
    rate = sum((exact(line.rate) for line in item.tax_lines or [] if line.rate), Decimal(0))
    if rate <= 0:
        return False
    return abs(tax - subtotal * rate / (1 + rate)) < abs(tax - subtotal * rate)
