"""docs/formats.md is what the sources read: its tables, its examples, its promises about what is told twice or wrongly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipelines.cli import main
from pipelines.home import Home
from pipelines.sources.contract import Delivery, Loaded, Quarantined, TableSource
from pipelines.sources.desk import Desk, ShopSettings
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import SOURCES, TABLE_SOURCES
from tests.repository import text
from warehouse.connection import open_warehouse

PAGE = "docs/formats.md"
NAMES = ("ad_log", "store_sale", "store_visit", "consent", "identity", "app_share", "fx")
SECTIONS = dict(re.findall(r"^## `?(\w+)`?\n(.*?)(?=^## |\Z)", text(PAGE), re.MULTILINE | re.DOTALL))
ROW = re.compile(r"^\| `(\w+)` \| .+ \| (yes|no) \| `([^`]+)` \|$", re.MULTILINE)
PERSON = {name: example for name, _, example in ROW.findall(SECTIONS["Persons"])}
EXAMPLES = {name: {field: example for field, _, example in ROW.findall(SECTIONS[name])} for name in NAMES}
REQUIRED = [(name, field) for name in NAMES for field, needed, _ in ROW.findall(SECTIONS[name]) if needed == "yes"]
OPTIONAL = [(name, field) for name in NAMES for field, needed, _ in ROW.findall(SECTIONS[name]) if needed == "no"]


class Read(Mapping[str, Any]):
    """A record that remembers which of its fields were asked for."""

    def __init__(self, told: dict[str, str]) -> None:
        self.told, self.asked = told, set[str]()

    def __getitem__(self, field: str) -> str:
        self.asked.add(field)
        return self.told[field]

    def __iter__(self) -> Iterator[str]:
        return iter(self.told)

    def __len__(self) -> int:
        return len(self.told)


def desk() -> Desk:
    settings = ShopSettings("berlin", "EUR", "Europe/Berlin")
    assets = {(name, example["asset"]): settings for name, example in EXAMPLES.items() if "asset" in example}
    return Desk(assets, lambda shop_id: shop_id.encode().ljust(32, b"k"))


def table(name: str) -> TableSource:
    return next(each for each in TABLE_SOURCES if each.name == name and each.recognises(tuple(EXAMPLES[name])))


def record(name: str) -> dict[str, str]:
    """All fields of the page by their examples."""
    return EXAMPLES[name] | (PERSON if "asset" in EXAMPLES[name] else {})


@pytest.mark.parametrize("name", NAMES)
def test_the_page_lists_the_fields_that_are_read(name: str) -> None:
    told = Read(record(name))
    assert isinstance(table(name).normalise_row(told, desk()), Loaded)
    assert told.asked - {"told_at"} <= set(told.told)
    assert set(told.told) <= told.asked


@pytest.mark.parametrize(("name", "field"), REQUIRED)
def test_a_required_field_is_missed(name: str, field: str) -> None:
    told = {known: example for known, example in record(name).items() if known != field}
    assert table(name).normalise_row(told, desk()) == Quarantined(Reason.MISSING_FIELD, field)


@pytest.mark.parametrize(("name", "field"), OPTIONAL)
def test_an_optional_field_may_be_blank(name: str, field: str) -> None:
    assert isinstance(table(name).normalise_row(record(name) | {field: ""}, desk()), Loaded)


@pytest.mark.parametrize("name", NAMES)
def test_a_body_a_line_and_a_table_row_tell_the_same_rows(name: str) -> None:
    row = table(name).normalise_row(record(name), desk())
    for told in ({"type": name, "data": record(name)}, {"type": name, "data": [record(name)]}, record(name)):
        body = json.dumps(told).encode()
        assert [source.name for source in SOURCES.values() if source.recognises(told, {})] == [name]
        assert list(SOURCES[name].normalise(Delivery(body), desk())) == [row]


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        ([], Quarantined(Reason.EMPTY_DELIVERY, "data")),
        (["x"], Quarantined(Reason.WRONG_SHAPE, "data: a record is an object")),
        ({"asset": {}}, Quarantined(Reason.WRONG_SHAPE, "asset")),
        ({"asset": " "}, Quarantined(Reason.MISSING_FIELD, "asset")),
    ],
)
def test_a_body_without_a_record_is_refused(data: Any, refused: Quarantined) -> None:
    body = json.dumps({"type": "store_sale", "data": data}).encode()
    assert list(SOURCES["store_sale"].normalise(Delivery(body), desk())) == [refused]


def test_a_person_named_in_every_way_is_one_person_and_no_name_gets_into_a_row() -> None:
    outcome = table("consent").normalise_row(record("consent"), at := desk())
    assert isinstance(outcome, Loaded)
    consent, *links = outcome.rows
    keys = {link.person_key for link in links} | {consent.person_key}
    names = len(PERSON) - 1  # customer_of says whose number the customer's is
    assert len(keys) == names - 2, "an address and a number are the same person as their hashes"
    assert (
        {link.linked_key for link in links} == {consent.person_key} == {at.shop("consent", "crm").person("shopify", PERSON["customer_id"])}
    )
    assert not any(told in repr(outcome) for field, told in PERSON.items() if field != "customer_of")


def test_the_examples_of_the_page_load(tmp_path: Path, home: Path) -> None:
    shops = {name: sorted({example["asset"]}) for name, example in EXAMPLES.items() if "asset" in example}
    settings = {"id": "berlin", "name": "Berlin", "currency": "EUR", "zone": "Europe/Berlin"}
    lines = ["[[shop]]", *(f'{key} = "{value}"' for key, value in settings.items()), "[shop.assets]"]
    (tmp_path / "shops.toml").write_text("\n".join([*lines, *(f"{name} = {json.dumps(told)}" for name, told in shops.items())]))
    files, expected = [tmp_path / "shops.toml"], {"shops.toml": "config"}
    for name in NAMES:
        for number, (kind, block) in enumerate(re.findall(r"^```(json|csv)\n(.*?)^```", SECTIONS[name], re.MULTILINE | re.DOTALL)):
            files.append(tmp_path / f"{name}-{number}.{'jsonl' if kind == 'json' else 'csv'}")
            files[-1].write_text(block)
            expected[files[-1].name] = name
    done = json.loads(CliRunner().invoke(main, ["ingest", *map(str, files), "--json"]).stdout)
    assert {Path(file["path"]).name: file["source"] for file in done["files"]} == expected
    assert done["totals"]["quarantined"] == done["totals"]["duplicate"] == 0
    with open_warehouse(Home(home).warehouse) as con:
        assert con.execute("select distinct shop_id from raw.touch").fetchall() == [("berlin",)]
        sales = con.execute("select sum(gross_minor), sum(discount_minor), sum(refund_minor), count(person_key) from raw.store_sale")
        assert sales.fetchall() == [(3450 + 1200, 345, 3450 - 345, 2)]
        rates = con.execute("select currency, rate_e9 from raw.fx_rate order by 1").fetchall()
        assert rates == [("CHF", 931_200_000), ("JPY", 162_150_000_000), ("KWD", 331_800_000), ("USD", 1_084_200_000)]
