"""Attributed plus unattributed is everything: by every model, window, level and filter, to the minor unit and the billionth of an order."""

from __future__ import annotations

import duckdb
import pytest

from tests.properties.figures import SHOPS
from tests.properties.random_worlds import Worlds
from tests.reference.credit import MODELS

LEVELS = ("channel", "campaign", "adset", "ad", "product")
AMOUNTS = (
    *("credited_ppb", "new_buyer_ppb", "returning_buyer_ppb", "gross_minor", "discount_minor", "refund_minor", "net_minor"),
    *("cash_refund_minor", "ad_spend_minor", "impressions", "clicks"),
)
SUMS = ", ".join(f"sum({name}) as {name}" for name in AMOUNTS)
ANY = " or ".join(f"sum({name}) <> 0" for name in AMOUNTS)
LINE_SUMS = "sum(gross_minor) as gross, sum(discount_minor) as discount, sum(refund_minor) as refund, sum(net_minor) as net"
# what the shop sold, gave back and spent, told by the tables that know nothing of attribution
DAY = f"""
    select shop_id, day_on, currency, {SUMS}
    from (
        select
            shop_id, ordered_on as day_on, currency, 1000000000 as credited_ppb,
            case when person_key <> '' and is_new then 1000000000 else 0 end as new_buyer_ppb,
            case when person_key <> '' and not is_new then 1000000000 else 0 end as returning_buyer_ppb,
            gross_minor, discount_minor, refund_minor, net_minor, 0 as cash_refund_minor, 0 as ad_spend_minor, 0 as impressions, 0 as clicks
        from staging.orders
        union all
        select shop_id, counted_on, currency, 0, 0, 0, 0, 0, refund_minor, -refund_minor, 0, 0, 0, 0
        from staging.refund
        where not is_on_order
        union all
        select shop_id, case when is_on_order then refunded_on else counted_on end, currency, 0, 0, 0, 0, 0, 0, 0, refund_minor, 0, 0, 0
        from staging.refund
        union all
        select shop_id, day_on, currency, 0, 0, 0, 0, 0, 0, 0, 0, ad_spend_minor, impressions, clicks
        from staging.ad_spend
    )
    group by all
    having {ANY}
"""
CONVERSIONS = """
    select shop_id, 'purchase' as conversion_type, order_key as conversion_key, ordered_on as converted_on from staging.orders
    union
    select shop_id, 'in_store', receipt_key, sold_on from staging.store_sale where gross_minor > 0
    union
    select shop_id, conversion_type, conversion_key, converted_on from attribution.conversion
"""
CELL = """
    select shop_id, attribution_window, model
    from (select distinct shop_id, attribution_window from attribution.look_back)
    cross join (select unnest(?) as model)
"""


def assert_equal(con: duckdb.DuckDBPyConnection, expected: str, found: str) -> None:
    """Both give the same rows; `cell` holds each shop's windows with each model."""
    con.execute(f"create or replace temp table cell as {CELL}", [list(MODELS)])
    con.execute(f"create or replace temp table expected as {expected}")
    con.execute(f"create or replace temp table found as {found}")
    assert con.execute("select count(*) from expected").fetchone() != (0,)
    assert con.execute("select * from expected except all select * from found limit 3").fetchall() == []
    assert con.execute("select * from found except all select * from expected limit 3").fetchall() == []


def test_every_conversion_is_credited_once(worlds: Worlds) -> None:
    assert len(worlds.rows) == SHOPS
    sums = ", ".join(f"sum({model}_ppb) as {model}" for model in MODELS)
    assert_equal(
        worlds.con,
        f"""
        select shop_id, conversion_type, conversion_key, attribution_window, {", ".join(["1000000000"] * len(MODELS))}
        from ({CONVERSIONS})
        join (select distinct shop_id, attribution_window from cell) using (shop_id)
        """,
        f"select shop_id, conversion_type, conversion_key, attribution_window, {sums} from attribution.touch_credit group by all",
    )


@pytest.mark.parametrize("level", LEVELS)
def test_every_day_adds_up(worlds: Worlds, level: str) -> None:
    """Per day and currency, orders, those of new and of returning buyers, money accrued and in cash, and what the ads cost."""
    assert_equal(
        worlds.con,
        f"select cell.*, told.* exclude (shop_id) from ({DAY}) as told join cell using (shop_id)",
        f"""
        select shop_id, attribution_window, model, day_on, currency, {SUMS}
        from reports.attribution_daily
        where level = '{level}'
        group by all
        having {ANY}
        """,
    )


@pytest.mark.parametrize("level", LEVELS)
def test_every_month_is_the_sum_of_its_days(worlds: Worlds, level: str) -> None:
    of_all = f"shop_id, model, attribution_window, level_id, currency, {SUMS}"
    assert_equal(
        worlds.con,
        f"""
        select cast(date_trunc('month', day_on) as date) as month_on, {of_all}
        from reports.attribution_daily where level = '{level}' group by all having {ANY}
        """,
        f"select month_on, {of_all} from reports.attribution where level = '{level}' group by all having {ANY}",
    )


def test_every_product_bought_adds_up(worlds: Worlds) -> None:
    some = "sum(gross_minor) <> 0 or sum(discount_minor) <> 0 or sum(refund_minor) <> 0"
    month = "cast(date_trunc('month', ordered_on) as date) as month_on"
    assert_equal(
        worlds.con,
        f"""
        select cell.*, told.* exclude (shop_id)
        from (
            select
                shop_id, {month}, coalesce(product_id, '') as product_id, currency, sum(gross_minor) as gross,
                sum(discount_minor) as discount, sum(refund_minor) as refund, sum(gross_minor - discount_minor - refund_minor) as net
            from staging.order_line group by all having {some}
        ) as told
        join cell using (shop_id)
        """,
        f"""
        select shop_id, attribution_window, model, month_on, product_id, currency, {LINE_SUMS}
        from reports.attribution_product group by all having {some}
        """,
    )


@pytest.mark.parametrize("level", LEVELS[:-1])
def test_every_other_conversion_adds_up(worlds: Worlds, level: str) -> None:
    assert_equal(
        worlds.con,
        f"""
        select cell.*, conversion_type, month_on, conversions * 1000000000 as ppb
        from (
            select
                shop_id, conversion_type, cast(date_trunc('month', converted_on) as date) as month_on,
                count(*) as conversions
            from ({CONVERSIONS}) where conversion_type <> 'purchase' group by all
        )
        join cell using (shop_id)
        """,
        f"""
        select shop_id, attribution_window, model, conversion_type, month_on, sum(credited_ppb) as ppb
        from reports.conversion_attribution where level = '{level}' group by all having sum(credited_ppb) <> 0
        """,
    )
