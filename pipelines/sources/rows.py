"""Canonical rows: what every source is turned into, one struct per raw table.

What a row tells holds no pointer, no arrival time and no message text, so that equal tellings are equal rows.
`*_ms` is a UTC epoch in milliseconds, `*_day` a shop-local date as days since 1970-01-01; the loader
turns them into `*_at` timestamps and `*_on` dates. Money is in integer minor units of `currency`.
Person, message and touch keys are keyed hashes made by `Shop` (pipelines/sources/desk.py).
"""

from __future__ import annotations

from typing import ClassVar

from pipelines.sources.pointer import Pointer


class Row(Pointer, omit_defaults=True, gc=False):
    """Base of all canonical rows. `table` is the raw table the row belongs to."""

    table: ClassVar[str]

    shop_id: str
    source: str
    occurred_ms: int
    occurred_day: int


class MessageEvent(Row):
    """A message, echo, postback, reaction, delivery, read, opt-in or hand-over."""

    table: ClassVar[str] = "message_event"

    asset_id: str
    message_key: str
    kind: str
    direction: str  # in: from the customer, out: from the business, none: about the thread
    person_key: str | None = None
    is_standby: bool = False
    refers_to_key: str | None = None  # message replied to, reacted to, edited, deleted, or whose status this is
    watermark_ms: int | None = None
    text_length: int | None = None
    product_id: str | None = None
    app: str | None = None
    status: str | None = None  # delivery status, reaction name or feedback value
    order_ref: str | None = None  # the order a business message offers or confirms
    intent: str | None = None  # what the customer wants, told by a classifier; the text itself stays out
    order_stage: str | None = None  # confirmation | shipping | delivery: what a business message tells of its order
    offers_reorder: bool = False


class Touch(Row):
    """A contact with marketing."""

    table: ClassVar[str] = "touch"

    asset_id: str
    touch_key: str
    kind: str
    channel: str
    person_key: str | None = None
    ad_id: str | None = None
    ref: str | None = None
    click_key: str | None = None
    product_id: str | None = None
    app: str | None = None
    message_key: str | None = None


class OrderEvent(Row):
    """A state of an order as one source tells it; `occurred` is when the state began."""

    table: ClassVar[str] = "order_event"

    asset_id: str
    order_ref: str
    state: str
    told_ms: int  # source time of the telling (an update time); later tellings of one source win
    person_key: str | None = None
    currency: str | None = None
    gross_minor: int | None = None
    discount_minor: int | None = None
    tax_minor: int | None = None
    shipping_minor: int | None = None
    version_key: str | None = None  # joins the lines told together with this state
    message_key: str | None = None
    payment_method: str | None = None  # a code (pipelines/sources/codes.py)


class OrderReference(Row):
    """Two names of one order (a shop system's id and the number the customer sees)."""

    table: ClassVar[str] = "order_reference"

    order_ref: str  # another name of the order
    same_as_ref: str  # the name that wins, `no:<order number>` where a source tells it


class OrderLine(Row):
    """A line of an order, as told in one version of it. Quantity may be negative (an adjustment)."""

    table: ClassVar[str] = "order_line"

    order_ref: str
    told_ms: int
    version_key: str
    line_key: str
    quantity: int
    gross_minor: int
    currency: str
    unit_price_micro: int
    line_rounding_micro: int = 0  # exact line value minus gross_minor, in millionths of a major unit
    discount_minor: int = 0
    tax_minor: int = 0
    shipping_minor: int = 0
    product_id: str | None = None
    title: str | None = None
    category: str | None = None  # a code (pipelines/sources/codes.py)


class Refund(Row):
    """Money given back, one row per refunded line. `refund_minor` is positive when the customer gets money."""

    table: ClassVar[str] = "refund"

    refund_key: str
    line_key: str
    kind: str  # goods | discrepancy (both lower net revenue), tax | shipping (not part of net), total (as far as no part is told)
    currency: str
    refund_minor: int
    quantity: int = 0
    line_rounding_micro: int = 0
    order_ref: str | None = None
    product_id: str | None = None
    title: str | None = None
    person_key: str | None = None


class AdSpend(Row):
    """Spend, impressions and clicks of one ad on one day; `occurred_day` is the ad account's date."""

    table: ClassVar[str] = "ad_spend"

    account_id: str
    ad_id: str
    currency: str
    ad_spend_minor: int
    impressions: int = 0
    clicks: int = 0
    told_ms: int | None = None
    ad_name: str | None = None
    adset_id: str | None = None
    adset_name: str | None = None
    campaign_id: str | None = None
    campaign_name: str | None = None
    claimed_order_count: int | None = None
    claimed_value_minor: int | None = None
    conversation_started_count: int | None = None


class AdName(Row):
    """What an ad runs in, as an ad log names it on a day."""

    table: ClassVar[str] = "ad_name"

    account_id: str
    ad_id: str
    ad_name: str | None = None
    adset_id: str | None = None
    adset_name: str | None = None
    campaign_id: str | None = None
    campaign_name: str | None = None


class StoreSale(Row):
    """A receipt of a till. Amounts are not negative, but for the tax of a return."""

    table: ClassVar[str] = "store_sale"

    asset_id: str
    receipt_key: str
    told_ms: int  # later tellings of a receipt win
    currency: str
    gross_minor: int
    discount_minor: int = 0
    refund_minor: int = 0
    tax_minor: int = 0
    item_count: int | None = None
    person_key: str | None = None


class FxRate(Row):
    """What a euro cost in another currency on a day. Belongs to no shop: `shop_id` is ''."""

    table: ClassVar[str] = "fx_rate"

    currency: str
    rate_e9: int  # billionths of `currency`
    told_ms: int | None = None


class ConsentEvent(Row):
    """Consent granted or withdrawn."""

    table: ClassVar[str] = "consent_event"

    person_key: str
    purpose: str  # order_updates | marketing_messages | erasure | another word
    state: str  # granted | withdrawn | requested (of an erasure)
    basis: str
    order_ref: str | None = None
    proof: str | None = None  # where the person's word is kept: a form's version, a document's name


class IdentityLink(Row):
    """Two identifiers of one shop belong to one person since `occurred`, or no longer do."""

    table: ClassVar[str] = "identity_link"

    person_key: str  # the identifier of a thread, a phone or an e-mail address
    linked_key: str  # the identifier it belongs to: the shop customer where there is one
    reason: str
    state: str = "linked"  # linked | severed


class ConfigEvent(Row):
    """A change of a shop's settings."""

    table: ClassVar[str] = "config_event"

    key: str
    value: str


ROW_TYPES: tuple[type[Row], ...] = tuple(Row.__subclasses__())
