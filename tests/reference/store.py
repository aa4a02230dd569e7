"""Store sales and visits with what touched their people before, told plainly."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from pipelines.sources.rows import IdentityLink, Row, StoreSale, Touch
from tests.reference import paths, reports
from tests.reference.fx import Rates
from tests.reference.identity import chains, links_as_of
from tests.reference.orders import Order
from tests.reference.paths import Conversion
from tests.reference.warehouses import row_id

_AD_CHANNELS = ("meta_ads", "sponsored_message")
_LAGS = (("ad_lag_1d_receipts", 86_400), ("ad_lag_7d_receipts", 604_800), ("ad_lag_28d_receipts", 2_419_200))
Item = tuple[date, str, str, str, str]  # month, window, basis, level, level_id


def receipts_of(rows: list[Row]) -> dict[str, StoreSale]:
    """Receipts as last told."""
    last: dict[str, StoreSale] = {}
    for row in rows:
        if isinstance(row, StoreSale):
            last[row.receipt_key] = max(last.get(row.receipt_key, row), row, key=lambda each: (each.told_ms, row_id(each)))
    return last


def visits_of(rows: list[Row], orders: dict[str, Order]) -> list[Conversion]:
    """Visits of known people to the stores."""
    links = [(row.occurred_ms, row.state == "linked", row.person_key, row.linked_key) for row in rows if isinstance(row, IdentityLink)]
    for order in orders.values():
        threads, customers = ([who for who, is_hers in order.told_by.items() if is_hers == wanted] for wanted in (False, True))
        links += [(order.ordered_ms, True, thread, customer) for thread in threads for customer in customers]
    visits = []
    for touch in reports.merged_touches(rows):
        if touch.kind in ("store_scan", "store_checkin") and touch.person_key:
            person, at_ms = touch.person_key, touch.occurred_ms
            identity = set(chains(links_as_of(links, at_ms), person)[0])
            visits.append(Conversion("store_visit", f"{person}:{touch.touch_key}", at_ms, touch.occurred_day, {person}, identity))
    return visits


def _touches_before(rows: list[Row], visit: Conversion, window: dict[tuple[str, str], int]) -> list[Touch]:
    return [
        touch
        for touch in reports.merged_touches(rows)
        if touch.person_key in visit.identity and paths._is_inside(window, touch, visit.second)
    ]


def store_attribution(rows: list[Row], orders: dict[str, Order], rates: Rates) -> dict[Item, dict[str, Any]]:
    """The counts and sums of the report, of a shop with one reporting currency."""
    receipts, windows = receipts_of(rows), paths.settings_of(rows)[0]
    campaigns = {spend.ad_id: spend.campaign_id for spend in sorted(reports.ad_spends(rows), key=lambda each: each.occurred_day)}
    sales = [each for each in paths.conversions_of(rows, orders) if each.kind == "in_store"]
    sold = paths.paths_of(rows, paths.conversions_of(rows, orders))
    report: dict[Item, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
    lags: dict[Item, list[int]] = defaultdict(list)
    for each in [*sales, *visits_of(rows, orders)]:
        month = (date(1970, 1, 1) + timedelta(days=each.day)).replace(day=1)
        for window, lengths in windows.items():
            path = sold["in_store", each.key, window] if each.kind == "in_store" else _touches_before(rows, each, lengths)
            for basis in ("thread", "person"):
                counted = [touch for touch in path if basis == "person" or touch.person_key in each.told]
                items: dict[tuple[str, str], list[Touch]] = defaultdict(list, {("all", "all"): counted})
                for touch in counted:
                    no_ad = "no_ad" if touch.ad_id is None else "unknown"
                    items["channel", touch.channel].append(touch)
                    items["campaign", campaigns.get(touch.ad_id or "") or no_ad].append(touch)
                    items["ad", touch.ad_id or "no_ad"].append(touch)
                for (level, level_id), touches in items.items():
                    key = (month, window, basis, level, level_id)
                    ads = [touch for touch in touches if touch.ad_id or touch.channel in _AD_CHANNELS]
                    _count(report[key], lags[key], each, touches, ads, receipts, rates)
    for key, row in report.items():
        whole = report[(*key[:3], "all", "all")]
        for name in ("receipts", "known_receipts", "gross_minor", "net_minor", "unconverted_receipts", "visits"):
            row[f"all_{name}"] = whole[name]
        row["median_ad_lag_hours"] = sorted(lags[key])[(len(lags[key]) + 1) // 2 - 1] / 3600 if lags[key] else None
    return dict(report)


def _count(
    row: dict[str, Any],
    lags: list[int],
    each: Conversion,
    touches: list[Touch],
    ads: list[Touch],
    receipts: dict[str, StoreSale],
    rates: Rates,
) -> None:
    if each.kind == "store_visit":
        row["visits"] += 1
        row["ad_touched_visits"] += bool(ads)
        return
    sale = receipts[each.key]
    gross, net = (
        rates.converted(minor, sale.currency, sale.occurred_day)
        for minor in (sale.gross_minor, sale.gross_minor - sale.discount_minor - sale.refund_minor)
    )
    row["receipts"] += 1
    row["known_receipts"] += bool(sale.person_key)
    row["touched_receipts"] += bool(touches)
    row["ad_touched_receipts"] += bool(ads)
    row["touches"] += len(touches)
    row["unconverted_receipts"] += gross is None
    row["gross_minor"] += gross or 0
    row["net_minor"] += net or 0
    row["ad_gross_minor"] += (gross or 0) if ads else 0
    row["ad_net_minor"] += (net or 0) if ads else 0
    if ads:
        lag = each.second - min(touch.occurred_ms // 1000 for touch in ads)
        lags.append(lag)
        row[next((name for name, most in _LAGS if lag <= most), "ad_lag_over_28d_receipts")] += 1
