"""Random rows of what the reports that explain attribution read: paths, their credit, orders, receipts and monthly totals."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from random import Random
from typing import Any

from tests.reference.attribution_reports import MODELS

Row = dict[str, Any]
CHANNELS = ("meta_ads", "store_qr", "organic_post", "direct", "link")
WINDOWS = ("7d_click", "28d_click")
DAYS = [date(2026, 2, 20) + timedelta(days=number) for number in range(15)]
AT = 1_772_000_000


class Paths:
    """Conversions of two shops with up to seven touches each, few buyers, two currencies."""

    def __init__(self, seed: int, conversions: int) -> None:
        self.random = Random(seed)
        self.orders: list[Row] = []
        self.receipts: list[Row] = []
        self.touches: list[Row] = []
        self.paths: list[Row] = []
        for number in range(conversions):
            self._convert(f"c{number}")
        self.credit = [row for path in self._by_path() for row in self._credited(path)]
        self.monthly = self._monthly()

    def _convert(self, key: str) -> None:
        random = self.random
        shop, day = random.choice("ab"), random.choice(DAYS)
        kind = random.choice(("purchase", "purchase", "purchase", "in_store", "opt_in"))
        money = {
            "shop_id": shop,
            "currency": random.choice(("EUR", "EUR", "JPY")),
            "person_key": random.choice(["", *"pqrstuvw"]),
            "gross_minor": random.randint(0, 10**9),
            "discount_minor": random.randint(0, 9),
            "refund_minor": random.randint(0, 10**9),
        }
        net = money["gross_minor"] - money["discount_minor"] - money["refund_minor"]
        if kind == "purchase":
            self.orders.append({**money, "order_key": key, "ordered_on": day, "net_minor": net})
        elif kind == "in_store":
            self.receipts.append({**money, "receipt_key": key, "sold_on": day})
        own = {"shop_id": shop, "conversion_type": kind, "conversion_key": key, "month_on": day.replace(day=1), "converted_on": day}
        for window in WINDOWS:
            seconds = sorted(
                AT - random.choice((random.randint(1, 9 * 10**6), random.randint(1, 90_000))) for _ in range(random.randint(0, 7))
            )
            channels = [random.choice(CHANNELS) for _ in seconds]
            told = {**own, "attribution_window": window, "converted_s": AT}
            nothing = {**told, "touch_key": "", "channel": "unattributed", "place": 1, "touches": 1}
            self.touches += [
                {
                    **told,
                    "touch_key": f"t{place}",
                    "channel": channel,
                    "place": place,
                    "touches": len(seconds),
                    "touched_s": at,
                    "ad_id": random.choice((None, "ad-1", "ad-2")) if channel == "meta_ads" else None,
                }
                for place, (at, channel) in enumerate(zip(seconds, channels, strict=True), 1)
            ] or [nothing]
            ends = {"first_touched_s": seconds[0], "last_touched_s": seconds[-1]} if seconds else {}
            exposure = " > ".join(channel for channel, _ in groupby(channels)) or "unattributed"
            self.paths.append({**told, "path": " > ".join(channels), "exposure_path": exposure, "touches": len(seconds), **ends})

    def _by_path(self) -> list[list[Row]]:
        paths: dict[tuple[str, str], list[Row]] = {}
        for row in self.touches:
            paths.setdefault((row["conversion_key"], row["attribution_window"]), []).append(row)
        return list(paths.values())

    def _credited(self, path: list[Row]) -> list[Row]:
        """The path's touches with a random share for each model; Shapley's is unknown in shop b's March."""
        credit = [dict(row) for row in path]
        for model in MODELS:
            cuts = sorted(self.random.choice((0, 10**9, self.random.randint(0, 10**9))) for _ in path[1:])
            for row, low, high in zip(credit, [0, *cuts], [*cuts, 10**9], strict=True):
                is_unknown = model == "shapley_rate" and (row["shop_id"], row["month_on"].month) == ("b", 3)
                row[f"{model}_ppb"] = None if is_unknown else high - low
        return credit

    def _monthly(self) -> list[Row]:
        """Rows of reports.attribution: any model may lack a row, and one be wholly `not_modelled`."""
        random, rows = self.random, []
        names = ("meta_ads", "store_qr", "unattributed", "not_modelled")
        for shop in "ab":
            for window in WINDOWS:
                for model in MODELS:
                    for level in ("channel", "campaign", "adset", "ad"):
                        for name in names:
                            is_unsolved = name == "not_modelled" and model != "markov_4"
                            if is_unsolved or random.random() < 0.3:
                                continue
                            rows.append(
                                {
                                    "shop_id": shop,
                                    "month_on": date(2026, 3, 1),
                                    "model": model,
                                    "attribution_window": window,
                                    "level": level,
                                    "level_id": name,
                                    "level_name": name.title(),
                                    "currency": random.choice(("EUR", "JPY")),
                                    "credited_ppb": random.choice((0, random.randint(0, 10**12))),
                                    "net_minor": random.randint(-99, 10**9),
                                }
                            )
        return rows
