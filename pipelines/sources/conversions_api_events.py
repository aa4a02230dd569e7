"""What an event of the Conversions API becomes: a purchase, a cart, a looked-at product, a lead, the click that led to it.

An event is known by its name and id: Meta forgets an id after 48 hours, here it stays known, for a file may be read again much
later. The first telling wins (staging.order_money). A purchase without an order id is an order named by its event.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from pipelines.sources.buyers import buyer
from pipelines.sources.cells import amount_of, integer_of
from pipelines.sources.codes import category
from pipelines.sources.contract import Quarantined
from pipelines.sources.conversions_api_format import Content, CustomData, Event, texts
from pipelines.sources.conversions_api_people import identifiers
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Desk
from pipelines.sources.inbox import Inbox
from pipelines.sources.meta_time import meta_ms
from pipelines.sources.order_versions import Line, Totals, line_of_unit_price, order_version
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier, order_number_ref, product
from pipelines.sources.refusal import Refusal, attempt
from pipelines.sources.rows import Row, Touch
from pipelines.sources.web_purchases import purchase_totals

NAME = "conversions_api"
_STATES = {"Purchase": "confirmed", "OrderCreated": "created", "OrderShipped": "shipped", "OrderDelivered": "delivered"}
_STATES |= {"OrderCanceled": "cancelled"}
_CARTS = frozenset({"AddToCart", "InitiateCheckout", "AddPaymentInfo", "CartAbandoned"})
_LOOKS = frozenset({"ViewContent"})
_LEADS = frozenset({"Lead", "LeadSubmitted", "QualifiedLead", "CompleteRegistration", "SubmitApplication", "Contact", "Schedule"})
_CLICK = re.compile(r"fb\.[0-9]\.([0-9]{10,16})\.(.+)")
_decode_contents = msgspec.json.Decoder(list[Content]).decode


def event_rows(event: Event, desk: Desk) -> list[Row]:
    """The rows of one event, the one it is counted by first. Raises Refusal, InvalidMoney."""
    if event.event_time is None:
        raise Refusal(Reason.INVALID_TIMESTAMP, "event_time")
    asset_id = _asset_id(event)
    inbox = Inbox(NAME, asset_id, desk.shop(NAME, asset_id))
    at_ms = meta_ms(event.event_time, "event_time")
    person_key, links = buyer(inbox.shop, NAME, at_ms, identifiers(event.user_data))
    key = _key(event, inbox, at_ms, person_key)
    rows = _rows(event, inbox, at_ms, person_key, key)
    click = _click(event, inbox, at_ms, person_key)
    return [*rows, *([click] if click else []), *links]


def _asset_id(event: Event) -> str:
    """The data set where it is told, else the page or account, else the store, else the website's host."""
    user, store = event.user_data, event.store_data
    accounts = (user.page_id, user.instagram_business_account_id, user.ig_account_id, user.whatsapp_business_account_id)
    stores = (store.store_page_id, store.store_code) if store else ()
    for told in (event.dataset_id, event.pixel_id, *accounts, *stores):
        asset_id = identifier(told)
        if asset_id is not None:
            return asset_id
    try:
        return urlsplit(event.event_source_url or "").hostname or "unknown"
    except ValueError:
        return "unknown"


def _key(event: Event, inbox: Inbox, at_ms: int, person_key: str | None) -> str:
    event_id = identifier(event.event_id)
    if event_id is not None:
        return inbox.shop.hashed("conversion", event.event_name, event_id)
    content = msgspec.json.encode(event.custom_data, order="deterministic").decode()
    return inbox.shop.hashed("conversion", inbox.asset_id, event.event_name, at_ms, person_key or "", event.order_id, content)


def _rows(event: Event, inbox: Inbox, at_ms: int, person_key: str | None, key: str) -> list[Row]:
    name, told = event.event_name, event.custom_data or CustomData()
    if name in _STATES:
        return _order(event, told, inbox, at_ms, person_key, key)
    if name in _CARTS:
        currency = currency_of(told.currency or inbox.shop.settings.currency, "custom_data.currency")
        lines = _lines(told, inbox, currency)
        totals = Totals(currency, sum(line.gross_minor for line in lines))
        return order_version(inbox, "cart", f"cart:{key}", at_ms, at_ms, totals, lines, person_key, key)
    if name in _LOOKS:
        seen = dict.fromkeys(product(inbox.shop, content.id) for content in _contents(told))
        looks = [inbox.touch(at_ms, "product_view", "product", person_key, key, product_id=each) for each in seen if each]
        for look in looks:
            look.touch_key = inbox.shop.hashed("touch", key, look.product_id)  # the same event of browser and server is one look
        if looks:
            return [*looks]
    return [inbox.message_event(at_ms, key, "lead" if name in _LEADS else "other", "none", person_key)]


def _order(event: Event, told: CustomData, inbox: Inbox, at_ms: int, person_key: str | None, key: str) -> list[Row]:
    """A state of an order; what is bought at a till (physical_store) is paid there."""
    order_ref = order_number_ref(told.order_id) or order_number_ref(event.order_id)
    state = _STATES[event.event_name]
    if state != "confirmed":
        if order_ref is None:
            raise Refusal(Reason.MISSING_FIELD, "custom_data.order_id")
        [row] = order_version(inbox, state, order_ref, at_ms, at_ms, Totals("XXX", 0), (), person_key, key)
        row.currency = row.gross_minor = row.version_key = None  # type: ignore[attr-defined]
        return [row]
    currency = currency_of(told.currency or inbox.shop.settings.currency, "custom_data.currency")
    lines = _lines(told, inbox, currency)
    value = None if told.value in (None, "") else amount_of(told.value, currency)
    priced = lines if sum(line.gross_minor for line in lines) else []  # contents often tell ids without prices
    totals = purchase_totals(value, priced, 0, 0, 0, currency)
    state = "paid" if event.action_source == "physical_store" else state
    return order_version(inbox, state, order_ref or f"event:{key}", at_ms, at_ms, totals, lines, person_key, key)


def _contents(told: CustomData) -> list[Content]:
    if isinstance(told.contents, str):
        return _decode_contents(told.contents)
    if told.contents:
        return told.contents
    ids = msgspec.json.decode(told.content_ids) if isinstance(told.content_ids, str) else told.content_ids
    return [Content(id=text) for text in texts(ids)]


def _lines(told: CustomData, inbox: Inbox, currency: str) -> list[Line]:
    return [
        line_of_unit_price(
            product(inbox.shop, content.id),
            content.title,
            1 if content.quantity is None else integer_of(content.quantity, "custom_data.contents.quantity"),
            0 if content.item_price in (None, "") else content.item_price,
            currency,
            category(told.content_category),
        )
        for content in _contents(told)
    ]


def _click(event: Event, inbox: Inbox, at_ms: int, person_key: str | None) -> Touch | None:
    """The click behind `fbc`, `fb.1.<milliseconds>.<fbclid>`: from Facebook or Instagram, by an ad or not."""
    told = _CLICK.fullmatch(event.user_data.fbc or "")
    if told is None:
        return None
    clicked_ms = attempt(meta_ms, told[1])
    if isinstance(clicked_ms, Quarantined):
        return None
    click_key = inbox.shop.hashed("click", told[2])
    touch = inbox.touch(min(clicked_ms, at_ms), "link_referral", "meta_link", person_key, click_key, click_key=click_key)
    touch.touch_key = inbox.shop.hashed("touch", person_key or "", click_key)
    return touch
