"""The reports of paths in the snapshot for tests, from its orders and their touches."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from dashboards.intervals import poisson
from tests.reference import attribution_reports as plain
from tests.snapshot_shops import CHANNEL_NAMES, Shop

PPB = 1_000_000_000
MODELS = ("first_touch", "last_touch", "linear")
WINDOWS = ("7d_click", "spring")  # the second one the shop's own, of the same length
MONEY = ("gross_minor", "net_minor")


def shares(model: str, touches: list[tuple[str, str]]) -> list[tuple[tuple[str, str], int]]:
    """(channel and ad, ppb of the order); the last touch takes the remainder."""
    if not touches:
        return [(("unattributed", "unattributed"), PPB)]
    if model != "linear":
        return [(touches[0 if model == "first_touch" else -1], PPB)]
    each = PPB // len(touches)
    return [(touch, each) for touch in touches[:-1]] + [(touches[-1], PPB - each * (len(touches) - 1))]


def tell_paths(shop: Shop, orders: list[dict[str, Any]]) -> None:
    """One touch a day up to the order's own; each model's credit of a month."""
    rows, worth = [], {}
    credit: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    customers: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for number, order in enumerate(orders):
        month_on, touches = order["day_on"].replace(day=1), order["touches"]
        money = {part: sum(line[part] for line in order["lines"]) for part in MONEY}
        worth[shop.shop_id, "purchase", f"o{number}"] = {**money, "currency": shop.currency, "person_key": order["person"]}
        own = {"shop_id": shop.shop_id, "month_on": month_on, "conversion_type": "purchase", "attribution_window": "7d_click"}
        own |= {"conversion_key": f"o{number}", "converted_s": 10**6 + 3600 * (number % 20), "touches": max(len(touches), 1)}
        for place, (channel, ad) in enumerate(touches or [("unattributed", "unattributed")], 1):
            at = 10**6 - 86_400 * (len(touches) - place) - 60
            key = {"touch_key": f"t{place}" if touches else "", "channel": channel, "ad_id": None if ad == "no_ad" else ad}
            rows.append({**own, **key, "place": place, "touched_s": at})
            customers[month_on, channel].add(order["person"])
        for model in MODELS:
            for (channel, ad), ppb in shares(model, touches):
                given = {"credited_ppb": ppb, "net_minor": money["net_minor"] * ppb // PPB}
                credit[month_on, model, "channel", channel].update(given)
                credit[month_on, model, "ad", ad].update(given)
    tables = shop.tables
    tables["attribution_path"] += plain.attribution_path(rows, worth)
    tables["attribution_lag"] += plain.attribution_lag(rows, worth)
    tables["attribution_assist"] += plain.attribution_assist(rows, worth)
    names = CHANNEL_NAMES | {f"ad{index}": ad[0] for index, ad in enumerate(shop.ads)} | {"no_ad": "Touch without an ad"}
    monthly = [
        {
            "shop_id": shop.shop_id,
            "month_on": month_on,
            "model": model,
            "attribution_window": window,
            "currency": shop.currency,
            "level": level,
            "level_id": level_id,
            "level_name": names[level_id],
            **sums,
        }
        for window in WINDOWS
        for (month_on, model, level, level_id), sums in sorted(credit.items())
    ]
    tables["attribution"] += monthly
    tables["attribution_disagreement"] += plain.attribution_disagreement(monthly)
    for row in monthly:
        if row["level"] == "channel" and row["level_id"] != "unattributed":
            orders_credited = row["credited_ppb"] / PPB
            low, high = poisson(orders_credited)
            ends = {"credited_orders": orders_credited, "credited_orders_low": low, "credited_orders_high": high}
            known = {"channel": row["level_id"], "customers": len(customers[row["month_on"], row["level_id"]]), "basis": "bootstrap"}
            tables["attribution_interval"].append({**row, **ends, **known})
