"""What a GA4 event becomes: a purchase, a refund, a cart, looked-at products, the campaign that brought the visit."""

from __future__ import annotations

from typing import Any

from pipelines.sources.buyers import Identifier, buyer, email_identifier
from pipelines.sources.cells import amount_of, integer_of
from pipelines.sources.codes import category
from pipelines.sources.currencies import currency_of
from pipelines.sources.ga4_format import Event, Item, told
from pipelines.sources.inbox import Inbox
from pipelines.sources.money import exact
from pipelines.sources.order_versions import Line, Totals, line_of_total, line_of_unit_price, order_version
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import link_ref, order_number_ref, product
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import IdentityLink, Refund, Row, Touch
from pipelines.sources.web_channels import web_channel
from pipelines.sources.web_purchases import purchase_totals

NAME = "ga4"
_CARTS = frozenset({"add_to_cart", "view_cart", "begin_checkout", "add_shipping_info", "add_payment_info"})
_LOOKS = frozenset({"view_item", "select_item"})
_BEGINNINGS = frozenset({"session_start", "first_visit"})
_IDENTIFYING = frozenset({"purchase", "login", "sign_up"})
_LONGEST_SESSION_MS = 86_400_000


def event_rows(event: Event, inbox: Inbox) -> list[Row]:
    """The rows of one event, the one it is counted by first. Raises Refusal, InvalidMoney."""
    key = inbox.shop.hashed("event", event.asset_id, *event.key)
    person_key, links = _person(event, inbox)
    if event.name == "purchase":
        rows = _purchase(event, inbox, person_key, key)
    elif event.name == "refund":
        rows = _refund(event, inbox, person_key, key)
    elif event.name in _CARTS:
        rows = _cart(event, inbox, person_key, key)
    elif event.name in _LOOKS and (looks := _looks(event, inbox, person_key, key)):
        rows = looks
    else:
        rows = [inbox.message_event(event.at_ms, key, "other", "none", person_key)]
    came = _campaign(event, inbox, person_key, key)
    return [*rows, *([came] if came else []), *(links if event.name in _IDENTIFYING else [])]


def _person(event: Event, inbox: Inbox) -> tuple[str | None, list[IdentityLink]]:
    """The account where somebody is logged in, else the browser."""
    user_id = event.user_id
    account = email_identifier(user_id) if user_id and "@" in user_id else Identifier("ga4_user", user_id) if user_id else None
    browser = Identifier("ga4", event.client_id, "same_browser") if event.client_id else None
    return buyer(inbox.shop, NAME, event.at_ms, (account, browser))


def _order_ref(event: Event) -> str:
    order_ref = order_number_ref(told(event.ecommerce.transaction_id))
    if order_ref is None:
        raise Refusal(Reason.MISSING_FIELD, "transaction_id")
    return order_ref


def _purchase(event: Event, inbox: Inbox, person_key: str | None, key: str) -> list[Row]:
    """A page of thanks: the order is confirmed, and whether it is paid is not known."""
    order_ref, shop_money = _order_ref(event), event.ecommerce
    local, dollars = _told_value(event, shop_money.purchase_revenue, shop_money.purchase_revenue_in_usd)
    currency = _currency(event, inbox, is_usd=local is None and dollars is not None)
    is_usd = currency == "USD" and local is None
    lines, discount = _lines(event.items, inbox, currency, is_usd)
    value = local if local is not None else dollars
    totals = purchase_totals(
        None if value is None else amount_of(value, currency),
        lines,
        discount,
        amount_of(_either(is_usd, shop_money.tax_value, shop_money.tax_value_in_usd), currency),
        amount_of(_either(is_usd, shop_money.shipping_value, shop_money.shipping_value_in_usd), currency),
        currency,
    )
    return order_version(inbox, "confirmed", order_ref, event.at_ms, event.at_ms, totals, lines, person_key, key)


def _told_value(event: Event, local: Any, dollars: Any) -> tuple[Any, Any]:
    """(value in the event's currency, value in USD). The export fills one, the other or both."""
    if local in (None, ""):
        local = event.value if event.currency or dollars in (None, "") else None
    return (None if local == "" else local), (None if dollars == "" else dollars)


def _currency(event: Event, inbox: Inbox, *, is_usd: bool) -> str:
    return "USD" if is_usd else currency_of(event.currency or inbox.shop.settings.currency, "currency")


