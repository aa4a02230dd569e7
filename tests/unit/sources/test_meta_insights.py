"""Meta ad reports -> spend of an ad on a day; documents written in the shape of Insights pages."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.desk import Desk, ShopSettings
from pipelines.sources.meta_insights import CONVERSATION_STARTED, PURCHASE_TYPES, SOURCE, TABLE
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import source_of
from pipelines.sources.rows import AdSpend
from pipelines.sources.tables import read_csv

ROW: dict[str, Any] = {
    "account_id": "1700252260223815",
    "ad_id": "23846784938030398",
    "date_start": "2025-03-14",
    "date_stop": "2025-03-14",
    "impressions": "361324",
    "clicks": "120",
    "spend": "5339.5",
    "account_currency": "EUR",
}


def desk() -> Desk:
    settings = ShopSettings("shop", "USD", "America/New_York")
    return Desk({("meta_insights", "1700252260223815"): settings}, lambda shop: b"k" * 32)


def outcomes(body: Any, **headers: str) -> list[Outcome]:
    return list(SOURCE.normalise(Delivery(json.dumps(body).encode(), headers), desk()))


def spend(body: Any, **headers: str) -> AdSpend:
    (outcome,) = outcomes(body, **headers)
    assert isinstance(outcome, Loaded), outcome
    (row,) = outcome.rows
    assert isinstance(row, AdSpend)
    return row


def reasons(body: Any) -> list[Reason]:
    return [outcome.reason for outcome in outcomes(body) if isinstance(outcome, Quarantined)]


@pytest.mark.parametrize("wrap", [lambda row: row, lambda row: {"data": [row], "paging": {}}, lambda row: [row]])
def test_pages_lists_and_single_rows_say_the_same(wrap: Any) -> None:
    row = spend(wrap(ROW), date="Sat, 15 Mar 2025 06:00:00 GMT")
    assert (row.ad_spend_minor, row.currency, row.impressions, row.clicks) == (533950, "EUR", 361324, 120)
    assert (row.account_id, row.ad_id) == ("1700252260223815", "23846784938030398")
    assert row.occurred_day == (date(2025, 3, 14) - date(1970, 1, 1)).days
    assert row.told_ms == 1_742_018_400_000
    assert (row.claimed_order_count, row.claimed_value_minor, row.conversation_started_count) == (None, None, None)
    body = json.dumps(wrap(ROW)).encode()
    assert source_of(body, {}) is SOURCE


def test_a_row_cast_by_a_loader_says_the_same() -> None:
    cast = ROW | {"account_id": "act_1700252260223815", "impressions": 361324.0, "clicks": 120, "spend": 5339.5}
    assert spend(cast) == spend(ROW)


def test_metrics_that_are_left_out_are_zero() -> None:
    bare = {name: ROW[name] for name in ("account_id", "ad_id", "date_start", "impressions")}
    row = spend(bare)
    assert (row.ad_spend_minor, row.clicks, row.currency) == (0, 0, "USD")


@given(told=st.dictionaries(st.sampled_from(PURCHASE_TYPES), st.integers(1, 500), min_size=1))
def test_one_purchase_type_counts_and_types_are_never_summed(told: dict[str, int]) -> None:
    first = next(name for name in PURCHASE_TYPES if name in told)
    row = spend(
        ROW
        | {
            "actions": [{"action_type": name, "value": str(count), "7d_click": "9999"} for name, count in told.items()]
            + [{"action_type": CONVERSATION_STARTED, "value": "31"}],
            "action_values": [{"action_type": name, "value": f"{count}.25"} for name, count in told.items()],
        }
    )
    assert (row.claimed_order_count, row.claimed_value_minor) == (told[first], told[first] * 100 + 25)
    assert row.conversation_started_count == 31


def test_actions_without_a_purchase_claim_none() -> None:
    row = spend(ROW | {"actions": [{"action_type": "link_click", "value": "7"}]})
    assert (row.claimed_order_count, row.claimed_value_minor, row.conversation_started_count) == (0, None, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"date_stop": "2025-03-20"}, Reason.WRONG_SHAPE),
        ({"country": "DE"}, Reason.WRONG_SHAPE),
        ({"ad_id": None}, Reason.MISSING_FIELD),
        ({"date_start": "asdf", "date_stop": "asdf"}, Reason.INVALID_TIMESTAMP),
        ({"date_start": "1999-01-01", "date_stop": "1999-01-01"}, Reason.INVALID_TIMESTAMP),
        ({"account_currency": "XYZ"}, Reason.INVALID_CURRENCY),
        ({"spend": "a lot"}, Reason.INVALID_MONEY),
        ({"spend": "NaN"}, Reason.INVALID_MONEY),
        ({"impressions": {}}, Reason.WRONG_SHAPE),
    ],
)
def test_rows_that_are_refused(change: dict[str, Any], reason: Reason) -> None:
    assert reasons([ROW | change, ROW]) == [reason]


def test_an_unclaimed_account_that_tells_no_currency_is_loaded_without_one() -> None:
    row = spend(ROW | {"account_currency": None, "account_id": "5"})
    assert (row.shop_id, row.currency, row.ad_spend_minor) == ("unclaimed-meta-insights-5", "XXX", 533950)


def test_an_empty_page_is_one_refused_record() -> None:
    assert reasons({"data": [], "paging": {}}) == [Reason.EMPTY_DELIVERY]


def test_fixture_basic_ad_is_spend_and_clicks_per_ad_and_day(shared: Path) -> None:
    """Fixture and what it must give: facebook_ads_basic_ad_data + actions: spend/clicks per ad-day; no double count."""
    folder = shared / "fixtures/fivetran-dbt-facebook-ads"
    with (folder / "csv/facebook_ads_basic_ad_data.csv").open("rb") as file:
        table = read_csv(file)
        assert TABLE.recognises(table.columns)
        of_table = [TABLE.normalise_row(row, desk()) for row in table.rows if isinstance(row, dict)]
    body = (folder / "facebook_ads_basic_ad_data.json").read_bytes()
    of_document = list(SOURCE.normalise(Delivery(body), desk()))
    assert of_table == of_document
    rows = [outcome.rows[0] for outcome in of_table if isinstance(outcome, Loaded)]
    assert len(rows) == len({(row.ad_id, row.occurred_day) for row in rows if isinstance(row, AdSpend)}) == 10
    told = json.loads(body)
    assert sum(row.ad_spend_minor for row in rows if isinstance(row, AdSpend)) == sum(Decimal(row["spend"]) * 100 for row in told) == 64363
    assert sum(row.clicks for row in rows if isinstance(row, AdSpend)) == 149
    with (folder / "csv/facebook_ads_basic_ad_actions_data.csv").open("rb") as file:
        assert not TABLE.recognises(read_csv(file).columns)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
)


@given(change=st.dictionaries(st.sampled_from([*ROW, "actions", "action_values", "ad_name", "campaign_id"]), JSON, max_size=4))
def test_any_row_is_one_outcome(change: dict[str, Any]) -> None:
    assert len(outcomes([ROW | change])) == 1
    assert isinstance(TABLE.normalise_row(ROW | change, desk()), Loaded | Quarantined)


@given(body=st.binary(max_size=80) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_at_least_one_outcome(body: bytes) -> None:
    assert list(SOURCE.normalise(Delivery(body), desk()))
