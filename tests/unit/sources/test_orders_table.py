"""Order tables through mappings: the published figures of a real ledger, and random rows."""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contract import Loaded, Outcome, Quarantined
from pipelines.sources.desk import Desk, ShopSettings
from pipelines.sources.mapping import parse_mapping
from pipelines.sources.orders_table import orders_table
from pipelines.sources.quarantine import Reason
from pipelines.sources.rows import IdentityLink, OrderEvent, OrderLine, Refund, Row
from pipelines.sources.tables import read_csv, read_parquet
from tests.messaging import ms

UCI = (Path(__file__).parents[3] / "examples/uci_online_retail.toml").read_text()
UCI_MAPPING = parse_mapping(UCI, "uci_online_retail.toml")
LINES = """
currency = "EUR"
zone = "Europe/Berlin"
[columns]
asset = "till"
order = "id"
ordered_at = "time"
updated_at = "changed"
customer = "buyer"
email = "mail"
phone = "phone"
product = "sku"
title = "name"
quantity = "n"
line_total = "total"
discount = "off"
tax = "vat"
status = "status"
[states]
new = "created"
sent = "shipped"
void = "cancelled"
basket = "cart"
[refund]
when_column = "status"
is = ["returned"]
order_column = "of"
"""
ORDERS = """
asset = "till"
zone = "Europe/Berlin"
grain = "order"
time_formats = ["%d.%m.%Y %H:%M"]
[columns]
order = "id"
ordered_at = "time"
currency = "money"
total = "total"
discount = "off"
tax = "vat"
shipping = "freight"
"""
ROW = {
    "till": "t1", "id": "#1001", "time": "2025-07-01 12:00:00", "changed": "2025-07-02T08:00:00+00:00",
    "buyer": 17850.0, "mail": " A@B.de", "phone": "+49 30 123456",
    "sku": "85123A", "name": "Vase", "n": "3", "total": "10.00", "off": "1.5", "vat": "", "status": "new", "of": "",
}  # fmt: skip


def desk() -> Desk:
    shops = {
        ("orders_table", "t1"): ShopSettings("shop", "EUR", "Europe/Berlin"),
        ("orders_table", "till"): ShopSettings("shop", "EUR", "Europe/Berlin"),
        ("orders_table", "uci-online-retail"): ShopSettings("uci", "GBP", "Europe/London"),
    }
    return Desk(shops, lambda shop: shop.encode().ljust(32, b"k"))


def outcome(mapping: str, cells: dict[str, Any]) -> Outcome:
    return orders_table(parse_mapping(mapping, "test.toml")).normalise_row(cells, desk())


def rows(mapping: str, cells: dict[str, Any]) -> tuple[Row, ...]:
    read = outcome(mapping, cells)
    assert isinstance(read, Loaded), read
    return read.rows


def test_uci_online_retail_gives_its_published_figures(shared: Path) -> None:
    read, at = orders_table(UCI_MAPPING).normalise_row, desk()
    counts: Counter[str] = Counter()
    invoices: set[str] = set()
    cancellations: set[str] = set()
    customers: set[str] = set()
    minor = rounding_micro = 0
    with (shared / "data/online_retail_uci/online_retail.parquet").open("rb") as file:
        for cells in read_parquet(file).rows:
            assert isinstance(cells, dict)
            loaded = read(cells, at)
            assert isinstance(loaded, Loaded)
            primary, *others = loaded.rows
            if isinstance(primary, OrderLine):
                (event,) = others
                assert isinstance(event, OrderEvent)
                invoices.add(primary.order_ref)
                minor += primary.gross_minor
                rounding_micro += primary.line_rounding_micro
                person = event.person_key
            else:
                assert isinstance(primary, Refund)
                cancellations.add(primary.refund_key)
                minor -= primary.refund_minor
                rounding_micro -= primary.line_rounding_micro
                person = primary.person_key
            counts[primary.table] += 1
            counts["guest"] += person is None
            customers.add(person or "")
    assert counts == {"order_line": 532_621, "refund": 9_288, "guest": 135_080}
    assert counts["order_line"] + counts["refund"] == 541_909
    assert len(invoices) + len(cancellations) == 25_900
    assert len(cancellations) == 3_836
    assert len(customers - {""}) == 4_372
    assert minor == 974_774_793
    assert Fraction(minor, 100) + Fraction(rounding_micro, 10**6) == Fraction("9747747.934")


def test_a_line_in_a_csv_is_the_line_in_a_parquet_file() -> None:
    content = (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n536365,71053,LANTERN,6,12/1/2010 8:26,3.39,17850\n"
    )
    (cells,) = read_csv(io.BytesIO(content.encode())).rows
    assert isinstance(cells, dict)
    plain = cells | {"Quantity": 6, "UnitPrice": 3.39, "CustomerID": 17850, "InvoiceDate": datetime(2010, 12, 1, 8, 26)}
    assert rows(UCI, cells) == rows(UCI, plain)


def test_a_line_its_order_and_its_buyer() -> None:
    line, event, mail, phone = rows(LINES, ROW)
    shop = desk().shop("orders_table", "t1")
    assert isinstance(line, OrderLine)
    assert (line.order_ref, line.quantity, line.gross_minor, line.discount_minor, line.tax_minor) == ("no:1001", 3, 1000, 150, 0)
    assert (line.version_key, line.unit_price_micro, line.product_id, line.title) == ("", 10_000_000, "85123A", "Vase")
    assert (line.occurred_ms, line.told_ms) == (ms(2025, 7, 1, 10), ms(2025, 7, 2, 8))
    assert isinstance(event, OrderEvent)
    assert (event.state, event.asset_id, event.gross_minor, event.version_key) == ("created", "t1", None, None)
    assert event.person_key == shop.person("orders_table", "17850")
    assert isinstance(mail, IdentityLink)
    assert isinstance(phone, IdentityLink)
    assert (mail.person_key, mail.linked_key, mail.reason) == (shop.person("email", "a@b.de"), event.person_key, "customer_email")
    assert (phone.person_key, phone.linked_key, phone.reason) == (shop.person("phone", "4930123456"), event.person_key, "customer_phone")


