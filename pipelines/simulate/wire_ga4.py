"""Rows of the GA4 BigQuery export: what a website's own analytics tell of visits and orders that others tell too."""

from __future__ import annotations

from typing import Any

from pipelines.simulate.baskets import Line
from pipelines.simulate.clock import date_text
from pipelines.simulate.moneytext import number
from pipelines.simulate.orders import Order
from pipelines.simulate.people import Customer
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import encode
from pipelines.simulate.world import pick

_CAMPAIGNS: tuple[dict[str, str] | None, ...] = (
    {"manual_source": "facebook", "manual_medium": "paid_social", "manual_campaign_name": "spring"},
    {"manual_source": "google", "manual_medium": "organic"},
    {"manual_source": "news", "manual_medium": "email", "manual_campaign_name": "spring"},
    {"gclid": "Cj0KCQjw"},
    {"manual_source": "(direct)", "manual_medium": "(none)"},
    None,
)


def tell_visit(scene: Scene, customer: Customer, at_ms: int, lines: list[Line]) -> None:
    """A visit that looks at a product and puts it into the cart, shortly before `at_ms`."""
    began_ms = (at_ms - 240_000) // 1000 * 1000
    campaign = pick(scene.rng, _CAMPAIGNS)
    if not scene.happens(at_ms):
        return
    _tell(scene, "session_start", began_ms, customer, began_ms, collected_traffic_source=campaign)
    _tell(scene, "page_view", began_ms + 10, customer, began_ms, collected_traffic_source=campaign)
    if campaign and campaign.get("manual_source") != "(direct)":
        scene.touch(began_ms)
    _tell(scene, "view_item", began_ms + 60_000, customer, began_ms, items=_items(scene, lines[:1]))
    scene.touch(began_ms + 60_000)
    _tell(scene, "add_to_cart", began_ms + 90_000, customer, began_ms, items=_items(scene, lines[:1]))


def tell_purchase(scene: Scene, order: Order, at_ms: int) -> None:
    """The page of thanks, now and then loaded twice."""
    currency, amounts = scene.shop.currency, order.amounts
    money = {"transaction_id": order.number, "purchase_revenue": number(amounts.subtotal, currency)}
    money |= {"tax_value": number(amounts.tax, currency), "shipping_value": number(amounts.shipping, currency)}
    for again_ms in (0, 40_000) if scene.rng.random() < 0.05 else (0,):
        if scene.happens(at_ms + again_ms):
            _tell(scene, "purchase", at_ms + again_ms, order.customer, at_ms, items=_items(scene, order.lines), ecommerce=money)


def tell_refund(scene: Scene, order: Order, at_ms: int, given_back: int) -> None:
    """What was given back, as the shop system tells it too."""
    money = {"transaction_id": order.number, "refund_value": number(given_back, scene.shop.currency)}
    if given_back > 0 and scene.happens(at_ms):
        _tell(scene, "refund", at_ms, order.customer, at_ms, ecommerce=money)


def _items(scene: Scene, lines: list[Line]) -> list[dict[str, Any]]:
    return [
        {
            "item_id": line.product.catalog_id,
            "item_name": line.product.title,
            "item_category": line.product.category,
            "price": number(line.product.price_minor, scene.shop.currency),
            "quantity": line.quantity,
        }
        for line in lines
    ]


def _tell(scene: Scene, name: str, at_ms: int, customer: Customer | None, session_ms: int, **told: Any) -> None:
    """One event; a guest has not agreed to cookies."""
    shop = scene.shop
    params = [
        {"key": "ga_session_id", "value": {"int_value": session_ms // 1000 if customer else None}},
        {"key": "currency", "value": {"string_value": shop.currency}},
    ]
    row = {
        "event_date": date_text(shop.clock.day(at_ms)).replace("-", ""),
        "event_timestamp": str(at_ms * 1000 + 345),
        "event_name": name,
        "event_params": params,
        "user_id": str(customer.shopify_id) if customer and customer.orders else None,
        "user_pseudo_id": f"{customer.shopify_id % 2_000_000_000}.17{customer.shopify_id % 10_000_000:07d}0" if customer else None,
        "stream_id": shop.stream_id,
        "platform": "WEB",
        **told,
    }
    scene.deliver("ga4", scene.arrival("ga4", at_ms), encode(row), is_line=True)
