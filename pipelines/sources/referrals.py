"""Touches of a Messenger or Instagram thread: ads, links, store codes, products, and apps that share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelines.sources.inbox import Inbox
from pipelines.sources.references import advertisement, identifier, link_ref, product
from pipelines.sources.rows import Touch
from pipelines.sources.thread_format import ProductReference, Referral

STORE_CODE = ("qr_", "qr-", "qr=")  # how the `ref` of a code printed for a store begins


def referral_touch(referral: Referral | None, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str) -> Touch | None:
    """The touch that a referral tells, or None where it tells none."""
    if referral is None:
        return None
    shop = inbox.shop
    ad_id, ref = advertisement(shop, referral.ad_id), link_ref(shop, referral.ref)
    advertised = referral.ads_context_data.product_id if referral.ads_context_data else None
    shown = referral.product
    product_id = product(shop, shown.retailer_id, shown.id, advertised) if shown else product(shop, advertised)
    if ad_id or (referral.source or "").upper() == "ADS":
        kind, channel = "ad_referral", "meta_ads"
    elif shown is not None and not referral.source:
        kind, channel = "product_enquiry", "product"
    elif ref is not None and (identifier(referral.ref) or "").lower().startswith(STORE_CODE):
        kind, channel = "store_qr", "store_qr"
    elif referral.source or ref:
        kind, channel = "link_referral", f"{inbox.source}_link"
    else:
        return None
    return inbox.touch(occurred_ms, kind, channel, person_key, message_key, ad_id=ad_id, ref=ref, product_id=product_id)


def product_touches(
    products: Iterable[ProductReference], inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str
) -> Iterator[Touch]:
    """One touch for each product that a customer shares."""
    for shared in products:
        product_id = product(inbox.shop, shared.retailer_id, shared.id)
        if product_id:
            yield inbox.touch(occurred_ms, "product_share", "product", person_key, message_key, product_id=product_id)


def app_touch(app: str, inbox: Inbox, occurred_ms: int, person_key: str | None, message_key: str) -> Touch:
    """The touch of a shared GIF, clip or sticker."""
    return inbox.touch(occurred_ms, "app_share", "app_share", person_key, message_key, app=app)
