"""Threadmart's own formats (docs/formats.md): an ad server's log, tills, store visits, consents, app shares and exchange rates.

They are a small share of a day's records. Contacts are hashed, as such systems tell them.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from pipelines.simulate.baskets import basket, price
from pipelines.simulate.clock import HOUR_MS, MINUTE_MS, date_text, utc_iso
from pipelines.simulate.moneytext import amount
from pipelines.simulate.people import Customer, People
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import encode
from pipelines.simulate.wire_insights import running
from pipelines.simulate.world import Shop, pick

_SHARE = 0.05  # of a day's records
_RATES_E4 = {"CHF": 9312, "JPY": 1_621_500, "KWD": 3318, "USD": 10_842}  # ten-thousandths for a euro, before each day's move
_FIRST_MS, _OPEN_MS = 9 * HOUR_MS, 10 * HOUR_MS  # what happens here does so by day, so that no pair of clicks meets over midnight


def own_assets(shop: Shop) -> dict[str, list[str]]:
    """Source -> its senders; each shop has some of them."""
    assets = {"consent": [f"desk-{shop.id}"]}
    if shop.index % 2 == 0:
        assets |= {"store_sale": [f"till-{shop.id}-{number}" for number in (1, 2)], "store_visit": [f"store-{shop.id}"]}
    if shop.index % 3 != 1:
        assets["ad_log"] = [f"adserver-{shop.id}"]
    if shop.index % 3 != 2:
        assets["app_share"] = [f"keyboard-{shop.id}"]
    return assets


def tell_own(scene: Scene, people: People, records: int) -> None:
    """A day of all own formats of a shop, about one record in twenty of the `records` that the day should have."""
    senders, quota = own_assets(scene.shop), int(records * _SHARE)
    sources = [source for source in _TELLERS if source in senders]
    known = list(people.buyers)
    scene.rng.shuffle(known)
    for number in range(quota):
        source = sources[number % len(sources)]
        customer = known.pop() if known and scene.rng.random() < 0.7 else None  # nobody twice a day
        at_ms = scene.shop.clock.start_ms(scene.day) + _FIRST_MS + int(scene.rng.random() * _OPEN_MS)
        if scene.happens(at_ms + HOUR_MS):
            _TELLERS[source](scene, pick(scene.rng, senders[source]), customer, at_ms)
    if scene.shop.index == 0 and quota >= len(_RATES_E4):
        _rates(scene)


def _send(scene: Scene, source: str, told_ms: int, *records: dict[str, Any]) -> None:
    data = records[0] if len(records) == 1 and scene.rng.random() < 0.5 else list(records)
    body = encode({"type": source, "timestamp": utc_iso(told_ms), "data": data})
    scene.deliver(source, scene.arrival(source, told_ms), body, records=len(records), is_line=True)


def _ad_event(scene: Scene, asset: str, customer: Customer | None, at_ms: int) -> None:
    ads = running(scene)
    if not ads:
        return
    ad = pick(scene.rng, ads)
    is_click = customer is not None and scene.rng.random() < 0.3
    record = {
        "asset": asset,
        "event": "click" if is_click else "impression",
        "event_id": scene.shop.names.token("ad event"),
        "occurred_at": scene.shop.clock.iso(at_ms),
        "ad_id": ad.id,
        "campaign_id": ad.campaign_id,
        "campaign_name": ad.campaign_name,
        "network": "meta",
        **(_hashed_contact(customer) if customer else {}),
    }
    scene.touch(at_ms)
    scene.truth.own(scene.shop.index, scene.day, "ad_clicks" if is_click else "ad_impressions")
    _send(scene, "ad_log", at_ms, record)


def _visit(scene: Scene, asset: str, customer: Customer | None, at_ms: int) -> None:
    is_checkin = customer is not None and scene.rng.random() < 0.5
    record = {
        "asset": asset,
        "visit": "checkin" if is_checkin else "scan",
        "event_id": scene.shop.names.token("visit"),
        "visited_at": scene.shop.clock.iso(at_ms),
        "place": pick(scene.rng, scene.shop.template.places),
        **({"loyalty_id": f"L{customer.shopify_id}"} if customer else {}),
    }
    scene.touch(at_ms)
    scene.truth.own(scene.shop.index, scene.day, "store_checkins" if is_checkin else "store_scans")
    _send(scene, "store_visit", at_ms, record)


def _receipt(scene: Scene, asset: str, customer: Customer | None, at_ms: int) -> None:
    """A sale, told anew where its discount was forgotten, and now and then brought back within the hour."""
    rng, shop = scene.rng, scene.shop
    cost = price(shop, basket(shop, rng), pick(rng, (0, 0, 0, 100, 250)), shipping=0)
    record = {
        "asset": asset,
        "receipt": f"R{shop.names.serial('receipt')}",
        "sold_at": shop.clock.iso(at_ms)[: 19 if rng.random() < 0.3 else None],  # tills tell the time of their wall
        "currency": shop.currency,
        "gross": amount(cost.gross, shop.currency),
        "discount": amount(cost.discount, shop.currency),
        "tax": amount(cost.tax, shop.currency),
        **({"phone_sha256": _hash(customer.phone), "loyalty_id": f"L{customer.shopify_id}"} if customer else {}),
    }
    if cost.discount and rng.random() < 0.2:
        _send(scene, "store_sale", at_ms, {**record, "discount": amount(0, shop.currency)})
        record["told_at"] = utc_iso(at_ms + MINUTE_MS)
    _send(scene, "store_sale", at_ms, record)
    is_returned = rng.random() < 0.06
    if is_returned:
        back = {name: f"-{record[name]}" for name in ("gross", "discount", "tax")}
        returned = {**record, **back, "receipt": f"{record['receipt']}-R", "sold_at": shop.clock.iso(at_ms + HOUR_MS)}
        _send(scene, "store_sale", at_ms + HOUR_MS, returned)
    refund, tax = (cost.subtotal, 0) if is_returned else (0, cost.tax)
    scene.truth.store_sale(
        shop.index, scene.day, receipts=1 + is_returned, gross=cost.gross, discount=cost.discount, refund=refund, tax=tax
    )


def _consent(scene: Scene, asset: str, customer: Customer | None, at_ms: int) -> None:
    if customer is None:
        return
    is_withdrawn = scene.rng.random() < 0.2
    record = {
        "asset": asset,
        "state": "withdrawn" if is_withdrawn else "granted",
        "purpose": pick(scene.rng, ("marketing_messages", "ad_targeting")),
        "basis": "consent",
        "proof": "form-2026-02",
        "occurred_at": scene.shop.clock.iso(at_ms),
        "email_sha256": _hash(customer.email),
    }
    scene.truth.own(scene.shop.index, scene.day, "consents_withdrawn" if is_withdrawn else "consents_granted")
    _send(scene, "consent", at_ms, record)


def _share(scene: Scene, asset: str, customer: Customer | None, at_ms: int) -> None:
    content, app = pick(scene.rng, (("gif", "giphy"), ("gif", "tenor"), ("sticker", "bitmoji"), ("clip", None)))
    record = {
        "asset": asset,
        "content": content,
        "event_id": scene.shop.names.token("share"),
        "shared_at": scene.shop.clock.iso(at_ms),
        **({"app": app} if app else {}),
        **({"phone_sha256": _hash(customer.phone)} if customer else {}),
    }
    scene.touch(at_ms)
    _send(scene, "app_share", at_ms, record)


def _rates(scene: Scene) -> None:
    """The day's rates of a euro, from Monday to Friday; on the first day those of the last such day before it, too."""
    day = scene.day
    while (day + 3) % 7 > 4 and scene.day == scene.shop.clock.first_day:  # 1970-01-01 was a Thursday
        day -= 1
    if (day + 3) % 7 > 4:
        return
    records = []
    for currency, rate_e4 in _RATES_E4.items():
        moved_e4 = rate_e4 + (int((scene.rng.random() - 0.5) * rate_e4 * 0.02) if day == scene.day else 0)
        records.append({"day": date_text(day), "currency": currency, "rate": f"{moved_e4 // 10**4}.{moved_e4 % 10**4:04d}"})
        scene.truth.rates[day, currency] = moved_e4 * 10**5
    _send(scene, "fx", scene.shop.clock.start_ms(scene.day) + 16 * HOUR_MS, *records)


def _hashed_contact(customer: Customer) -> dict[str, str]:
    """An ad server knows some people by their e-mail address and others by their phone."""
    if customer.shopify_id % 2:
        return {"phone_sha256": _hash(customer.phone)}
    return {"email_sha256": _hash(customer.email)}


def _hash(contact: str) -> str:
    """As Meta hashes contacts; those of this world are normal already."""
    return sha256(contact.encode()).hexdigest()


_TELLERS: dict[str, Callable[[Scene, str, Customer | None, int], None]] = {
    "ad_log": _ad_event,
    "store_sale": _receipt,
    "store_visit": _visit,
    "consent": _consent,
    "app_share": _share,
}
