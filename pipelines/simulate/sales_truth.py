"""What an order adds to the truth, once its last telling is known."""

from __future__ import annotations

from pipelines.simulate.orders import Order
from pipelines.simulate.scene import Scene


def count(scene: Scene, order: Order, first_ms: int, source: str) -> None:
    """An order of a shop system, on the day of its first state; what was given back of it on its own days too."""
    shop, truth, amounts = scene.shop, scene.truth, order.amounts
    day, payment = shop.clock.day(first_ms), order.payment.codes.get(source, "")
    money = {"gross": amounts.gross, "discount": amounts.discount, "refund": order.refund, "tax": amounts.tax, "shipping": amounts.shipping}
    truth.order(shop.index, day, payment, **money)
    given_back = order.refunded_goods + order.refunded_discrepancy
    if order.refunded_ms is not None:
        truth.cash_refund(shop.index, shop.clock.day(order.refunded_ms), payment, given_back)
    if order.cancelled_ms is not None:
        truth.cash_refund(shop.index, shop.clock.day(order.cancelled_ms), payment, order.refund - given_back)
    for line, gross in zip(order.lines, amounts.line_gross, strict=True):
        # a website's analytics alone tells categories, and of every order of its shop
        category = "_".join(line.product.category.lower().split()) if shop.stream_id else ""
        truth.category(shop.index, day, category, quantity=line.quantity, gross=gross)
