"""Trap 15 and law 7: no telephone number, raw message id or message text leaves a normaliser, wherever it stood."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import zstandard
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cli import main
from pipelines.home import Home
from pipelines.landing.frames import Frame, read_frames
from pipelines.sources import graph_api, messenger, whatsapp
from pipelines.sources.registry import source_of
from tests.messaging import change, encoded, items, read
from tests.messaging_bodies import CHANGES, THREAD_ITEMS, WHATSAPP_BODIES
from tests.shopify_deliveries import order

CANARY = "a zebra canary, which nobody else says"
# What a shop or its advertiser names itself, and what tells a record's asset, is no message.
_PRODUCTS = {"title", "product_id", "retailer_id", "product_retailer_id", "sku"}
_ADS = {"ad_id", "ad_name", "adset_id", "adset_name", "campaign_id", "campaign_name"}
_ASSETS = {"id", "phone_number_id", "account_id", "order_status_url", "abandoned_checkout_url", "page_id", "stream_id"}


def wamid_of(phone: str) -> str:
    """The id of a message from a number, as WhatsApp makes it."""
    return "wamid." + base64.b64encode(b"\x1d\x04" + bytes([len(phone)]) + phone.encode() + b"\x15\x02\x00\x12\x18").decode()


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all texts in a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        if isinstance(inner, str):
            yield (*path, name)
        else:
            yield from leaves(inner, (*path, name))


def planted(body: Any, *paths: tuple[Any, ...]) -> Any:
    told = copy.deepcopy(body)
    for path in paths:
        place = told
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = CANARY
    return told


def free_texts(body: Any) -> list[tuple[Any, ...]]:
    """The texts that may hold what somebody typed: all but names of the shop and of its assets."""
    names = body.get("columns") if isinstance(body, dict) else None  # of a table's row that is told as a list

    def name(path: tuple[Any, ...]) -> Any:
        if path[-1] == "name" and "line_items" in path:
            return "title"
        return names[path[-1]] if isinstance(names, list) and path[0] == "row" else path[-1]

    return [path for path in leaves(body) if name(path) not in _PRODUCTS | _ADS | _ASSETS and path != ("object",)]


@settings(deadline=None)  # the first example compiles the decoders
@given(phone=st.from_regex(r"(49|521|54|55)[0-9]{11}", fullmatch=True), body=st.sampled_from(WHATSAPP_BODIES))
def test_trap_15_no_telephone_number_leaves_in_digits_in_base64_or_in_a_wamid(phone: str, body: dict[str, Any]) -> None:
    told = json.dumps(body).replace("wamid.HBgLNDkxNTEyMzQ1Njc4OQ==", wamid_of(phone)).replace("4915123456789", phone)
    assert phone in told or wamid_of(phone) in told
    out = encoded(read(whatsapp.SOURCE, told.encode()))
    plain = base64.b64encode(phone.encode()).decode().rstrip("=")
    inside = [base64.b64encode(b"x" * shift + phone.encode()).decode()[4:-4] for shift in range(3)]
    assert [form for form in (phone, wamid_of(phone), "wamid", plain, *inside) if form in out] == []


@pytest.mark.parametrize("body", [*(items(each) for each in THREAD_ITEMS), *(change(*each) for each in CHANGES)])
def test_a_canary_in_any_text_of_a_thread_stays_in(body: dict[str, Any]) -> None:
    for path in free_texts(body):
        assert CANARY not in encoded(read(messenger.SOURCE, planted(body, path))), path


@pytest.mark.parametrize("body", WHATSAPP_BODIES)
def test_a_canary_in_any_text_of_a_chat_stays_in(body: dict[str, Any]) -> None:
    for path in free_texts(body):
        assert CANARY not in encoded(read(whatsapp.SOURCE, planted(body, path))), path


def documents(shared: Path) -> Iterator[tuple[Path, Any]]:
    """The fixtures that one of the sources makes rows of."""
    for path in sorted((shared / "fixtures").glob("*/*.json")):
        if source_of(path.read_bytes(), {}) not in (None, graph_api.SOURCE):
            yield path, json.loads(path.read_bytes())


def test_a_canary_in_any_text_of_any_fixture_stays_in(shared: Path) -> None:
    tried = 0
    for path, body in documents(shared):
        source = source_of(path.read_bytes(), {})
        assert source is not None
        for place in free_texts(body):
            assert CANARY not in encoded(read(source, planted(body, place))), (path.name, place)
            tried += 1
    assert tried > 1_000


def test_no_canary_reaches_any_file_but_raw_landing(home: Path, tmp_path: Path) -> None:
    """One delivery for each text of each kind of body, through the command."""
    bodies = [*map(items, THREAD_ITEMS), *(change(*each) for each in CHANGES), *WHATSAPP_BODIES]
    headers = {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": "berlin-blumen.myshopify.com"}
    deliveries = [planted(body, path) for body in bodies for path in free_texts(body)]
    deliveries += [{"headers": headers, "body": planted(order(), path)} for path in free_texts(order())]
    path = tmp_path / "deliveries.jsonl"
    path.write_text("\n".join(map(json.dumps, deliveries)), encoding="utf-8")
    done = CliRunner().invoke(main, ["ingest", str(path)])
    assert done.exit_code == 0, done.output
    assert CANARY not in done.output
    files = [each for each in home.rglob("*") if each.is_file()]
    assert {".duckdb", ".zst"} <= {each.suffix for each in files}
    assert {each.parent for each in files if holds_canary(each)} == {Home(home).landing_raw}


def holds_canary(path: Path) -> bool:
    """Whether a file tells the canary, under its compression too."""
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as con:
            tables = [f"{schema}.{table}" for schema, table in con.sql("select schema_name, table_name from duckdb_tables()").fetchall()]
            return any(
                con.execute(f"select 1 from {each} as told where contains(cast(told as varchar), ?)", [CANARY]).fetchall()
                for each in tables
            )
    if path.parent == Home.from_environment().landing_raw:
        return any(CANARY.encode() in frame.body for frame in read_frames(path) if isinstance(frame, Frame))
    content = path.read_bytes()
    if path.suffix == ".zst":
        content = zstandard.ZstdDecompressor().stream_reader(content).read()
    return CANARY.encode() in content
