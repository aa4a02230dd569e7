"""From paths to the reports of attribution: the models and the money against a plain telling, on random small worlds."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from tests.properties.figures import SHOPS
from tests.properties.random_worlds import Worlds
from tests.reference.credit import FITTED, MODELS, PPB, Credit, Path, fitted_credit, rule_credit, shared
from tests.reference.effects import Journeys, leave_one_out, removal_effects, shapley_rates
from tests.reference.warehouses import ShopTables, memory_warehouse, refresh_all, store
from tests.reference.worlds import World

AMOUNTS = ("credited_ppb", "new_buyer_ppb", "returning_buyer_ppb", "gross_minor", "discount_minor", "refund_minor", "cash_refund_minor")
SPENT = ("ad_spend_minor", "impressions", "clicks")


def test_credit_and_money_are_as_the_plain_telling_says(worlds: Worlds) -> None:
    assert len(worlds.rows) == SHOPS
    for shop_id in worlds.rows:
        assert_reported(worlds.tables, shop_id, assert_credit(worlds.tables, shop_id))


def test_an_order_of_nobody_known_counts_in_a_shop_without_touch_or_setting() -> None:
    """The second world of a seed that failed: ads and an order of nobody known, and nothing else that makes a shop known."""
    shop_id = "shop-1"
    with memory_warehouse() as con:
        store(con, World(15953845 + 1, shop_id).rows)
        refresh_all(con)
        tables = ShopTables(con)
        assert tables.rows("staging.touch", shop_id) == tables.rows("raw.config_event", shop_id) == []
        credits = assert_credit(tables, shop_id)
        assert {kind for kind, _, _ in credits} == {"purchase"}
        assert_reported(tables, shop_id, credits)


def assert_credit(tables: ShopTables, shop_id: str) -> dict[tuple[Any, ...], tuple[Path, Credit]]:
    """Every touch's credit is as told; effects to a billionth, credit exactly. Returns (type, key, window) -> its path and credit."""
    paths: dict[tuple[Any, ...], Path] = defaultdict(list)
    for row in sorted(tables.rows("attribution.path_touch", shop_id), key=lambda row: row["place"]):
        paths[row["conversion_type"], row["conversion_key"], row["attribution_window"]].append(row)
    journeys: dict[tuple[Any, ...], Journeys] = defaultdict(Counter)
    for (kind, _, window), path in paths.items():
        if path[0]["touch_key"]:
            journeys[path[0]["month_on"], kind, window][tuple(touch["channel"] for touch in path), True] += 1
    for row in tables.rows("attribution.null_path", shop_id):
        journeys[row["month_on"], "purchase", row["attribution_window"]][tuple(row["path"].split(" > ")), False] += 1
    effects = _checked_effects(tables, shop_id, journeys)
    stored: dict[tuple[Any, ...], dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in tables.rows("attribution.touch_credit", shop_id):
        stored[row["conversion_type"], row["conversion_key"], row["attribution_window"]][row["place"]] = row
    parts = {
        (row["month_on"], row["conversion_type"], row["attribution_window"], row["path"], row["place"]): row["share_ppb"]
        for row in tables.rows("attribution.path_effect", shop_id)
    }
    found = {}
    for key, path in paths.items():
        credit = rule_credit(path)
        if path[0]["touch_key"]:
            group = (path[0]["month_on"], key[0], key[2])
            channels = tuple(touch["channel"] for touch in path)
            shares = [parts.get((*group, " > ".join(channels), place + 1), PPB // len(path)) for place in range(len(path))]
            for share, told in zip(shares, leave_one_out(journeys[group], channels), strict=True):
                assert abs(share - told * PPB) <= 1
            credit |= fitted_credit(path, effects[group], shares)
        else:
            credit |= {model: [PPB] for model in (*FITTED, "leave_one_out")}
        rows = [stored[key][place + 1] for place in range(len(path))]
        assert {model: None if credit[model] is None else [row[f"{model}_ppb"] for row in rows] for model in MODELS} == credit
        found[key] = (path, credit)
    assert set(stored) == set(paths)
    return found


def _checked_effects(
    tables: ShopTables, shop_id: str, journeys: dict[tuple[Any, ...], Journeys]
) -> dict[tuple[Any, ...], dict[tuple[str, str], int | None]]:
    """(month, type, window) -> (model, channel) -> stored effect, each within a billionth of the told one."""
    stored: dict[tuple[Any, ...], dict[tuple[str, str], int | None]] = defaultdict(dict)
    for row in tables.rows("attribution.channel_effect", shop_id):
        for model in FITTED:
            stored[row["month_on"], row["conversion_type"], row["attribution_window"]][model, row["channel"]] = row[f"{model}_effect_e9"]
    assert set(stored) == set(journeys)
    for group, walked in journeys.items():
        told = {f"markov_{order}": removal_effects(walked, order) for order in (1, 2, 3, 4)} | {"shapley_rate": shapley_rates(walked)}
        assert set(stored[group]) == {(model, channel) for model, effects in told.items() for channel in effects}
        for (model, channel), effect in stored[group].items():
            assert effect is not None
            assert abs(effect - told[model][channel] * PPB) <= 1, (group, model, channel)
    return stored


def assert_reported(tables: ShopTables, shop_id: str, credits: dict[tuple[Any, ...], tuple[Path, Credit]]) -> None:
    """reports.attribution_daily holds the credit of each order and refund, and all ad spend in every model, window and level."""
    ads = {row["ad_id"]: row for row in tables.rows("staging.ad", shop_id)}
    told: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)

    def add(day: Any, model: str, window: str, touch: dict[str, Any], currency: str, column: str, amount: int) -> None:
        ad = ads.get(touch["ad_id"] or "", {})
        ad_id, channel = touch["ad_id"], touch["channel"]
        without = channel if channel == "unattributed" else "unknown" if ad_id or channel == "meta_ads" else "no_ad"
        levels = {
            "channel": channel,
            "campaign": ad.get("campaign_id") or without,
            "adset": ad.get("adset_id") or without,
            "ad": ad_id or without,
            "product": touch["product_id"] or (channel if channel == "unattributed" else "no_product"),
        }
        for level, level_id in levels.items():
            told[day, model, window, level, level_id, currency][column] += amount

    lines, refunds = defaultdict(list), defaultdict(list)
    for row in tables.rows("staging.order_line", shop_id):
        lines[row["order_key"]].append(row)
    for row in tables.rows("staging.refund", shop_id):
        refunds[row["order_key"] if row["is_on_order"] else None].append(row)
    windows = {window for _, _, window in credits} or set()
    windows |= {row["attribution_window"] for row in tables.rows("attribution.look_back", shop_id)}
    for order in tables.rows("staging.orders", shop_id):
        buyer = "new_buyer_ppb" if order["is_new"] else "returning_buyer_ppb"
        for window in windows:
            path, credit = credits["purchase", order["order_key"], window]
            for model, shares in credit.items():
                assert shares is not None
                parts = [("credited_ppb", order["ordered_on"], shares)]
                parts += [(buyer, order["ordered_on"], shares)] if order["person_key"] else []
                for line in lines[order["order_key"]]:
                    for column in ("gross_minor", "discount_minor", "refund_minor"):
                        parts.append((column, order["ordered_on"], shared(line[column], shares)))
                for refund in refunds[order["order_key"]]:
                    parts.append(("cash_refund_minor", refund["refunded_on"], shared(refund["refund_minor"], shares)))
                for column, day, amounts in parts:
                    for touch, amount in zip(path, amounts, strict=True):
                        add(day, model, window, touch, order["currency"], column, amount)
    nobody = {"channel": "unattributed", "ad_id": None, "product_id": None}
    for window in windows:
        for model in MODELS:
            for refund in refunds[None]:
                for column in ("refund_minor", "cash_refund_minor"):
                    add(refund["counted_on"], model, window, nobody, refund["currency"], column, refund["refund_minor"])
            for spend in tables.rows("staging.ad_spend", shop_id):
                touch = {"channel": "meta_ads", "ad_id": spend["ad_id"], "product_id": None}
                for column in SPENT:
                    add(spend["day_on"], model, window, touch, spend["currency"], column, spend[column])
    columns = (*AMOUNTS, *SPENT)
    key = ("day_on", "model", "attribution_window", "level", "level_id", "currency")
    reported = {
        tuple(row[name] for name in key): {name: row[name] for name in columns if row[name]}
        for row in tables.rows("reports.attribution_daily", shop_id)
    }
    assert {each: cell for each, cell in reported.items() if cell} == {
        each: {name: amount for name, amount in cell.items() if amount} for each, cell in told.items() if any(cell.values())
    }
