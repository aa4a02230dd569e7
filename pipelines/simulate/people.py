"""Customers. A shop remembers only its most recent buyers, so that memory stays flat however long the world goes on."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random

from pipelines.simulate.baskets import Line
from pipelines.simulate.clock import HOUR_MS
from pipelines.simulate.world import Shop, pick

REMEMBERED = 400
_TRIES = 6


@dataclass(slots=True)
class Customer:
    """Somebody who writes or buys. `thread_id` is the PSID, IGSID or phone by which the shop's channel knows them."""

    channel: str
    thread_id: str
    shopify_id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    usual: list[Line] = field(default_factory=list)  # the last basket
    orders: int = 0
    free_from_ms: int = 0  # the end of the last conversation: nobody holds two at once

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class People:
    """The customers of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.buyers: deque[Customer] = deque(maxlen=REMEMBERED)

    def newcomer(self, channel: str, rng: Random) -> Customer:
        names, template = self._shop.names, self._shop.template
        first = pick(rng, template.first_names)
        serial = names.serial("customer")
        phone = names.phone()
        thread_id = {"messenger": names.psid, "instagram": names.igsid}.get(channel, lambda: phone)()
        return Customer(
            channel=channel,
            thread_id=thread_id,
            shopify_id=names.number("shopify customer", 7_100_000_000_000),
            first_name=first,
            last_name=pick(rng, template.last_names),
            email=f"{first.lower() if first.isascii() else 'post'}{serial}.{self._shop.id}@example.com",
            phone=phone,
        )

    def returning(self, channel: str, at_ms: int, rng: Random) -> Customer | None:
        """A buyer of that channel who is not in the middle of something, or None where a few tries find none."""
        for _ in range(min(_TRIES, len(self.buyers))):
            found = self.buyers[int(rng.random() * len(self.buyers))]
            if found.channel == channel and found.free_from_ms + HOUR_MS < at_ms:
                return found
        return None

    def remember(self, customer: Customer) -> None:
        if customer.orders == 1:
            self.buyers.append(customer)
