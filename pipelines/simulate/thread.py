"""A conversation: a clock, and what either side can do. Each channel says the same things in its own wire format."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import msgspec

from pipelines.simulate.people import Customer
from pipelines.simulate.phrases import PHRASES
from pipelines.simulate.scene import Scene
from pipelines.simulate.world import Ad, Product, pick

UPDATES = {"confirmation": "confirmed", "shipping": "shipped", "delivery": "arrived"}  # stage of an order -> what the business says of it

encode = msgspec.json.Encoder().encode


class Thread(ABC):
    """One customer's conversation with one shop. `at_ms` moves on with every act."""

    source: ClassVar[str]

    def __init__(self, scene: Scene, customer: Customer, at_ms: int) -> None:
        self.scene = scene
        self.shop = scene.shop
        self.rng = scene.rng
        self.customer = customer
        self.at_ms = at_ms
        self._phrases = PHRASES[scene.shop.template.language]

    def wait(self, low_s: float, high_s: float) -> None:
        self.at_ms += int((low_s + (high_s - low_s) * self.rng.random() ** 2) * 1000)

    def phrase(self, topic: str) -> str:
        return pick(self.rng, self._phrases[topic])

    @abstractmethod
    def says(self, topic: str) -> None:
        """The customer writes."""

    @abstractmethod
    def hears(self, topic: str) -> None:
        """The business writes, and the customer's device reports it delivered and read."""

    @abstractmethod
    def updates(self, order_number: str, stage: str) -> None:
        """The business tells that an order reached a stage (a key of UPDATES)."""

    @abstractmethod
    def comes_by_ad(self, ad: Ad) -> None:
        """The first message after a click on an ad."""

    @abstractmethod
    def comes_by_link(self, ref: str) -> None:
        """The first message after a link or a store's QR code."""

    @abstractmethod
    def asks_about(self, product: Product) -> None:
        """A message from a product's page."""

    @abstractmethod
    def plays(self) -> None:
        """What people send besides words: GIFs, clips, stickers, photos, reactions, edits."""
