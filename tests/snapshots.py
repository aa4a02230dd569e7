"""A small believable published version: three shops whose reports agree with one another.

`flower-hall` (EUR, sample data) has everything, `tea-room` (JPY) so few people that most counts of them are small, `new-shop`
(KWD) nothing yet. Made from people and their orders, so that all sums hold; the same bytes each time.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.report_schemas import MONEY, SCHEMAS
from tests.snapshot_paths import MODELS, shares, tell_paths
from tests.snapshot_shops import CHANNEL_NAMES, CHANNELS, Shop, example_shops

PPB = 1_000_000_000
LAST_ON = date(2026, 11, 1)
VERSION = "20261101T150000Z"
STEPS = ("conversed", "interested", "carted", "ordered", "paid", "delivered", "reordered")
INTERESTS = ("message", "like", "reaction", "product", "share", "link", "cart")


def write_snapshot(published: Path, titles: dict[str, str] | None = None) -> Path:
    """Write version VERSION below `published` and point `current` at it. `titles` renames products. Returns the version's folder."""
    shops = example_shops()
    version = published / VERSION
    for shop in shops:
        _fill(shop, titles or {})
        folder = version / f"shop={shop.shop_id}"
        folder.mkdir(parents=True)
        for report, schema in SCHEMAS.items():
            rows = [{"shop_id": shop.shop_id, "currency": shop.currency} | row for row in shop.tables[report]]
            kept = [{name: row.get(name) for name in schema.names} for row in rows]
            pq.write_table(pa.Table.from_pylist(kept, schema=schema), folder / f"{report}.parquet")
    manifest = {"version": VERSION, "published_at": "2026-11-01T15:00:00Z", "shops": [shop.shop_id for shop in shops]}
    (version / "manifest.json").write_text(json.dumps(manifest))
    (published / "current").write_text(VERSION)
    return version


def _fill(shop: Shop, titles: dict[str, str]) -> None:
    days = [LAST_ON - timedelta(days=shop.days - 1 - offset) for offset in range(shop.days)]
    through = {"data_through_on": LAST_ON, "data_through_at": datetime(2026, 11, 1, 14, 41)} if days else {}
    facts = {"name": shop.name, "zone": shop.zone, "is_sample": shop.is_sample, "is_claimed": True}
    shop.tables["shop"].append(facts | through | {"first_on": days[0] if days else None})
    products = [(f"p{index:02}", titles.get(title, title), price) for index, (title, price) in enumerate(shop.products)]
    world = _World(shop, days, random.Random(shop.shop_id), products)
    for on in days:
        world.live(on)
    world.tell()


