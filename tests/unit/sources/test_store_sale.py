"""Receipts of tills: exact amounts, returns that give back, one receipt however often and by whichever clock it is told."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.desk import Desk, ShopSettings
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import StoreSale
from pipelines.sources.store_sale import SOURCE, TABLE

DECIMALS = {"EUR": 2, "JPY": 0, "KWD": 3}
MINOR = st.integers(0, 10**9)
SOLD = {"asset": "till", "receipt": "1", "sold_at": "2026-03-02T10:00:00Z", "gross": "10"}


def desk(currency: str = "EUR") -> Desk:
    settings = ShopSettings("shop", currency, "America/New_York")
    return Desk({("store_sale", "till"): settings, ("store_sale", "till-2"): settings}, lambda shop_id: b"k" * 32)


def told(record: dict[str, Any], currency: str = "EUR", timestamp: str | None = None) -> Outcome:
    body = {"type": "store_sale", "timestamp": timestamp, "data": record}
    [outcome] = SOURCE.normalise(Delivery(json.dumps(body).encode()), desk(currency))
    return outcome


def sale(record: dict[str, Any], currency: str = "EUR", timestamp: str | None = None) -> StoreSale:
    outcome = told(record, currency, timestamp)
    assert isinstance(outcome, Loaded), outcome
    assert isinstance(outcome.rows[0], StoreSale)
    return outcome.rows[0]


@given(currency=st.sampled_from(sorted(DECIMALS)), gross=MINOR, tax=MINOR, data=st.data())
def test_amounts_are_exact_and_a_return_gives_back_what_was_paid(currency: str, gross: int, tax: int, data: st.DataObject) -> None:
    discount = data.draw(st.integers(0, gross))
    money = {name: str(Decimal(minor).scaleb(-DECIMALS[currency])) for name, minor in (("gross", gross), ("discount", discount))}
    money["tax"] = str(Decimal(tax).scaleb(-DECIMALS[currency]))
    sold = sale(SOLD | money, currency)
    assert (sold.gross_minor, sold.discount_minor, sold.refund_minor, sold.tax_minor) == (gross, discount, 0, tax)
    back = sale(SOLD | {name: f"-{text}" for name, text in money.items()}, currency)
    assert (back.gross_minor - back.discount_minor - back.refund_minor, back.tax_minor) == (discount - gross, -tax)
    assert min(back.gross_minor, back.discount_minor) >= 0


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"gross": None}, (Reason.MISSING_FIELD, "gross")),
        ({"gross": "ten"}, (Reason.INVALID_MONEY, "gross")),
        ({"gross": True}, (Reason.INVALID_MONEY, "gross")),
        ({"gross": [10]}, (Reason.WRONG_SHAPE, "gross")),
        ({"discount": "-1"}, (Reason.INVALID_MONEY, "discount is negative")),
        ({"refund": "-1"}, (Reason.INVALID_MONEY, "refund is negative")),
        ({"gross": "-10", "refund": "10"}, (Reason.INVALID_MONEY, "refund beside a negative gross")),
        ({"currency": "Taler"}, (Reason.INVALID_CURRENCY, "currency")),
        ({"items": "2.5"}, (Reason.WRONG_SHAPE, "items")),
        ({"sold_at": "yesterday"}, (Reason.INVALID_TIMESTAMP, "sold_at")),
        ({"told_at": "1970-01-01"}, (Reason.INVALID_TIMESTAMP, "told_at")),
        ({"email_sha256": "ada@example.com"}, (Reason.WRONG_SHAPE, "email_sha256: expected 64 hexadecimal digits")),
    ],
)
def test_what_cannot_be_a_receipt_is_refused(change: dict[str, Any], refused: tuple[Reason, str]) -> None:
    assert told(SOLD | change) == Quarantined(*refused)


def test_a_local_time_is_the_shop_s_and_a_time_with_an_offset_its_own() -> None:
    local, zoned = sale(SOLD | {"sold_at": "2026-03-02T23:30:00"}), sale(SOLD | {"sold_at": "2026-03-03T04:30:00Z"})
    assert local == zoned
    assert local.occurred_day == (datetime(2026, 3, 2) - datetime(1970, 1, 1)).days


def test_a_telling_is_dated_by_the_till_then_by_its_body_then_by_the_sale() -> None:
    sold, sent, dated = "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z"
    found = [sale(SOLD | {"told_at": dated}, timestamp=sent), sale(SOLD, timestamp=sent), sale(SOLD)]
    assert [row.told_ms for row in found] == [int(datetime.fromisoformat(at).timestamp()) * 1000 for at in (dated, sent, sold)]


def test_each_till_numbers_its_own_receipts() -> None:
    assert sale(SOLD).receipt_key != sale(SOLD | {"asset": "till-2"}).receipt_key
    assert sale(SOLD).receipt_key == sale(SOLD | {"gross": "11"}).receipt_key


def test_what_a_data_frame_wrote_is_read() -> None:
    cells = {"asset": "till", "receipt": 17.0, "sold_at": datetime(2026, 3, 2, 9), "gross": 12.1, "discount": float("nan"), "items": 3.0}
    outcome = TABLE.normalise_row(cells, desk())
    assert isinstance(outcome, Loaded)
    [row] = outcome.rows
    assert row == sale({"asset": "till", "receipt": "17", "sold_at": "2026-03-02T09:00:00", "gross": "12.10", "items": 3})
