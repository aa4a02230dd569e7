"""Schema drift is counted wherever it begins, is told without what stood there, and is nothing that a made-up world shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import Home
from pipelines.loading import open_loader
from pipelines.quarantine import drifted
from pipelines.shapes.shape import SHAPES, parse_shape, shape_of
from tests.flow.test_intake_order import _take
from tests.flow.test_order_tables import HEADER, MAPPING, SETTINGS
from warehouse.connection import open_warehouse

RECORDS_BEFORE = 30_000
ITEM, VALUE = "entry[].messaging[]", "entry[].changes[].value"


def _thread(number: int, **changed: Any) -> dict[str, Any]:
    told = {"sender": {"id": "7"}, "recipient": {"id": "1001"}, "timestamp": 1772366400000 + number}
    return {"object": "page", "entry": [{"id": "1001", "time": 1772366400000, "messaging": [told | _text(number) | changed]}]}


def _text(number: int) -> dict[str, Any]:
    return {"message": {"mid": f"m{number}", "text": "Hi"}}


def _whatsapp(number: int, **changed: Any) -> dict[str, Any]:
    message = {"from": "4915100000000", "id": f"wamid.{number}", "timestamp": "1772366400", "type": "text", "text": {"body": "Hi"}}
    value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "55"}, "messages": [message | changed]}
    return {"object": "whatsapp_business_account", "entry": [{"id": "9", "changes": [{"field": "messages", "value": value}]}]}


def _order(number: int, **changed: Any) -> dict[str, Any]:
    line = {"id": 1, "sku": "R1", "title": "Rose", "quantity": 1, "price": "3.00"}
    told = {"id": number, "name": f"#{number}", "created_at": "2026-03-01T13:05:00+01:00", "currency": "EUR", "total_price": "3.00"}
    headers = {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": "a.myshopify.com"}
    return {"headers": headers, "body": told | {"line_items": [line]} | changed}


# body, and what is to be told of it: source, path, kind, type
CASES: list[tuple[dict[str, Any], set[tuple[str, str, str, str]]]] = [
    (_thread(1, message={"mid": "a", "text": "Hi", "mood": "glad"}), {("messenger", f"{ITEM}.message.mood", "new", "string")}),
    (_thread(2, vibe={"secret": "4915112345"}), {("messenger", f"{ITEM}.vibe", "new", "object")}),
    (_thread(3, message={"mid": "b", "text": "Hi", "4915112345678": 1}), {("messenger", f"{ITEM}.message.*", "new", "integer")}),
    (_thread(4, message={"mid": "c", "text": "Hi", "a@example.org": 1}), {("messenger", f"{ITEM}.message.*", "new", "integer")}),
    (_thread(5, message={"mid": "d", "text": 5}), {("messenger", f"{ITEM}.message.text", "retyped", "integer")}),
    (_thread(6, timestamp="1772366400000"), {("messenger", f"{ITEM}.timestamp", "retyped", "string")}),
    (
        _thread(7, message=None, delivery={"mids": ["m1"], "water_mark": 1772366400000}),
        {("messenger", f"{ITEM}.delivery.water_mark", "new", "integer"), ("messenger", f"{ITEM}.delivery.watermark", "missing", "")},
    ),
    (
        _thread(8, message={"mid": "e", "attachments": [{"type": "image", "payload": {"url": "u", "width": 3}}]}),
        {("messenger", f"{ITEM}.message.attachments[].payload.width", "new", "integer")},
    ),
    (
        _whatsapp(1, sent_at="1772366400", timestamp=None) | {"version": 2},
        {("whatsapp", "version", "new", "integer"), ("whatsapp", f"{VALUE}.messages[].sent_at", "new", "string")},
    ),
    (_whatsapp(2, text="Hi"), {("whatsapp", f"{VALUE}.messages[].text", "retyped", "string")}),
    (_whatsapp(3, context={"id": "x", "forwards": [1]}), {("whatsapp", f"{VALUE}.messages[].context.forwards", "new", "array")}),
    (_order(1, carbon_grams=12), {("shopify", "carbon_grams", "new", "integer")}),
    (_order(2, total_price=3.0), {("shopify", "total_price", "retyped", "number")}),
    (_order(3, customer={"id": 5, "e_mail": "a@example.org"}), {("shopify", "customer.e_mail", "new", "string")}),
]


def _drift(home: Home) -> dict[tuple[str, str, str, str], tuple[int, str]]:
    with open_warehouse(home.warehouse) as con:
        rows = drifted(open_loader(home, con))
    return {(row["source"], row["path"], row["kind"], row["json_type"]): (row["count"], row["first_at"]) for row in rows}


def test_every_drift_after_record_30_000_is_told(tmp_path: Path) -> None:
    lines = [json.dumps(_thread(number)) for number in range(RECORDS_BEFORE)]
    lines += [json.dumps(body) for body, _ in CASES]
    deliveries = tmp_path / "deliveries.jsonl"
    deliveries.write_text("\n".join(lines))
    home = Home(tmp_path / "home")
    [done] = _take(home, [deliveries])
    assert done.files[0].records == RECORDS_BEFORE + len(CASES)
    expected: dict[tuple[str, str, str, str], int] = {}
    for _, told in CASES:
        for key in told:
            expected[key] = expected.get(key, 0) + 1
    met = _drift(home)
    assert {key: count for key, (count, _) in met.items()} == expected
    assert not any("4915" in part or "@" in part for key in met for part in key)
    last_frame = max(int(at.split(":")[1]) for _, at in met.values())
    assert all(int(at.split(":")[1]) >= last_frame - 1 > 1 for _, at in met.values())


def test_drift_of_a_table_is_what_its_mapping_or_its_first_rows_do_not_say(tmp_path: Path) -> None:
    (tmp_path / "shops.toml").write_text(SETTINGS)
    rows = [dict(zip(HEADER, (f"A{number}", "2026-03-11T10:00:00", "tea", 1, "2.5"), strict=True)) for number in range(5)]
    rows[3]["note"] = "x"
    rows[4][HEADER[3]] = "1"
    table = tmp_path / "orders.jsonl"
    table.write_text("\n".join(map(json.dumps, rows)))
    home = Home(tmp_path / "home")
    _take(home, [tmp_path / "shops.toml"])
    _take(home, [table], mapping=MAPPING)
    told = {key[1:]: count for key, (count, _) in _drift(home).items()}
    assert told == {("note", "new", "string"): 1, (HEADER[3], "retyped", "string"): 1}


def test_a_shape_file_says_what_is_read_from_it() -> None:
    text = "a array\na[] object !\na[].b integer string\na[].c.* number\nd =a[]\n. =a[]\n"
    shape = parse_shape(text)
    assert shape.at("a[]").is_required
    assert shape.at("d") is shape.at("a[]")
    assert shape.fields["b"].kinds == {"integer", "string"}
    assert shape.at("a[].c.*").kinds == {"number"}


@pytest.mark.parametrize("path", sorted(SHAPES.glob("*.txt")), ids=lambda path: path.stem)
def test_shape_files_name_each_field_once(path: Path) -> None:
    names = [line.split()[0] for line in path.read_text().splitlines() if not line.startswith("#")]
    assert len(names) == len(set(names))
    assert shape_of(path.stem) is not None
