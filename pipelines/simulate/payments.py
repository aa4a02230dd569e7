"""How orders are paid, in the words of each who tells it."""

from __future__ import annotations

from typing import NamedTuple


class Payment(NamedTuple):
    """A way to pay. `codes` are what a reader makes of it, by source; who is not among them does not tell it."""

    gateways: tuple[str, ...]  # as Shopify names them, several where a gift card was not enough
    method: tuple[str, str]  # WooCommerce's id and title
    receipts: tuple[str, ...]  # as a receipt prints it
    codes: dict[str, str]


_CARD = Payment(
    ("shopify_payments",),
    ("stripe", "Kreditkarte (Stripe)"),
    ("Visa 2345", "Mastercard 8821", "Apple Pay"),
    {"shopify": "shopify_payments", "woocommerce": "stripe"},
)
_PAYPAL = Payment(("paypal",), ("ppcp-gateway", "PayPal"), ("PayPal",), {"shopify": "paypal", "woocommerce": "ppcp_gateway"})
_GIFT_CARD = Payment(
    ("shopify_payments", "gift_card"),
    ("pw-gift-card", "Gutschein"),
    ("Gift card",),
    {"shopify": "gift_card+shopify_payments", "woocommerce": "pw_gift_card"},
)
_AT_THE_DOOR = Payment(
    ("Cash on Delivery (COD)",),
    ("cod", "Nachnahme"),
    ("Cash on delivery",),
    {"shopify": "cash_on_delivery_cod", "woocommerce": "cod"},
)
_TURNS = (_CARD, _PAYPAL, _CARD, _CARD, _AT_THE_DOOR, _CARD, _PAYPAL, _CARD, _GIFT_CARD, _CARD)


def payment_of(counter: int) -> Payment:
    """Of the shop's order of that number: told by it, not drawn, so that nothing else in the world moves."""
    return _TURNS[counter * 7 % len(_TURNS)]
