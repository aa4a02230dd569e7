"""The seeded world: shops with their assets, products, ads and stories, and how busy each shop is on each day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from random import Random
from typing import TypeVar

from pipelines.simulate.catalog import CREATIVES, TEMPLATES, Template
from pipelines.simulate.clock import ShopClock
from pipelines.simulate.names import Names

FIRST_ON = date(2026, 3, 1)  # a Sunday; New York changes its clocks on the 8th, Europe on the 29th
INSIGHTS_SHARE = 0.12  # of all records, at most: small worlds have shorter flights
TELLINGS = 3  # an ad-day is told on the next day and restated twice
_WEEKDAY = (0.92, 0.9, 0.95, 1.0, 1.12, 1.16, 0.97)  # Monday first
_LIFTS = (0.16, 0.04, 0.1, 0.0, 0.13, 0.02, 0.07, 0.0)  # what an ad adds to the propensity to buy
_COSTS = (0.8, 1.6, 1.1, 4.0, 0.9, 1.9, 1.3, 1.0)  # of an ad's click, in the shop's usual ones
_CLAIMS = (1.3, 1.9, 1.1, 2.4, 1.5, 1.2, 2.2, 1.6)  # orders that the platform claims for each that an ad's conversations lead to
_PIECES = 2.2  # of an order, on average
T = TypeVar("T")


def pick(rng: Random, of: tuple[T, ...] | list[T]) -> T:
    return of[int(rng.random() * len(of))]


class Weighted:
    """Draws an index in proportion to weights."""

    def __init__(self, weights: tuple[float, ...]) -> None:
        self._edges = tuple(accumulate(weights))

    def draw(self, rng: Random) -> int:
        return bisect_right(self._edges, rng.random() * self._edges[-1])


@dataclass(frozen=True, slots=True)
class Product:
    id: int  # Shopify's
    variant_id: int
    catalog_id: str  # Meta's id of the catalog item; these shops use it as their own code (SKU) too
    title: str
    category: str
    price_minor: int


@dataclass(frozen=True, slots=True)
class Ad:
    id: str
    name: str
    adset_id: str
    adset_name: str
    campaign_id: str
    campaign_name: str
    channel: str
    ref: str | None
    lift: float
    cost: float
    claim: float
    first_day: int
    last_day: int


@dataclass(slots=True)
class Shop:
    index: int
    template: Template
    id: str
    name: str
    domain: str
    names: Names
    clock: ShopClock
    page_id: str
    instagram_id: str
    waba_id: str
    phone_number_id: str
    display_phone: str
    account_id: str
    catalog_id: str
    stream_id: str | None  # of its website in GA4, where it has that
    sends_conversions: bool  # to Meta's Conversions API
    products: tuple[Product, ...]
    ads: tuple[Ad, ...]
    end_ms: int  # what had not happened by then is not in the world
    viral_days: range
    outage_day: int | None  # its messenger webhook was down that day and told everything later
    channels: Weighted = field(init=False)
    ware_weights: Weighted = field(init=False)
    usual_order_minor: int = field(init=False)  # what an order comes to, about

    def __post_init__(self) -> None:
        self.channels = Weighted(self.template.channels)
        weights = tuple(1 / (rank + 1.5) for rank in range(len(self.products)))
        self.ware_weights = Weighted(weights)
        prices = sum(weight * product.price_minor for weight, product in zip(weights, self.products, strict=True))
        self.usual_order_minor = round(prices / sum(weights) * _PIECES)

    @property
    def currency(self) -> str:
        return self.template.currency

    @property
    def commerce_account_id(self) -> str:
        """Meta's, of a shop in Instagram."""
        return f"2041{self.index:03d}77120455"

    def running_ads(self, day: int, channel: str) -> list[Ad]:
        return [ad for ad in self.ads if ad.channel == channel and ad.first_day <= day <= ad.last_day]

    def intensity(self, day: int) -> float:
        """How busy a day is, without unit: size, growth, weekday, and the week everybody shared its reel."""
        months = (day - self.clock.first_day) / 28
        weekday = _WEEKDAY[(day + 3) % 7]  # 1970-01-01 was a Thursday
        viral = 2.1 if day in self.viral_days else 1.0
        return self.template.size * (1 + 0.35 * months / (1 + 0.15 * months)) * weekday * viral


