"""Shopify orders, checkouts and carts -> canonical rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipelines.sources.buyers import Identifier, buyer, email_identifier, noted_identifier, phone_identifier
from pipelines.sources.codes import category, payment_method, payment_methods
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Shop
from pipelines.sources.instants import epoch_ms
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, order_number_ref, product, shopify_ref
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import OrderEvent, OrderLine, OrderReference, Row
from pipelines.sources.shopify_amounts import OrderAmounts, order_amounts
from pipelines.sources.shopify_documents import LineItem, Order
from pipelines.sources.shopify_fulfillment import State, fulfillment_states
from pipelines.sources.shopify_refund import refund_rows

_PAID = {"paid", "partially_refunded", "refunded"}


class Telling(NamedTuple):
    """Who tells a document: the shop, its domain, and the webhook topic where there is one."""

    shop: Shop
    asset_id: str
    topic: str | None


def order_rows(order: Order, telling: Telling) -> list[Row]:
    """An order: its creation with lines and totals, its further states, refunds, names and buyer. Raises InvalidMoney, Refusal."""
    if order.test:
        raise Refusal(Reason.TEST_TRAFFIC)
    created_ms, told_ms = _times(order)
    order_ref = order_number_ref(order.name) or order_number_ref(order.order_number) or shopify_ref(order.id)
    rows = _purchase_rows(order, telling, order_ref, State("created", created_ms), told_ms)
    rows += (
        _event(telling, order_ref, state, max(told_ms, state.occurred_ms))
        for state in dict.fromkeys(_further_states(order, telling.topic, told_ms))
    )
    for refund in order.refunds or []:
        rows += refund_rows(refund, telling.shop, order.id, _currency(order, telling.shop), bool(order.taxes_included))
    other_names = [shopify_ref(order.id), order_number_ref(order.id) or ""]  # the id is what a website's tags often tell as the number
    if order.checkout_token:
        other_names.append(checkout_ref(telling.shop, order.checkout_token))
    rows += (
        OrderReference(
            shop_id=telling.shop.shop_id,
            source="shopify",
            occurred_ms=created_ms,
            occurred_day=telling.shop.day(created_ms),
            order_ref=name,
            same_as_ref=order_ref,
        )
        for name in other_names
        if name != order_ref
    )
    return rows


def checkout_rows(checkout: Order, telling: Telling) -> list[Row]:
    """A checkout that somebody began: a cart with a buyer. Its order names it by the same token. Raises InvalidMoney, Refusal."""
    created_ms, told_ms = _times(checkout)
    order_ref = checkout_ref(telling.shop, checkout.token or str(checkout.id))
    return _purchase_rows(checkout, telling, order_ref, State("cart", created_ms), told_ms)


def cart_rows(cart: Order, telling: Telling) -> list[Row]:
    """A cart of the web shop, which tells no buyer. Raises InvalidMoney, Refusal."""
    created_ms, told_ms = _times(cart)
    order_ref = f"cart:{telling.shop.hashed('cart', cart.token or cart.id)}"
    return _purchase_rows(cart, telling, order_ref, State("cart", created_ms), told_ms)


def state_row(telling: Telling, order_id: int | str, state: State) -> OrderEvent:
    """A state of an order told without the order."""
    return _event(telling, shopify_ref(order_id), state, state.occurred_ms)


def checkout_ref(shop: Shop, token: str) -> str:
    return f"checkout:{shop.hashed('checkout', token)}"  # the token itself opens the checkout


def _times(order: Order) -> tuple[int, int]:
    created = order.created_at or order.updated_at
    if created is None:
        raise Refusal(Reason.MISSING_FIELD, "created_at")
    return epoch_ms(created, "created_at"), epoch_ms(order.updated_at or created, "updated_at")


def _further_states(order: Order, topic: str | None, told_ms: int) -> Iterator[State]:
    """States beside the creation. An order tells no time of its payment: it is when the order was told as paid first."""
    if order.financial_status in _PAID or topic == "orders/paid":
        yield State("paid", told_ms)
    elif order.financial_status == "authorized":
        yield State("authorised", told_ms)
    for fulfillment in order.fulfillments or []:
        yield from fulfillment_states(fulfillment)
    if not order.fulfillments and topic in ("orders/fulfilled", "orders/partially_fulfilled"):
        yield State("shipped", told_ms)
    if order.cancelled_at:
        yield State("cancelled", epoch_ms(order.cancelled_at, "cancelled_at"))
    elif topic == "orders/cancelled":
        yield State("cancelled", told_ms)


def _purchase_rows(order: Order, telling: Telling, order_ref: str, state: State, told_ms: int) -> list[Row]:
    """The state with its totals, a row per line, and the links between the buyer's identifiers."""
    shop = telling.shop
    currency = _currency(order, shop)
    amounts = order_amounts(order, currency)
    person_key, links = buyer(shop, "shopify", state.occurred_ms, _identifiers(order))
    version_key = _version_key(shop, order_ref, told_ms, amounts)
    event = _event(telling, order_ref, state, told_ms)
    event.person_key, event.currency, event.version_key = person_key, currency, version_key
    event.gross_minor, event.discount_minor = amounts.gross_minor, amounts.discount_minor
    event.tax_minor, event.shipping_minor = amounts.tax_minor, amounts.shipping_minor
    event.payment_method = payment_methods(order.payment_gateway_names) or payment_method(order.gateway)
    lines = [
        OrderLine(
            shop_id=shop.shop_id,
            source="shopify",
            occurred_ms=state.occurred_ms,
            occurred_day=event.occurred_day,
            order_ref=order_ref,
            told_ms=told_ms,
            version_key=version_key,
            line_key=_line_key(line.item, position),
            quantity=line.item.quantity,
            gross_minor=line.gross_minor,
            currency=currency,
            unit_price_micro=line.unit_price_micro,
            line_rounding_micro=line.line_rounding_micro,
            discount_minor=line.discount_minor,
            tax_minor=line.tax_minor,
            product_id=product(shop, line.item.sku, line.item.product_id),
            title=line.item.title,
            category=category(line.item.product_type),
        )
        for position, line in enumerate(amounts.lines)
    ]
    return [event, *lines, *links]


