"""The SQL models against a slow, plain Python telling of the same, on random small worlds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from pipelines.sources.rows import Row
from tests.properties.figures import SHOPS
from tests.properties.random_worlds import Worlds
from tests.reference import behaviour, fx, interest, reports, sales, threads
from tests.reference.orders import orders_of
from tests.reference.warehouses import ShopTables

EPOCH = date(1970, 1, 1)


def day(found: dict[str, Any]) -> int:
    return (found["day_on"] - EPOCH).days


def moment(told_ms: int | None) -> datetime | None:
    return None if told_ms is None else datetime(1970, 1, 1) + timedelta(milliseconds=told_ms)


def assert_as_told(tables: ShopTables, shop_id: str, rows: list[Row], rates: fx.Rates) -> None:
    """Every compared report of one shop equals its plain telling."""
    orders, lone = orders_of(rows)

    def of_shop(table: str) -> list[dict[str, Any]]:
        return tables.rows(table, shop_id)

    def part(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
        return tuple(row[name] for name in names)

    assert {row["order_key"]: part(row, "person_key", "is_new", "is_opted_in", "refund_minor") for row in of_shop("staging.orders")} == {
        key: (order.buyer, order.is_new, order.is_opted_in, order.refund) for key, order in orders.items()
    }
    spend = reports.shop_spend_daily(orders, lone)
    found = {(day(row), row["currency"]): row for row in of_shop("reports.shop_spend_daily")}
    assert {key: {name: row[name] for name in next(iter(spend.values()))} for key, row in found.items()} == spend
    money = ("gross_minor", "discount_minor", "refund_minor", "cash_refund_minor")
    assert {
        key: [*part(row, *(f"reporting_{name}_minor" for name in ("gross", "discount", "refund", "net")))] for key, row in found.items()
    } == fx.shop_spend_daily(rates, orders, lone)
    assert {row["order_key"]: row["reporting_net_minor"] for row in of_shop("staging.orders")} == {
        key: None if (amounts := rates.of_order(order)) is None else amounts[0] - amounts[1] - amounts[2] for key, order in orders.items()
    }
    for row in of_shop("staging.refund"):
        told_on = (row["refunded_on"] - EPOCH).days
        assert row["reporting_refund_minor"] == rates.converted(row["refund_minor"], row["currency"], told_on)
    assert {(day(row), row["ad_id"]): row["reporting_ad_spend_minor"] for row in of_shop("reports.ad_spend_daily")} == fx.ad_spend(
        rates, reports.ad_spends(rows)
    )
    assert {
        (day(row), *part(row, "source", "payment_method", "currency")): [*part(row, "orders", *money, "tax_minor", "shipping_minor")]
        for row in of_shop("reports.sales_daily")
    } == sales.sales_daily(orders, lone)
    for column, table in (("product_id", "reports.product_spend_daily"), ("category", "reports.category_spend_daily")):
        assert {
            (day(row), row[column], row["currency"]): [*part(row, "orders", "quantity", *money)] for row in of_shop(table)
        } == sales.spend_daily(orders, lone, column)
    months = sales.repeat_monthly(orders, lambda told: (EPOCH + timedelta(days=told)).replace(day=1))
    for row in of_shop("reports.repeat_monthly"):
        assert part(row, *next(iter(months.values()))) == tuple(months.pop(row["month_on"]).values())
    assert not months
    steps = ("entered", "conversed", "interested", "carted", "ordered", "paid", "delivered", "reordered")
    entered = behaviour.entered_people(rows, orders)
    assert {day(row): {step: row[step] for step in steps} for row in of_shop("reports.funnel_daily")} == behaviour.funnel_daily(entered)
    assert {part(row, "person_key", "order_ref"): row["confirmed_s"] for row in of_shop("staging.reorder")} == reports.reorders(rows)
    assert {
        (row["person_key"], row["started_at"]): part(row, "in_messages", "out_messages", "is_ordered")
        for row in of_shop("staging.conversation")
    } == {(person, moment(start)): counts for (person, start), counts in threads.conversations(rows, orders).items()}
    assert {
        (row["person_key"], row["source"], row["message_key"]): part(row, "sent_at", "delivered_at", "read_at", "failed_at", "status")
        for row in of_shop("staging.message_status")
    } == {
        (sent.person, sent.source, sent.key): (
            moment(sent.sent_ms),
            *(moment(sent.steps.get(step)) for step in ("delivered", "read", "failed")),
            sent.status,
        )
        for sent in threads.sent_messages(rows)
    }
    assert {part(row, "person_key", "level", "item_id"): part(row, "affinity_milli", "last_s") for row in of_shop("metrics.affinity")} == {
        (person, level, item or shop_id): told for (person, level, item), told in interest.affinity(rows, orders).items()
    }
    assert {
        part(row, "level", "item_id"): part(row, "popularity_points", "popularity_ppb", "prior_milli", "items")
        for row in of_shop("reports.popularity")
    } == interest.popularity(rows, orders)
    assert {
        part(row, "person_key", "level", "item_id"): part(row, "affinity_milli", "all_affinity_milli", "interest_ppb")
        for row in of_shop("reports.buyer_interest")
    } == interest.buyer_interest(rows, orders)
    counted: tuple[tuple[str, tuple[str, ...], dict[Any, dict[str, Any]]], ...] = (
        ("reports.funnel_step_daily", ("funnel_order", "step"), behaviour.funnel_step_daily(entered)),
        ("reports.reply_time_daily", (), behaviour.reply_time_daily(rows)),
        ("reports.intent_reply_daily", ("intent",), behaviour.intent_reply_daily(rows)),
        ("reports.content_share_daily", ("app", "kind", "direction"), behaviour.content_share_daily(rows)),
        ("reports.repeat_daily", (), sales.repeat_daily(rows, orders)),
        ("reports.order_updates_daily", ("stage",), threads.order_updates_daily(rows, orders)),
        ("reports.order_requests", ("request",), threads.order_requests(rows, orders)),
    )
    for table, beside, told in counted:
        names = next(iter(told.values()), {})
        assert {
            (day(row), *part(row, *beside)) if beside else day(row): {name: row[name] for name in names} for row in of_shop(table)
        } == told


def test_models_say_what_the_plain_telling_says(worlds: Worlds) -> None:
    assert len(worlds.rows) == SHOPS
    for shop_id, rows in worlds.rows.items():
        assert_as_told(worlds.tables, shop_id, rows, worlds.rates(shop_id))
