"""One person is one key, whichever source tells of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import shopify, whatsapp
from pipelines.sources.buyers import phone_identifier
from pipelines.sources.desk import Desk, ShopSettings
from tests.messaging import NUMBER, chat, loaded
from tests.messaging import whatsapp as webhook
from tests.shopify_deliveries import DOMAIN, order

WRITTEN = ["{0}{1}{2}", "+{0} {1} {2}", "00{0} {1} {2}", "+{0} ({1}) {2}", "{0}-{1}-{2}", "+{0}.{1}.{2}", " +{0} {1}/{2} "]


@given(digits=st.from_regex(r"[1-9][0-9]{7,13}", fullmatch=True), written=st.sampled_from(WRITTEN))
def test_a_phone_number_is_one_person_in_the_shop_and_in_the_thread(digits: str, written: str) -> None:
    settings = ShopSettings("berlin", "EUR", "Europe/Berlin")
    desk = Desk({("shopify", DOMAIN): settings, ("whatsapp", NUMBER): settings}, lambda shop: shop.encode().ljust(32, b"k"))
    shown = written.format(digits[:2], digits[2:5], digits[5:])
    guest = order(customer=None, phone=shown, order_status_url=f"https://{DOMAIN}/7/orders/1")
    ordered, *_ = loaded(shopify.SOURCE, guest, desk=desk)
    said, *_ = loaded(whatsapp.SOURCE, webhook(messages=[chat(type="text", text={"body": "x"}) | {"from": digits}]), desk=desk)
    assert ordered.shop_id == said.shop_id
    assert ordered.person_key == said.person_key is not None


@given(text=st.text(st.characters(categories=["L", "P"], exclude_characters="()+-./"), min_size=1) | st.just("ext. 123456 or 654321"))
def test_words_are_no_phone(text: str) -> None:
    assert phone_identifier(text) is None
    assert phone_identifier(f"{text}123456789") is None
