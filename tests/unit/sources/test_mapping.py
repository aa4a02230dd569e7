"""Mappings: each mistake is named with its file, its key and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.sources.mapping import MappingError, parse_mapping, require_columns

LINES = """
asset = "till"
currency = "EUR"
zone = "Europe/Berlin"
[columns]
order = "id"
ordered_at = "time"
unit_price = "price"
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('asset = "till"', 'asset = "till', "not TOML"),
        ('asset = "till"', "", "asset: expected either asset or columns.asset"),
        ('asset = "till"', 'asset = "till"\nshop = "x"', "top level: Object contains unknown field `shop`"),
        ('"EUR"', '"EURO"', "currency: expected an ISO 4217 code, found 'EURO'"),
        ('"EUR"', "5", "currency: Expected `str | null`, got `int`"),
        ('currency = "EUR"', "", "currency: expected either currency or columns.currency"),
        ("Europe/Berlin", "Berlin", "zone: expected an IANA time zone such as Europe/London, found 'Berlin'"),
        ('zone = "Europe/Berlin"', "", "top level: Object missing required field `zone`"),
        ('order = "id"', "", "columns: Object missing required field `order`"),
        ('order = "id"', 'order = "id"\nprice = "p"', "columns: Object contains unknown field `price`"),
        ('unit_price = "price"', "", "columns.unit_price: expected exactly one of columns.unit_price and columns.line_total"),
        ('unit_price = "price"', 'unit_price = "price"\ngross = "g"', "columns.gross: expected only at grain 'order'"),
        ('asset = "till"', 'asset = "till"\nfile = "orders.csv"', "file: expected together with [[join]]"),
        ("[columns]", '[[join]]\nfile = "items.csv"\non = "id"\n[columns]', "file: expected together with [[join]]"),
        ("[columns]", 'file = "a"\n[[join]]\nfile = "a"\non = "id"\n[columns]', "join: expected a file of its own for each"),
        ("[columns]", 'file = "a"\n[[join]]\nfile = "b"\non = "id"\nrows = "all"\n[columns]', "join[0].rows: Invalid enum value 'all'"),
        (
            "[columns]",
            'file = "a"\n[[join]]\nfile = "b"\non = "id"\nrows = "many"\n[[join]]\nfile = "c"\non = "id"\nrows = "many"\n[columns]',
            'join: expected at most one with rows = "many"',
        ),
        ("[columns]", '[times]\ncreated = "t"\n[columns]', "times.created: expected another state"),
        ("[columns]", 'grain = "order"\n[columns]', "columns.gross: expected exactly one of columns.gross and columns.total"),
        ("[columns]", 'grain = "day"\n[columns]', "grain: Invalid enum value 'day'"),
        ('unit_price = "price"', 'unit_price = "price"\nstatus = "s"', "states: expected together with columns.status"),
        (
            'unit_price = "price"',
            'unit_price = "price"\n[refund]\nwhen_column = "id"',
            "refund: expected exactly one of starts_with and is",
        ),
    ],
)
def test_a_mistake_is_named(old: str, new: str, told: str) -> None:
    with pytest.raises(MappingError) as error:
        parse_mapping(LINES.replace(old, new), "till.toml")
    assert str(error.value).startswith("till.toml: ")
    assert told in str(error.value)


def test_a_column_that_the_table_lacks_is_named_beside_those_it_has() -> None:
    mapping = parse_mapping(LINES, "till.toml")
    require_columns(mapping, ("price", "time", "id", "note"), "orders.csv")
    with pytest.raises(MappingError, match=r"orders.csv: the table has no column 'time'; it has 'id', 'price', 'when'"):
        require_columns(mapping, ("id", "price", "when"), "orders.csv")


def test_the_example_is_a_mapping() -> None:
    example = Path(__file__).parents[3] / "examples/uci_online_retail.toml"
    assert parse_mapping(example.read_text(), example.name).asset == "uci-online-retail"