@dataclass(frozen=True, slots=True)
class World:
    seed: int
    days: int
    events: int
    shops: tuple[Shop, ...]

    def schedule(self) -> Iterator[tuple[int, Shop, int]]:
        """(day, shop, how many records the world should hold once that shop's day is told), day by day."""
        total = sum(shop.intensity(shop.clock.first_day + day) for day in range(self.days) for shop in self.shops)
        busy = 0.0
        for offset in range(self.days):
            for shop in self.shops:
                busy += shop.intensity(shop.clock.first_day + offset)
                yield shop.clock.first_day + offset, shop, min(self.events, round(self.events * busy / total))


def build_world(*, shops: int, days: int, events: int, seed: int) -> World:
    """The world before its first day. Ads and their flights are few enough that insights stay a small share of the records."""
    ad_count = 8 if events >= 400 * shops * days else 4
    flight = max(1, min(days, int(events * INSIGHTS_SHARE / (shops * ad_count * TELLINGS))))
    return World(seed, days, events, tuple(_shop(index, shops, days, ad_count, flight, seed) for index in range(shops)))


def _shop(index: int, shops: int, days: int, ad_count: int, flight: int, seed: int) -> Shop:
    template = TEMPLATES[index % len(TEMPLATES)]
    branch = index // len(TEMPLATES) + 1
    suffix = "" if branch == 1 else f"-{branch}"
    rng = Random(f"{seed}|shop|{index}")
    names = Names(index, template.phone_prefix)
    clock = ShopClock(template.zone, FIRST_ON, days)
    viral_start = clock.first_day + days // 3 + rng.randrange(3)
    return Shop(
        index=index,
        template=template,
        id=template.id + suffix,
        name=template.name if branch == 1 else f"{template.name} {branch}",
        domain=template.domain.replace(".", f"{suffix}.", 1),
        names=names,
        clock=clock,
        page_id=f"1080{index:03d}44210977",
        instagram_id=f"17841400{index:03d}883120",
        waba_id=f"1029{index:03d}1293403980",
        phone_number_id=f"1065{index:03d}40352242",
        display_phone=f"{template.phone_prefix}{index:03d}000000",
        account_id=f"7{index:03d}002260223815",
        catalog_id=f"1948{index:03d}78562341",
        stream_id=f"32060{index:03d}29" if index % 2 == 0 else None,
        sends_conversions=index % 3 == 0,
        products=tuple(_product(names, template, rank) for rank in range(len(template.wares))),
        ads=tuple(_ad(index, template, rank, clock.first_day, days, flight) for rank in range(ad_count)),
        end_ms=clock.start_ms(clock.first_day + days),
        viral_days=range(viral_start, viral_start + 7) if index == 0 else range(0),
        outage_day=clock.first_day + days // 2 if index == min(1, shops - 1) else None,
    )


def _product(names: Names, template: Template, rank: int) -> Product:
    title, price_minor, category = template.wares[rank]
    return Product(
        id=names.number("product", 7_400_000_000_000),
        variant_id=names.number("variant", 43_000_000_000_000),
        catalog_id=str(names.number("catalog item", 2_400_000_000_000_000)),
        title=title,
        category=category,
        price_minor=price_minor,
    )


def _ad(shop_index: int, template: Template, rank: int, first_day: int, days: int, flight: int) -> Ad:
    """Two ads to an ad set, four to a campaign. The last ad of a shop is paid for and never clicked."""
    stem = f"12021{shop_index:03d}58107"
    campaign, adset = rank // 4, rank // 2
    start = first_day + min(rank * days // 16, days - flight)
    return Ad(
        id=f"{stem}3{rank:03d}87",
        name=f"{template.wares[rank % len(template.wares)][0]} · {CREATIVES[rank % len(CREATIVES)]}",
        adset_id=f"{stem}2{adset:03d}64",
        adset_name=template.audiences[adset % len(template.audiences)],
        campaign_id=f"{stem}1{campaign:03d}21",
        campaign_name=template.campaigns[campaign % len(template.campaigns)],
        channel=("messenger", "instagram", "whatsapp")[rank % 3],
        ref=None if rank % 4 == 0 else f"ad_{template.id[:6]}_{rank}",
        lift=_LIFTS[rank % len(_LIFTS)],
        cost=_COSTS[rank % len(_COSTS)],
        claim=_CLAIMS[rank % len(_CLAIMS)],
        first_day=start,
        last_day=start + flight - 1,
    )
