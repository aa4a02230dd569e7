"""Order tables in several files: one set is one segment and one ledger row, and its rows are those of the joined files."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cli import main
from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.loading import Ingested, open_loader
from warehouse.connection import open_warehouse

EXAMPLE = (Path(__file__).parents[2] / "examples/olist.toml").read_text()
ORDERS = ("order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at")
ORDERS += ("order_delivered_carrier_date", "order_delivered_customer_date")
ITEMS = ("order_id", "order_item_id", "product_id", "seller_id", "price", "freight_value")
CUSTOMERS = ("customer_id", "customer_unique_id")
PRODUCTS = ("product_id", "product_category_name")

Rows = list[tuple[Any, ...]]


def written(path: Path, header: tuple[str, ...], rows: Rows) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def placed(order: str, customer: str = "c1", status: str = "delivered") -> tuple[Any, ...]:
    return (
        order,
        customer,
        status,
        "2017-10-02 10:56:33",
        "2017-10-02 11:07:15",
        "",
        "2017-10-10 21:25:13" if status == "delivered" else "",
    )


def a_set(folder: Path, orders: Rows, items: Rows, customers: Rows | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    written(folder / "orders.csv", ORDERS, orders)
    written(folder / "order_items.csv", ITEMS, items)
    written(folder / "customers.csv", CUSTOMERS, customers or [("c1", "u1"), ("c2", "u2")])
    written(folder / "products.csv", PRODUCTS, [("p1", "moveis_decoracao"), ("p2", "")])
    return folder


def ingested(home: Path, *paths: Path, mapping: str = EXAMPLE) -> Ingested:
    with open_warehouse(Home(home).make().warehouse) as con:
        return ingest_files(Home(home), con, paths, source=None, mapping=mapping, progress=None)


def stored(home: Path) -> dict[str, list[dict[str, Any]]]:
    with open_warehouse(Home(home).warehouse) as con:
        return {
            table: con.sql(f"select * exclude (segment, frame, entry) from raw.{table} order by row_id").to_arrow_table().to_pylist()
            for table in ("order_line", "order_event")
        }


def refusal(home: Path, *paths: Path, mapping: str = EXAMPLE) -> str:
    done = ingested(home, *paths, mapping=mapping)
    assert done.files == []
    (line,) = done.refused.values()
    return line


def test_an_order_of_two_sellers_is_an_order_of_each(tmp_path: Path) -> None:
    items = [("o1", 1, "p1", "s1", "10.50", "1.10"), ("o1", 2, "p1", "s1", "10.50", "1.10"), ("o1", 3, "p2", "s2", "7", "0.90")]
    folder = a_set(tmp_path / "set", [placed("o1"), placed("o2"), placed("o3", "c2", "lost")], items)
    done = ingested(tmp_path / "home", folder)
    (row,) = done.files
    assert (row.records, row.loaded, row.quarantined) == (5, 3, 2)
    assert row.reasons == {"missing_field": 2}  # o2 and o3 have no items, so no seller
    assert row.path.endswith("orders.csv + order_items.csv + customers.csv + products.csv")
    told = stored(tmp_path / "home")
    assert sorted((line["shop_id"], line["gross_minor"], line["shipping_minor"], line["category"]) for line in told["order_line"]) == [
        *[("unclaimed-orders-table-s1", 1050, 110, "moveis_decoracao")] * 2,  # exact repeats are lines of their own
        ("unclaimed-orders-table-s2", 700, 90, None),
    ]
    assert sorted({(event["shop_id"][-2:], event["state"]) for event in told["order_event"]}) == [
        (shop, state) for shop in ("s1", "s2") for state in ("created", "delivered", "paid")
    ]
    (again,) = ingested(tmp_path / "home", *sorted(folder.iterdir())).files
    assert (again.loaded, again.duplicate) == (0, 5)


_orders = st.lists(st.sampled_from(["o1", "o2", "o3", "o4"]), unique=True, min_size=1)
_item = st.tuples(st.sampled_from(["o1", "o2", "o3", "o4"]), st.sampled_from(["s1", "s2"]), st.sampled_from(["1.005", "2.50"]))


@settings(max_examples=5, deadline=None)
@given(orders=_orders, items=st.lists(_item, min_size=1, max_size=8), data=st.data())
def test_order_and_repetition_of_the_rows_do_not_matter(orders, items, data, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("sets")
    lines = [(order, 1, "p", seller, price, "0.10") for order, seller, price in items]
    straight = a_set(folder / "straight", [placed(order) for order in orders], lines)
    shuffled = a_set(
        folder / "shuffled", [placed(order) for order in data.draw(st.permutations(orders))], data.draw(st.permutations(lines))
    )
    first = ingested(folder / "one", straight)
    shutil.copytree(Home(folder / "one").keys, Home(folder / "two").keys)  # unclaimed shops have secrets of their own
    other = ingested(folder / "two", shuffled, straight)
    kept = [line for line in lines if line[0] in orders]
    without = [order for order in orders if order not in {line[0] for line in lines}]
    assert first.files[0].loaded == len(kept)
    assert first.files[0].records == len(lines) + len(without)  # items of no order are refused, not lost
    assert sum(row.loaded for row in other.files) == len(kept)
    assert stored(folder / "one") == stored(folder / "two")


def test_landing_alone_makes_the_same_rows(tmp_path: Path) -> None:
    folder = a_set(tmp_path / "set", [placed("o1")], [("o1", 1, "p1", "s1", "10.50", "1.10")])
    with (folder / "orders.csv").open("rb") as plain, gzip.open(folder / "orders.csv.gz", "wb") as packed:
        packed.write(plain.read())
    (folder / "orders.csv").unlink()
    assert ingested(tmp_path / "home", folder).refused == {}
    before = stored(tmp_path / "home")
    for path in (*folder.iterdir(), Home(tmp_path / "home").warehouse):
        path.unlink()
    with open_warehouse(Home(tmp_path / "home").warehouse) as con:
        loader = open_loader(Home(tmp_path / "home"), con)
        for segment in loader.unloaded():
            (Home(tmp_path / "home").landing_canonical / segment / "summary.json").unlink()
        assert [row.loaded for row in loader.load_landed().files] == [1]
    assert stored(tmp_path / "home") == before


def test_another_mapping_reads_the_set_again(tmp_path: Path) -> None:
    folder = a_set(tmp_path / "set", [placed("o1")], [("o1", 1, "p1", "s1", "10.50", "1.10")])
    ingested(tmp_path / "home", folder)
    done = ingested(tmp_path / "home", folder, mapping=EXAMPLE.replace('shipping = "freight_value"\n', ""))
    assert done.is_reloaded
    assert [line["shipping_minor"] for line in stored(tmp_path / "home")["order_line"]] == [0]


def test_what_cannot_be_joined_is_refused_by_name(tmp_path: Path) -> None:
    home, item = tmp_path / "home", ("o1", 1, "p1", "s1", "10.50", "1.10")
    folder = a_set(tmp_path / "set", [placed("o1")], [item])
    assert refusal(home, folder / "orders.csv", folder / "customers.csv").endswith(
        "asks for one file named *order_items*.csv: there is none"
    )
    written(folder / "more_orders.csv", ORDERS, [])
    assert "more_orders.csv and orders.csv" in refusal(home, folder)
    (folder / "more_orders.csv").unlink()
    assert "no column 'product'" not in refusal(home, folder, mapping=EXAMPLE.replace('product = "product_id"', 'product = "product"'))
    assert "have a column 'product'; orders.csv has 'order_id'" in refusal(
        home, folder, mapping=EXAMPLE.replace('product = "product_id"', 'product = "product"')
    )
    no_key = EXAMPLE.replace('on = "customer_id"', 'on = "customer"')
    assert "customers.csv: the table has no column 'customer' to join by; it has 'customer_id'" in refusal(home, folder, mapping=no_key)
    a_set(folder, [placed("o1"), placed("o1")], [item])
    assert "orders.csv: row 2 repeats the 'order_id' of an earlier row" in refusal(home, folder)
    a_set(folder, [placed("o1")], [item], [("c1", "u1"), ("c1", "u2")])
    assert "customers.csv: row 2 repeats the 'customer_id'" in refusal(home, folder)


@pytest.mark.parametrize(
    ("sample", "lines", "bare", "orders", "shops", "price", "freight"),
    [
        ("sample_2017_10k_orders", 11_252, 111, 9_994, 1_207, 138_193_676, 21_805_674),
        ("sample_all_nondelivered_plus_5172_delivered", 8_365, 775, None, 1_610, 109_326_435, 17_228_839),
    ],
)
def test_the_published_figures_of_olist(sample, lines, bare, orders, shops, price, freight, shared: Path, home: Path) -> None:
    mapping = str(Path(__file__).parents[2] / "examples/olist.toml")
    result = CliRunner().invoke(main, ["ingest", str(shared / "data/olist" / sample), "--mapping", mapping, "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)["totals"]
    assert (told["records"], told["loaded"], told["quarantined"]) == (lines + bare, lines, bare)
    with open_warehouse(home / "warehouse.duckdb") as con:
        [found] = con.sql("""
            select count(*), count(distinct (shop_id, order_ref)), count(distinct shop_id), sum(gross_minor), sum(shipping_minor)
            from raw.order_line
        """).fetchall()
    assert found[2:] == (shops, price, freight)
    assert found[:2] == (lines, orders or found[1])
