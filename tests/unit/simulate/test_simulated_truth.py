"""The truth file is what the wire says: a plain recount of the deliveries finds the same totals."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.simulate.baskets import Line, price
from pipelines.simulate.command import simulate
from pipelines.simulate.noise import CASES
from pipelines.simulate.world import build_world
from pipelines.sources.quarantine import Reason
from tests.reference.world_recount import Recount
from tests.unit.simulate.conftest import Told

MAY_BE_ZERO = ("payment_days",)  # a refund of nothing makes a row


def truth_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "truth.json").read_bytes())


def in_order(expected: dict[str, Any]) -> dict[str, Any]:
    rows = {
        name: sorted(
            (row for row in told if name not in MAY_BE_ZERO or any(value for value in row.values() if isinstance(value, int))),
            key=lambda row: (row["shop_id"], row["day_on"], *(row.get(part, "") for part in ("stage", "payment_method", "category"))),
        )
        for name, told in expected.items()
        if name != "quarantine"
    }
    return {**rows, "quarantine": expected["quarantine"]}


def assert_recounted(folder: Path) -> None:
    truth, recount = truth_of(folder), Recount(folder)
    assert recount.records == truth["events"]
    assert in_order(recount.expected()) == in_order(truth["expected"])


def test_a_recount_of_the_small_world_finds_its_truth(told: Told) -> None:
    assert_recounted(told.folder)


@settings(max_examples=12, deadline=None)
@given(shops=st.integers(1, 8), days=st.integers(1, 40), events=st.integers(900, 5000), seed=st.integers())
def test_a_recount_of_any_world_finds_its_truth(
    tmp_path_factory: pytest.TempPathFactory, shops: int, days: int, events: int, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("recounted")
    simulate(folder, shops=shops, days=days, events=events, seed=seed)
    assert_recounted(folder)


def test_net_is_a_difference_and_refunds_stay_below_what_was_bought(told: Told) -> None:
    days = truth_of(told.folder)["expected"]["shop_days"]
    for row in days:
        assert row["net_minor"] == row["gross_minor"] - row["discount_minor"] - row["refund_minor"]
        assert min(value for value in row.values() if isinstance(value, int)) >= 0
        assert row["orders"] > 0
    assert len({(row["shop_id"], row["day_on"]) for row in days}) == len(days)
    assert any(row["refund_minor"] for row in days)
    assert {row["currency"] for row in days} == {"EUR", "USD", "CHF", "JPY", "KWD"}


@pytest.mark.parametrize("events", [5000, 15_000])
def test_every_case_of_quarantine_occurs(tmp_path: Path, events: int) -> None:
    simulate(tmp_path / "w", shops=4, days=30, events=events, seed=2)
    counts = truth_of(tmp_path / "w")["expected"]["quarantine"]
    cases = Counter(case.code for case in CASES)
    assert {code for code, times in cases.items() if counts[code] < times} == set()
    assert counts.keys() <= set(Reason)


def test_ads_cause_orders_as_far_as_they_are_good(tmp_path: Path) -> None:
    """An ad without effect causes nothing; the others cause some, and none more than its conversations."""
    simulate(tmp_path / "w", shops=1, days=28, events=30_000, seed=5)
    caused = {row["ad_id"]: row["incremental_orders"] for row in truth_of(tmp_path / "w")["causal"]}
    ads = build_world(shops=1, days=28, events=30_000, seed=5).shops[0].ads
    assert caused.keys() == {ad.id for ad in ads}
    assert all(caused[ad.id] == 0 for ad in ads if ad.lift == 0)
    best, weakest = max(ads, key=lambda ad: ad.lift), min((ad for ad in ads if ad.lift), key=lambda ad: ad.lift)
    assert caused[best.id] > caused[weakest.id]


def test_every_order_of_a_thread_is_told_by_two_sources(told: Told) -> None:
    """Each receipt has its Shopify order, each re-order offer at most one."""
    numbers = {document["name"].lstrip("#").casefold() for _, document in told.shopify if "name" in document}
    numbers |= {document["number"].casefold() for document in told.woocommerce if "number" in document}
    receipts = {
        part["payload"]["order_number"].lstrip("#").casefold()
        for item in told.messenger + told.instagram
        if isinstance(item.get("message"), dict)
        for part in item["message"].get("attachments", ())
        if part.get("payload", {}).get("template_type") == "receipt"
    }
    assert len(receipts) > 100
    assert receipts <= numbers


def test_web_tags_tell_orders_that_the_shop_system_tells(told: Told) -> None:
    numbers = {document["name"].lstrip("#") for _, document in told.shopify if "name" in document}
    numbers |= {document["number"] for document in told.woocommerce if "number" in document}
    numbers |= {document["merchant_order_id"] for document in told.commerce if "merchant_order_id" in document}
    measured = [row["ecommerce"]["transaction_id"] for row in told.ga4 if row["event_name"] in ("purchase", "refund")]
    sent = [event["custom_data"]["order_id"] for event in told.conversions]
    assert {row["event_name"] for row in told.ga4} == {"session_start", "page_view", "view_item", "add_to_cart", "purchase", "refund"}
    assert {event["action_source"] for event in told.conversions} == {"website", "business_messaging"}
    assert len(set(measured)) > 50
    assert len(set(sent)) > 50
    assert {*measured, *sent} <= numbers


@given(quantities=st.lists(st.integers(1, 9), min_size=1, max_size=6), permille=st.integers(0, 1000), index=st.integers(0, 5))
def test_the_parts_of_a_price_add_up(quantities: list[int], permille: int, index: int) -> None:
    shop = build_world(shops=6, days=28, events=10_000, seed=1).shops[index]
    amounts = price(shop, [Line(0, product, quantity) for product, quantity in zip(shop.products, quantities, strict=False)], permille)
    assert sum(amounts.line_discount) == amounts.discount <= amounts.gross == sum(amounts.line_gross)
    assert all(0 <= discount <= gross for discount, gross in zip(amounts.line_discount, amounts.line_gross, strict=True))
    assert sum(amounts.line_tax) == amounts.tax
    assert amounts.total == amounts.gross - amounts.discount + amounts.tax + amounts.shipping
