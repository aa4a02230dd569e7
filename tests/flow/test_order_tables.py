"""Order tables through landing and load: repeats count, re-exports do not, and the order of rows and files does not matter."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.home import Home
from pipelines.ingest import ingest_files
from warehouse.connection import open_warehouse

MAPPING = """
asset = "counter"
currency = "EUR"
zone = "Europe/Berlin"
[columns]
order = "order"
ordered_at = "at"
product = "product"
quantity = "quantity"
unit_price = "price"
[refund]
when_column = "order"
starts_with = "C"
"""
SETTINGS = """
[[shop]]
id = "counter"
name = "Counter"
currency = "EUR"
zone = "Europe/Berlin"
sample = true
[shop.assets]
orders_table = ["counter"]
"""
HEADER = ("order", "at", "product", "quantity", "price")

_line = st.tuples(st.sampled_from(["tea", "cup"]), st.integers(1, 3), st.sampled_from(["1.005", "2.5", "0.333"]))
_orders = st.dictionaries(st.sampled_from(["A1", "A2", "A3", "C4"]), st.lists(_line, min_size=1, max_size=4), min_size=1)


def _rows(orders: dict[str, list[tuple[str, int, str]]]) -> list[tuple[Any, ...]]:
    return [
        (order, f"2026-03-{10 + int(order[1:])}T10:00:00", product, -quantity if order.startswith("C") else quantity, price)
        for order, lines in orders.items()
        for product, quantity, price in lines
    ]


def _written(path: Path, rows: list[tuple[Any, ...]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def _stored(home: Path, files: list[Path]) -> tuple[dict[str, list[dict[str, Any]]], list[int]]:
    """The raw rows without their pointers, and how many records each file added."""
    home.mkdir()
    shops = home / "shops.toml"
    shops.write_text(SETTINGS)
    with open_warehouse(home / "warehouse.duckdb") as con:
        added = []
        for path in [shops, *files]:
            done = ingest_files(Home(home), con, [path], source=None, mapping=MAPPING, progress=None)
            assert done.refused == {}
            added += [row.loaded for row in done.files]
        tables = {
            table: con.sql(f"select * exclude (segment, frame, entry) from raw.{table} order by row_id").to_arrow_table().to_pylist()
            for table in ("order_line", "order_event", "refund")
        }
    return tables, added[1:]


@settings(max_examples=12, deadline=None)
@given(orders=_orders, data=st.data())
def test_order_split_and_repetition_of_an_export_do_not_matter(orders, data, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("tables")
    rows = _rows(orders)
    straight, [added] = _stored(folder / "straight", [_written(folder / "all.csv", rows)])
    assert added == len(rows)  # exact repeats are lines of their own
    assert len(straight["order_line"]) + len(straight["refund"]) == len(rows)

    first = set(data.draw(st.lists(st.sampled_from(sorted(orders)), unique=True)))
    shuffled = data.draw(st.permutations(rows))
    parts = [[row for row in shuffled if row[0] in first], [row for row in shuffled if row[0] not in first]]
    files = [_written(folder / f"part{number}.csv", part) for number, part in enumerate(parts) if part]
    again = _written(folder / "again.csv", [*shuffled, ("A9", "2026-03-20T10:00:00", "tea", 1, "2.5")])
    other, counts = _stored(folder / "other", [*files, again])
    assert counts[-1] == 1  # of the second export only what is new
    assert {table: [row for row in told if row["order_ref"] != "no:a9"] for table, told in other.items()} == straight


def test_another_set_of_lines_is_another_version_of_the_order(tmp_path: Path) -> None:
    before = _written(tmp_path / "before.csv", _rows({"A1": [("tea", 1, "2.5"), ("cup", 1, "2.5")]}))
    after = _written(tmp_path / "after.csv", _rows({"A1": [("tea", 1, "2.5")]}))
    stored, counts = _stored(tmp_path / "home", [before, after])
    assert counts == [2, 1]
    assert sorted(Counter(line["version_key"] for line in stored["order_line"]).values()) == [1, 2]
