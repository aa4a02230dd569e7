"""What shops run on: who writes an order's documents, and what tells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pipelines.simulate import wire_meta_commerce, wire_shopify, wire_woocommerce
from pipelines.simulate.orders import Line, Order
from pipelines.simulate.scene import Scene
from pipelines.simulate.world import Shop


class ShopSystem(NamedTuple):
    """Topics are Shopify's; a system passes over those it does not tell."""

    source: str
    deliver: Callable[[Scene, str, int, dict[str, Any]], bool]
    envelope: Callable[..., bytes]
    order_document: Callable[[Shop, Order], dict[str, Any]]
    refund_document: Callable[[Shop, Order, int, list[tuple[Line, int, int, int]], int, int], dict[str, Any]]

    @property
    def tells_delivery(self) -> bool:
        """Whether a parcel's arrival is told."""
        return self.source == "shopify"

    @property
    def tells_when_shipped(self) -> bool:
        """Whether the time is told; else it is when the order was first told as shipped."""
        return self.source != "meta_commerce"


_SYSTEMS = {
    wire.SOURCE: ShopSystem(wire.SOURCE, wire.deliver, wire.envelope, wire.order_document, wire.refund_document)
    for wire in (wire_shopify, wire_woocommerce, wire_meta_commerce)
}


META_SHOP = _SYSTEMS["meta_commerce"]


def system_of(shop: Shop) -> ShopSystem:
    return _SYSTEMS[shop.template.system]