def _either(is_usd: bool, local: Any, dollars: Any) -> Any:
    return dollars if is_usd else local


def _lines(items: list[Item], inbox: Inbox, currency: str, is_usd: bool) -> tuple[list[Line], int]:
    """The lines before discount, and the discount of all of them."""
    lines, discount_minor = [], 0
    for item in items:
        product_id, title, kind = product(inbox.shop, told(item.item_id)), told(item.item_name), category(told(item.item_category))
        quantity = 1 if item.quantity in (None, "") else integer_of(item.quantity, "items.quantity")
        price, revenue = _either(is_usd, item.price, item.price_in_usd), _either(is_usd, item.item_revenue, item.item_revenue_in_usd)
        if price in (None, "") and revenue not in (None, ""):
            lines.append(line_of_total(product_id, title, quantity, revenue, currency, kind))
            continue
        off = exact(item.discount) if item.discount not in (None, "") and not is_usd else 0
        lines.append(line_of_unit_price(product_id, title, quantity, exact(price or 0) + off, currency, kind))
        discount_minor += amount_of(off * quantity, currency)
    return lines, discount_minor


def _refund(event: Event, inbox: Inbox, person_key: str | None, key: str) -> list[Row]:
    """All of an order, or the items told."""
    order_ref, shop_money = _order_ref(event), event.ecommerce
    local, dollars = _told_value(event, shop_money.refund_value, shop_money.refund_value_in_usd)
    is_usd = local is None and dollars is not None
    currency = _currency(event, inbox, is_usd=is_usd)
    lines, discount = _lines(event.items, inbox, currency, is_usd)
    value = local if local is not None else dollars
    if value is None and not lines:
        raise Refusal(Reason.MISSING_FIELD, "value")
    refund_minor = amount_of(value, currency) if value is not None else sum(line.gross_minor for line in lines) - discount
    return [
        Refund(
            **inbox.base(event.at_ms),
            refund_key=f"{NAME}:{key}",
            line_key="",
            kind="goods",
            currency=currency,
            refund_minor=refund_minor,
            quantity=sum(line.quantity for line in lines),
            order_ref=order_ref,
            product_id=lines[0].product_id if len(lines) == 1 else None,
            person_key=person_key,
        )
    ]


def _cart(event: Event, inbox: Inbox, person_key: str | None, key: str) -> list[Row]:
    """What was put into a cart, or what was in it: a cart of its own for each event, for GA4 names none."""
    currency = _currency(event, inbox, is_usd=False)
    lines, discount = _lines(event.items, inbox, currency, is_usd=False)
    totals = Totals(currency, sum(line.gross_minor for line in lines), discount)
    return order_version(inbox, "cart", f"cart:{key}", event.at_ms, event.at_ms, totals, lines, person_key, key)


def _looks(event: Event, inbox: Inbox, person_key: str | None, key: str) -> list[Row]:
    seen = dict.fromkeys(product(inbox.shop, told(item.item_id)) for item in event.items)
    return [
        inbox.touch(event.at_ms, "product_view", "product", person_key, key, product_id=product_id) for product_id in seen if product_id
    ]


def _campaign(event: Event, inbox: Inbox, person_key: str | None, key: str) -> Touch | None:
    """The click that began the visit. All events of a session tell it, so it is dated by the session's begin: one row.

    Without a client id there is no session to tell apart, so only the events that begin one are asked.
    """
    came = event.campaign
    if came is None or (event.client_id is None and event.name not in _BEGINNINGS):
        return None
    shop = inbox.shop
    began_ms = (event.session_id or 0) * 1000
    occurred_ms = began_ms if event.at_ms - _LONGEST_SESSION_MS <= began_ms <= event.at_ms else event.at_ms
    kind, channel = web_channel(came.source, came.medium, came.click_id is not None)
    click_key = shop.hashed("click", came.click_id) if came.click_id else None
    session = shop.hashed("session", event.asset_id, event.client_id, occurred_ms, channel) if event.client_id else key
    touch = inbox.touch(occurred_ms, kind, channel, person_key, session, ref=link_ref(shop, came.name), click_key=click_key)
    if event.client_id is None:
        touch.touch_key = shop.hashed("touch", key)
    return touch
