"""Receipts of a shop's tills, with a hashed contact or loyalty id where the buyer is known (docs/formats.md).

A return is a receipt of its own, either with negative amounts or with what it gives back as `refund`.
"""

from __future__ import annotations

from pipelines.sources.own_format import own_format
from pipelines.sources.own_record import Record
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Row, StoreSale

NAME = "store_sale"


def _rows(record: Record) -> list[Row]:
    occurred_ms = record.when("sold_at")
    currency = record.currency()
    if record.text("gross") is None:
        raise Refusal(Reason.MISSING_FIELD, "gross")
    gross_minor, discount_minor, refund_minor = _amounts(record, currency)
    person_key, links = record.person(occurred_ms)
    receipt = StoreSale(
        **record.base(occurred_ms),
        asset_id=record.asset_id,
        receipt_key=record.shop.hashed("receipt", record.asset_id, record.required("receipt")),
        told_ms=record.told_ms(occurred_ms),
        person_key=person_key,
        currency=currency,
        gross_minor=gross_minor,
        discount_minor=discount_minor,
        refund_minor=refund_minor,
        tax_minor=record.amount_minor("tax", currency),
        item_count=record.integer("items"),
    )
    return [receipt, *links]


def _amounts(record: Record, currency: str) -> tuple[int, int, int]:
    """(gross, discount, refund), none of them negative: a negative receipt gives back gross less discount."""
    gross, discount, refund = (record.amount_minor(field, currency) for field in ("gross", "discount", "refund"))
    if refund < 0:
        raise Refusal(Reason.INVALID_MONEY, "refund is negative")
    if gross < 0:
        if refund:
            raise Refusal(Reason.INVALID_MONEY, "refund beside a negative gross")
        return 0, 0, -gross - abs(discount)
    if discount < 0:
        raise Refusal(Reason.INVALID_MONEY, "discount is negative")
    return gross, discount, refund


SOURCE, TABLE = own_format(NAME, {"receipt", "sold_at", "gross"}, _rows)