def _currency(order: Order, shop: Shop) -> str:
    """The shop's currency: as the document tells it, as a cart's first price tells it, as the shop declared it. Raises Refusal."""
    price_set = order.line_items[0].price_set if order.line_items else None
    told = price_set.shop_money.currency_code if price_set and price_set.shop_money else None
    return currency_of(order.currency or told or shop.settings.currency, "currency")


def _event(telling: Telling, order_ref: str, state: State, told_ms: int) -> OrderEvent:
    return OrderEvent(
        shop_id=telling.shop.shop_id,
        source="shopify",
        occurred_ms=state.occurred_ms,
        occurred_day=telling.shop.day(state.occurred_ms),
        asset_id=telling.asset_id,
        order_ref=order_ref,
        state=state.state,
        told_ms=told_ms,
    )


def _version_key(shop: Shop, order_ref: str, told_ms: int, amounts: OrderAmounts) -> str:
    totals = amounts.gross_minor, amounts.discount_minor, amounts.tax_minor, amounts.shipping_minor
    lines = [
        (line.item.id, line.item.quantity, line.unit_price_micro, line.gross_minor, line.discount_minor, line.tax_minor)
        for line in amounts.lines
    ]
    return shop.hashed("version", order_ref, told_ms, totals, lines)


def _line_key(item: LineItem, position: int) -> str:
    return identifier(item.id) or str(position)


def _identifiers(order: Order) -> Iterator[Identifier | None]:
    """The shop's customer first; a guest is known by e-mail, phone or thread."""
    customer = order.customer
    if customer and customer.id is not None:
        yield Identifier("shopify", str(customer.id))
    yield email_identifier(order.email or (customer.email if customer else None))
    yield phone_identifier(order.phone or (customer.phone if customer else None))
    if order.billing_address:
        yield phone_identifier(order.billing_address.phone)
    for noted in order.note_attributes or []:
        yield noted_identifier(noted.name, noted.value)
