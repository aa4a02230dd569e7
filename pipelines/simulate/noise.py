"""What goes wrong on real wires: broken, foreign and test deliveries, each with the code it must be refused with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from pipelines.simulate.baskets import Line
from pipelines.simulate.orders import place
from pipelines.simulate.scene import Scene
from pipelines.simulate.shop_systems import system_of
from pipelines.simulate.thread import encode
from pipelines.simulate.wire_whatsapp import change
from pipelines.simulate.world import Shop

_SHOP = "shop"  # whatever the shop runs on
_SHARE = 0.0015  # of a day's records, beyond the first of each case


class Spoilt(NamedTuple):
    """A case: the reason code, the source that tells it, whether it is a whole line, and how its body is made."""

    code: str
    source: str
    is_line: bool
    body: Callable[[Shop, int], bytes]


def _item(shop: Shop, at_ms: int, **content: Any) -> dict[str, Any]:
    parties = {"sender": {"id": shop.names.psid()}, "recipient": {"id": shop.page_id}}
    return {**parties, "timestamp": at_ms, **content}


def _entry(shop: Shop, at_ms: int, **content: Any) -> bytes:
    return encode({"id": shop.page_id, "time": at_ms + 900, "messaging": [_item(shop, at_ms, **content)]})


def _message(shop: Shop) -> dict[str, Any]:
    return {"message": {"mid": shop.names.mid(), "text": "Hi"}}


def _cut(shop: Shop, at_ms: int) -> bytes:
    body = b'{"object":"page","entry":[%b]}' % _entry(shop, at_ms, **_message(shop))
    return body[: len(body) * 2 // 3]


def _cut_in_envelope(shop: Shop, at_ms: int) -> bytes:
    return system_of(shop).envelope(shop, "orders/create", at_ms, '{"id":5700,"line_items":[{"id"')


def _test_button(shop: Shop, at_ms: int) -> bytes:
    message = {"mid": "random_mid", "text": "random_text"}
    item = {"sender": {"id": "12334"}, "recipient": {"id": "23245"}, "timestamp": "1527459824", "message": message}
    return encode({"object": "instagram", "entry": [{"id": "0", "time": at_ms, "messaging": [item]}]})


def _test_field(shop: Shop, at_ms: int) -> bytes:
    value = {"sender": {"id": "12334"}, "recipient": {"id": "23245"}, "timestamp": "1527459824", "message": {"mid": "random_mid"}}
    return encode({"object": "page", "entry": [{"id": "0", "time": at_ms, "changes": [{"field": "messages", "value": value}]}]})


def _order(shop: Shop, at_ms: int) -> dict[str, Any]:
    """An order nobody placed."""
    number = f"T{shop.names.serial('test order')}"
    return system_of(shop).order_document(shop, place(shop, None, [Line(0, shop.products[0], 1)], at_ms, 0, (number, 1000)))


def _ordered(shop: Shop, at_ms: int, *, is_test: bool = False, without: str = "", **changes: Any) -> bytes:
    document = {**_order(shop, at_ms), **changes}
    document.pop(without, None)
    return system_of(shop).envelope(shop, "orders/create", at_ms, msgspec.Raw(encode(document)), is_test=is_test)


def _test_order(shop: Shop, at_ms: int) -> bytes:
    """Shopify marks the order, WooCommerce knows no test orders and sends a ping."""
    return _ordered(shop, at_ms, is_test=system_of(shop).source != "shopify", test=True)


def _cart(shop: Shop, at_ms: int, item_price: Any, currency: str) -> bytes:
    phone = shop.names.phone()
    items = [{"product_retailer_id": shop.products[0].catalog_id, "quantity": 1, "item_price": item_price, "currency": currency}]
    order = {"catalog_id": shop.catalog_id, "product_items": items}
    message = {"from": phone, "id": shop.names.wamid(phone), "timestamp": str(at_ms // 1000), "type": "order", "order": order}
    return change(shop, "messages", contacts=[{"profile": {"name": "?"}, "wa_id": phone}], messages=[message])


def _untimely(shop: Shop, at_ms: int) -> bytes:
    phone = shop.names.phone()
    message = {"from": phone, "id": shop.names.wamid(phone), "timestamp": "asdf", "type": "text", "text": {"body": "Hi"}}
    return change(shop, "messages", contacts=[{"profile": {"name": "?"}, "wa_id": phone}], messages=[message])


def _misdirected(shop: Shop, at_ms: int) -> bytes:
    item = {**_item(shop, at_ms, **_message(shop)), "recipient": {"id": "9" + shop.page_id}}
    return encode({"id": shop.page_id, "time": at_ms + 900, "messaging": [item]})


def _foreign(shop: Shop, at_ms: int) -> bytes:
    return encode({"object": "user", "entry": [{"id": shop.page_id, "time": at_ms // 1000, "changed_fields": ["email"]}]})


def _without_items(shop: Shop, at_ms: int) -> bytes:
    return encode({"object": "instagram", "entry": [{"id": shop.instagram_id, "time": at_ms}]})


def _timed(timestamp: Any) -> Callable[[Shop, int], bytes]:
    return lambda shop, at_ms: _entry(shop, at_ms, **{**_message(shop), "timestamp": timestamp})


CASES: tuple[Spoilt, ...] = (
    Spoilt("malformed_json", "messenger", True, _cut),
    Spoilt("malformed_json", _SHOP, True, _cut_in_envelope),
    Spoilt("empty_delivery", "messenger", True, lambda shop, at: b'{"object":"page","entry":[]}'),
    Spoilt("empty_delivery", "instagram", True, _without_items),
    Spoilt("unsupported_source", "messenger", True, _foreign),
    Spoilt("wrong_shape", "messenger", False, lambda shop, at: _entry(shop, at, message=5)),
    Spoilt("unknown_event", "messenger", False, _entry),
    Spoilt("invalid_timestamp", "messenger", False, _timed("asdf")),
    Spoilt("invalid_timestamp", "messenger", False, _timed(4_200_000_000_000)),
    Spoilt("invalid_timestamp", "whatsapp", False, _untimely),
    Spoilt("asset_mismatch", "messenger", False, _misdirected),
    Spoilt("test_traffic", "instagram", True, _test_button),
    Spoilt("test_traffic", "messenger", True, _test_field),
    Spoilt("test_traffic", _SHOP, True, _test_order),
    Spoilt("test_traffic", _SHOP, True, lambda shop, at: _ordered(shop, at, is_test=True)),
    Spoilt("missing_field", _SHOP, True, lambda shop, at: _ordered(shop, at, without="id")),
    Spoilt("invalid_money", "whatsapp", False, lambda shop, at: _cart(shop, at, "abc", shop.currency)),
    Spoilt("invalid_currency", "whatsapp", False, lambda shop, at: _cart(shop, at, 7, "ZZZ")),
    Spoilt("invalid_currency", _SHOP, True, lambda shop, at: _ordered(shop, at, currency="ZZZ")),
)


def disturb(scene: Scene, offset: int, days: int, shops: int, expected_records: int) -> None:
    """The day's refused deliveries: every case once in the world on a day of its own, more by chance."""
    rng, shop = scene.rng, scene.shop
    due = [case for rank, case in enumerate(CASES) if rank % shops == shop.index and rank * days // len(CASES) == offset]
    chance = expected_records * _SHARE
    extra = int(chance) + (rng.random() < chance - int(chance))
    due += [CASES[int(rng.random() * len(CASES))] for _ in range(extra)]
    for case in due:
        at_ms = shop.clock.moment(scene.day, rng)
        source = system_of(shop).source if case.source == _SHOP else case.source
        scene.deliver_once(source, at_ms, case.body(shop, at_ms), is_line=case.is_line)
        scene.truth.quarantine[case.code] += 1
        _tell_stub(scene)


def _tell_stub(scene: Scene) -> None:
    """A standby item with two parties and nothing else is no error: another app holds the thread."""
    stub = encode({"sender": {"id": scene.shop.names.psid()}, "recipient": {"id": scene.shop.page_id}})
    scene.entry("messenger", scene.shop.clock.moment(scene.day, scene.rng), [], standby=[stub])
