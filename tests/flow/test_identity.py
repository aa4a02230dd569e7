"""Who is one person, end to end: persons of two shops, of a group's shops, links that are taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.warehouse_run import hold_warehouse
from tests.reference.warehouses import refresh_all
from warehouse.connection import open_warehouse
from warehouse.laws import check_laws

SHOP = '[[shop]]\nid = "{0}"\nname = "{0}"\ncurrency = "EUR"\nzone = "UTC"\ngroup = "{1}"\nassets = {{ shopify = ["{0}.example"] }}\n'


def order(shop: str, number: int, customer: int, phone: str, day: int) -> str:
    """A Shopify delivery: one order of a customer who tells a phone."""
    body = {
        "id": number,
        "name": f"#{number}",
        "created_at": f"2026-03-{day:02}T10:00:00Z",
        "currency": "EUR",
        "total_price": "10.00",
        "customer": {"id": customer, "phone": phone},
        "line_items": [{"id": 1, "sku": "R1", "title": "Rose", "quantity": 1, "price": "10.00"}],
    }
    return json.dumps({"headers": {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": f"{shop}.example"}, "body": body})


def take(home: Path, folder: Path, groups: dict[str, str], *deliveries: str) -> None:
    """Loads settings and deliveries, and computes every table."""
    (folder / "shops.toml").write_text("".join(SHOP.format(shop, group) for shop, group in groups.items()), encoding="utf-8")
    (folder / "orders.jsonl").write_text("\n".join(deliveries), encoding="utf-8")
    with hold_warehouse(Home(home)) as held:
        done = ingest_files(held.home, held.con, [folder / "shops.toml", folder / "orders.jsonl"], source=None, mapping=None, progress=None)
        assert done.refused == {}
        refresh_all(held.con)


@pytest.mark.parametrize(
    ("groups", "is_one_person"), [({"a": "x", "b": "x"}, True), ({"a": "x", "b": "y"}, False), ({"a": "", "b": ""}, False)]
)
def test_a_group_shares_its_persons_and_links(tmp_path: Path, home: Path, groups: dict[str, str], is_one_person: bool) -> None:
    take(home, tmp_path, groups, order("a", 1, 11, "+49 30 1234567", 1), order("b", 2, 22, "+49 30 1234567", 2))
    with open_warehouse(Home(home).warehouse) as con:
        [[phones]] = con.execute("select count(distinct person_key) from raw.identity_link where reason = 'customer_phone'").fetchall()
        [[shops_of_a_link]] = con.execute(
            "select max(shops) from (select count(distinct shop_id) as shops from staging.identity_link group by person_key, linked_key)"
        ).fetchall()
        assert [verdict.law for verdict in check_laws(con) if not verdict.holds] == []
    assert (phones == 1, shops_of_a_link == 2) == (is_one_person, is_one_person)


def test_leaving_a_group_parts_the_persons(tmp_path: Path, home: Path) -> None:
    deliveries = order("a", 1, 11, "+49 30 1234567", 1), order("b", 2, 22, "+49 30 1234567", 2)
    take(home, tmp_path, {"a": "x", "b": "x"}, *deliveries)
    take(home, tmp_path, {"a": "x", "b": ""}, *deliveries)
    with open_warehouse(Home(home).warehouse) as con:
        [[phones]] = con.execute("select count(distinct person_key) from raw.identity_link where reason = 'customer_phone'").fetchall()
        assert [verdict.law for verdict in check_laws(con) if not verdict.holds] == []
    assert phones == 2