class _World:
    def __init__(self, shop: Shop, days: list[date], chance: random.Random, products: list[tuple[str, str, int]]) -> None:
        self.shop, self.days, self.chance, self.products = shop, days, chance, products
        self.funnel: dict[date, Counter[str]] = defaultdict(Counter)
        self.interest: dict[tuple[date, str], set[str]] = defaultdict(set)
        self.wanted: dict[tuple[date, str], list[str]] = defaultdict(list)
        self.orders: list[dict[str, Any]] = []

    def live(self, on: date) -> None:
        season = 1 + 0.35 * (on.weekday() >= 4) + (self.days.index(on) / len(self.days)) * 0.5
        for number in range(round(self.chance.gauss(self.shop.people_a_day * season, self.shop.people_a_day * 0.12))):
            self._person(on, f"{self.shop.shop_id}-{on}-{number}")

    def _person(self, on: date, person: str) -> None:
        chance = self.chance
        self.funnel[on]["entered"] += 1
        ads = [("meta_ads", f"ad{index}") for index in range(len(self.shop.ads))]
        touches = chance.choices([*ads, *((channel, "no_ad") for channel in CHANNELS[1:])], k=chance.choice((0, 1, 1, 1, 2, 3)))
        reached = 0
        for step, share in zip(STEPS, (0.82, 0.68, 0.52, 0.71, 0.95, 0.9, 0.16), strict=True):
            if chance.random() > share:
                break
            self.funnel[on][step] += 1
            reached += 1
        later = on + timedelta(days=chance.choice((0, 0, 0, 1, 2)))
        for kind, share in zip(INTERESTS, (0.82, 0.2, 0.35, 0.45, 0.12, 0.4, 0.3), strict=True):
            if chance.random() < share:
                self.interest[later, kind].add(person)
        for product, _, _ in chance.choices(self.products, weights=range(len(self.products), 0, -1), k=chance.choice((0, 1, 2))):
            self.wanted[later, product].append(person)
        if reached >= 4:
            self._order(later, person, touches)
        if reached >= 7:
            self._order(later + timedelta(days=chance.randint(9, 40)), person, [])

    def _order(self, on: date, person: str, touches: list[tuple[str, str]]) -> None:
        if on > LAST_ON:
            return
        chance = self.chance
        weights = range(len(self.products), 0, -1)
        lines = []
        for product, title, price in chance.choices(self.products, weights=weights, k=chance.choice((1, 1, 1, 2))):
            quantity = chance.choice((1, 1, 1, 2))
            gross = price * quantity
            discount = gross // 10 if chance.random() < 0.12 else 0
            refund = gross - discount if chance.random() < 0.04 else 0
            money = {"gross_minor": gross, "discount_minor": discount, "refund_minor": refund, "net_minor": gross - discount - refund}
            lines.append({"product_id": product, "title": title, "quantity": quantity, **money})
        self.orders.append({"day_on": on, "person": person, "touches": touches, "lines": lines, "opted_in": chance.random() < 0.61})

    def tell(self) -> None:
        tables = self.shop.tables
        for on, counts in self.funnel.items():
            tables["funnel_daily"].append({"day_on": on, **{step: counts[step] for step in ("entered", *STEPS)}})
        for on in self.days:
            kinds = {f"{kind}_people": len(self.interest[on, kind]) for kind in INTERESTS}
            everyone = set().union(*(self.interest[on, kind] for kind in INTERESTS))
            tables["shop_interest_daily"].append({"day_on": on, "people": len(everyone), **kinds, "interactions": sum(kinds.values())})
        buyers: dict[tuple[str, str], list[date]] = defaultdict(list)
        for (on, product), persons in self.wanted.items():
            row = {"day_on": on, "product_id": product, "people": len(set(persons)), "interactions": len(persons)}
            tables["product_interest_daily"].append(row)
            for person in persons:
                buyers[person, product].append(on)
        for (person, product), seen in buyers.items():
            row = {"person_key": person, "product_id": product, "interactions": len(seen), "first_on": min(seen), "last_on": max(seen)}
            tables["buyer_product_interest"].append(row)
        self._tell_sales()
        self._tell_ads()
        self._tell_service()
        tell_paths(self.shop, self.orders)

    def _tell_sales(self) -> None:
        tables, seen = self.shop.tables, set()
        spent: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for on, orders in _grouped(self.orders, "day_on").items():
            lines = [line for order in orders for line in order["lines"]]
            persons = {order["person"] for order in orders}
            sums, placed = _sums(lines), len(orders)
            aov = (2 * (sums["gross_minor"] - sums["discount_minor"]) + placed) // (2 * placed)
            who = {"buyers": len(persons), "new_buyers": len(persons - seen), "returning_buyers": len(persons & seen)}
            tables["shop_spend_daily"].append({"day_on": on, "orders": placed, **who, **sums, "aov_minor": aov})
            seen |= persons
            opted_in = sum(order["opted_in"] for order in orders)
            optin = {"orders": placed, "opted_in_orders": opted_in, "optin_rate": opted_in / placed}
            tables["checkout_optin_daily"].append({"day_on": on} | optin)
            for product, sold in _grouped(lines, "product_id").items():
                row = {"day_on": on, "product_id": product, "title": sold[0]["title"], "quantity": sum(line["quantity"] for line in sold)}
                tables["product_spend_daily"].append(row | _sums(sold) | {"orders": len(sold)})
            for order in orders:
                spent[order["person"]].append(order)
        for person, orders in spent.items():
            days = {"first_on": orders[0]["day_on"], "last_on": orders[-1]["day_on"]}
            sums = _sums([line for order in orders for line in order["lines"]])
            tables["buyer_spend"].append({"person_key": person, "orders": len(orders), **days, **sums})
        for product, title, _ in self.products:
            tables["product_spend"].append({"product_id": product, "title": title})

    def _tell_service(self) -> None:
        """Four of five turns are answered; every order is confirmed, most parcels are announced."""
        for on in self.days:
            people = len(self.interest[on, "message"])
            replies = {"turns": 2 * people, "people": people, "answered_turns": 8 * people // 5}
            times = {"median_reply_minutes": 4.5, "p90_reply_minutes": 150.0} if people else {}
            self.shop.tables["reply_time_daily"].append({"day_on": on, **replies, **times})
        for on, orders in _grouped(self.orders, "day_on").items():
            for stage, share in (("confirmation", 100), ("shipping", 80)):
                sent = len(orders) * share // 100
                counts = {"due": len(orders), "sent": sent, "delivered": sent * 9 // 10, "read": sent * 3 // 4}
                self.shop.tables["order_updates_daily"].append({"day_on": on, "stage": stage, **counts})

    def _tell_ads(self) -> None:
        tables, chance = self.shop.tables, self.chance
        credit: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
        for order in self.orders:
            money = _sums(order["lines"])
            for model in MODELS:
                rest = Counter(money)
                credited = shares(model, order["touches"])
                for place, ((channel, ad), ppb) in enumerate(credited, 1):
                    given = {part: value * ppb // PPB for part, value in money.items() if part != "net_minor"}
                    given["net_minor"] = given["gross_minor"] - given["discount_minor"] - given["refund_minor"]
                    given = given if place < len(credited) else dict(rest)
                    rest.subtract(given)
                    for level, name in (("channel", channel), ("ad", ad)):
                        credit[order["day_on"], model, level, name].update(given | {"credited_ppb": ppb})
        for on in self.days:
            for index, (name, campaign, spend) in enumerate(self.shop.ads):
                spent = round(spend * chance.uniform(0.7, 1.3))
                own = credit[on, "last_touch", "ad", f"ad{index}"]
                claimed = own["credited_ppb"] // PPB + chance.choice((0, 0, 1, 2))
                value = own["gross_minor"] * 13 // 10
                told = {"ad_id": f"ad{index}", "ad_name": name, "campaign_id": campaign, "campaign_name": campaign, "ad_spend_minor": spent}
                told |= {"impressions": spent * 3, "clicks": spent // 60, "claimed_order_count": claimed, "claimed_value_minor": value}
                tables["ad_spend_daily"].append({"day_on": on, "account_id": "9001", **told})
                for model in MODELS:
                    credit[on, model, "ad", f"ad{index}"]["ad_spend_minor"] += spent
                    credit[on, model, "channel", "meta_ads"]["ad_spend_minor"] += spent
        names = CHANNEL_NAMES | {f"ad{index}": ad[0] for index, ad in enumerate(self.shop.ads)} | {"no_ad": "Touch without an ad"}
        for (on, model, level, level_id), sums in sorted(credit.items()):
            key = {"day_on": on, "model": model, "attribution_window": "7d_click", "level": level, "level_id": level_id}
            parts = {part: sums[part] for part in ("credited_ppb", *MONEY, "ad_spend_minor")}
            tables["attribution_daily"].append(key | {"level_name": names[level_id], "credited_orders": sums["credited_ppb"] / PPB} | parts)


def _grouped(rows: list[dict[str, Any]], key: str) -> dict[Any, list[dict[str, Any]]]:
    groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[key]):
        groups[row[key]].append(row)
    return groups


def _sums(lines: list[dict[str, Any]]) -> dict[str, int]:
    return {part: sum(line[part] for line in lines) for part in MONEY}
