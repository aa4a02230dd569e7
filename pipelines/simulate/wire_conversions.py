"""Conversions API bodies that a shop sent to Meta about orders that its shop system tells too."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from pipelines.simulate.moneytext import amount, number
from pipelines.simulate.orders import Order
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import Thread, encode
from pipelines.simulate.wire_messenger import MessengerThread


def tell_conversion(scene: Scene, order: Order, thread: Thread | None, at_ms: int) -> None:
    """A purchase in a thread or on the website; the website's is told by browser and server under one event id."""
    shop, currency, customer = scene.shop, scene.shop.currency, order.customer
    user: dict[str, Any] = {}
    if customer:
        user = {"em": [_hashed(customer.email)], "ph": [_hashed(customer.phone)]}
    event: dict[str, Any] = {"event_name": "Purchase", "event_time": at_ms // 1000, "event_id": order.token}
    if isinstance(thread, MessengerThread):
        user |= {"page_id": shop.page_id, "page_scoped_user_id": thread.customer.thread_id}
        event |= {"action_source": "business_messaging", "messaging_channel": "messenger"}
    else:
        event |= {"action_source": "website", "event_source_url": f"https://{shop.domain}/thanks"}
        if customer:
            clicked_ms = at_ms // 1000 * 1000 - 60_000
            user["fbc"] = f"fb.1.{clicked_ms}.IwAR{order.token[:12]}"
            scene.touch(clicked_ms)
    contents = [
        {"id": line.product.catalog_id, "quantity": line.quantity, "item_price": number(line.product.price_minor, currency)}
        for line in order.lines
    ]
    custom = {"currency": currency.lower(), "value": amount(order.amounts.subtotal, currency), "order_id": order.number}
    event |= {"user_data": user, "custom_data": {**custom, "contents": contents}}
    for later_s in (0, 2) if event["action_source"] == "website" else (0,):
        told = {**event, "event_time": event["event_time"] + later_s}
        body = encode({"data": [told], "partner_agent": "threadmart-sample"})
        if scene.happens(at_ms + later_s * 1000):
            scene.deliver("conversions_api", scene.arrival("conversions_api", at_ms + later_s * 1000), body, is_line=True)


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
