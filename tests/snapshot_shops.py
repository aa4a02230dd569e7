"""The shops of the snapshot for tests: what they sell, and the ads they run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

CHANNELS = ("meta_ads", "instagram_link", "messenger_link", "store_qr", "organic_post")
CHANNEL_NAMES = {
    "meta_ads": "Meta ads",
    "instagram_link": "Instagram link",
    "messenger_link": "Messenger link",
    "store_qr": "Store QR code",
    "organic_post": "Organic post",
    "unattributed": "Unattributed",
}


@dataclass(frozen=True)
class Shop:
    shop_id: str
    name: str
    currency: str
    zone: str
    is_sample: bool = False
    days: int = 0
    people_a_day: int = 0
    products: tuple[tuple[str, int], ...] = ()  # title, unit price in minor units
    ads: tuple[tuple[str, str, int], ...] = ()  # ad, campaign, spend a day in minor units
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))


FLOWERS = (
    ("Bouquet “Summer meadow”", 3490),
    ("Peonies, 15 stems", 4200),
    ("Monstera deliciosa, large", 5990),
    ("Dried flower wreath", 2750),
    ("Tulips, 20 stems", 1890),
    ("Olive tree, 120 cm", 8900),
    ("Gift card", 2500),
    ("Terracotta pot, 24 cm", 1650),
    ("Funeral arrangement", 12900),
    ("Rose subscription, monthly", 2990),
    ("Orchid, white", 2290),
    ("Lavender, potted", 990),
)
FLOWER_ADS = (
    ("Meadow video", "Autumn bouquets", 4200),
    ("Peonies carousel", "Autumn bouquets", 2600),
    ("Same-day delivery", "Local reach", 1900),
    ("Subscription story", "Always on", 1400),
    ("Wreath collection", "Autumn bouquets", 900),
)
TEAS = (("煎茶 Sencha, 100 g", 1800), ("抹茶 Matcha, 30 g", 3200), ("急須 Teapot", 9800))


def example_shops() -> tuple[Shop, ...]:
    return (
        Shop("flower-hall", "Flower Hall", "EUR", "Europe/Berlin", True, 90, 46, FLOWERS, FLOWER_ADS),
        Shop("tea-room", "お茶の間 Tea Room", "JPY", "Asia/Tokyo", False, 90, 2, TEAS, (("Tea ceremony", "Kyoto", 700),)),
        Shop("new-shop", "New Shop", "KWD", "Asia/Kuwait"),
    )