def test_lines_of_an_order_tell_it_alike_and_are_keyed_by_what_they_say() -> None:
    first, event, *_ = rows(LINES, ROW)
    other, same_event, *_ = rows(LINES, ROW | {"sku": "22423", "total": "4.00"})
    again, *_ = rows(LINES, ROW)
    assert event == same_event
    assert isinstance(first, OrderLine)
    assert isinstance(other, OrderLine)
    assert first == again
    assert first.line_key != other.line_key


def test_the_status_column_tells_a_second_state_when_the_row_was_updated() -> None:
    states = {status: [(row.state, row.occurred_ms) for row in rows(LINES, ROW | {"status": status}) if isinstance(row, OrderEvent)]
              for status in ("new", "sent", "void", "basket")}  # fmt: skip
    created = ("created", ms(2025, 7, 1, 10))
    assert states == {
        "new": [created],
        "sent": [created, ("shipped", ms(2025, 7, 2, 8))],
        "void": [created, ("cancelled", ms(2025, 7, 2, 8))],
        "basket": [("cart", ms(2025, 7, 1, 10))],
    }
    assert outcome(LINES, ROW | {"status": "odd"}) == Quarantined(Reason.UNKNOWN_EVENT, "status: a value that [states] does not list")


def test_a_returned_line_is_a_refund_above_zero() -> None:
    refund, *_ = rows(LINES, ROW | {"status": "returned", "n": -3, "total": "-10.005", "off": "-1.50", "of": "#900"})
    assert isinstance(refund, Refund)
    assert (refund.refund_key, refund.order_ref, refund.kind, refund.quantity) == ("#1001", "no:900", "goods", 3)
    assert Fraction(refund.refund_minor, 100) + Fraction(refund.line_rounding_micro, 10**6) == Fraction("8.505")


def test_an_order_table_has_totals_and_no_lines() -> None:
    cells = {"id": "A-7", "time": "05.03.2024 09:30", "money": "jpy", "total": 1200, "off": 100, "vat": 110, "freight": 90}
    (event,) = rows(ORDERS, cells)
    assert isinstance(event, OrderEvent)
    assert (event.currency, event.gross_minor, event.discount_minor, event.tax_minor, event.shipping_minor) == ("JPY", 1100, 100, 110, 90)
    assert event.occurred_ms == ms(2024, 3, 5, 8, 30)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": " # "}, Reason.MISSING_FIELD),
        ({"till": None}, Reason.MISSING_FIELD),
        ({"time": "soon"}, Reason.INVALID_TIMESTAMP),
        ({"time": "1999-01-01"}, Reason.INVALID_TIMESTAMP),
        ({"time": ["2025-01-01"]}, Reason.INVALID_TIMESTAMP),
        ({"n": "1.5"}, Reason.WRONG_SHAPE),
        ({"n": 10**12}, Reason.WRONG_SHAPE),
        ({"total": "ten"}, Reason.INVALID_MONEY),
        ({"total": None}, Reason.INVALID_MONEY),
        ({"name": {"de": "Vase"}}, Reason.WRONG_SHAPE),
    ],
)
def test_rows_that_are_refused(change: dict[str, Any], reason: Reason) -> None:
    read = outcome(LINES, ROW | change)
    assert isinstance(read, Quarantined)
    assert read.reason == reason


CELL = st.one_of(
    st.none(), st.text(max_size=6), st.integers(), st.floats(), st.booleans(), st.decimals(allow_nan=False), st.datetimes(), st.dates(),
    st.binary(max_size=3), st.lists(st.integers(), max_size=2),
)  # fmt: skip


@given(change=st.dictionaries(st.sampled_from(sorted(ROW)), CELL, max_size=6))
def test_any_row_is_one_outcome(change: dict[str, Any]) -> None:
    assert isinstance(outcome(LINES, ROW | change), Loaded | Quarantined)


@given(
    told=st.lists(
        st.tuples(st.decimals(-(10**6), 10**6, places=6), st.integers(-1000, 1000), st.sampled_from(["536365", "C536365"])), max_size=20
    )
)
def test_lines_less_refunds_and_their_roundings_are_the_source_total(told: list[tuple[Decimal, int, str]]) -> None:
    total, read, at = Fraction(0), orders_table(UCI_MAPPING).normalise_row, desk()
    for price, quantity, invoice in told:
        cells = {"InvoiceNo": invoice, "InvoiceDate": "2011-01-01", "UnitPrice": str(price), "Quantity": str(quantity), "StockCode": "x"}
        loaded = read(cells, at)
        assert isinstance(loaded, Loaded)
        primary = loaded.rows[0]
        amount, sign = (primary.gross_minor, 1) if isinstance(primary, OrderLine) else (primary.refund_minor, -1)  # type: ignore[attr-defined]
        total += sign * (Fraction(amount, 100) + Fraction(primary.line_rounding_micro, 10**6))  # type: ignore[attr-defined]
    assert total == sum((Fraction(price) * quantity for price, quantity, _ in told), Fraction(0))
