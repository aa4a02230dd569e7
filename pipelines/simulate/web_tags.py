"""What the tags of a shop's own website tell again of what its shop system tells: GA4's, the Conversions API's, both or none."""

from __future__ import annotations

from pipelines.simulate.orders import Order
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import Thread
from pipelines.simulate.wire_conversions import tell_conversion
from pipelines.simulate.wire_ga4 import tell_purchase, tell_refund


def tell_again(scene: Scene, order: Order, thread: Thread | None) -> None:
    """An order, a little after the shop system."""
    if scene.shop.stream_id:
        tell_purchase(scene, order, order.created_ms + 1500)
    if scene.shop.sends_conversions:
        tell_conversion(scene, order, thread, order.created_ms + 2500)


def tell_refund_again(scene: Scene, order: Order, at_ms: int, given_back: int) -> None:
    """A refund; the Conversions API has none."""
    if scene.shop.stream_id:
        tell_refund(scene, order, at_ms, given_back)
