"""The desk: local dates across DST, keyed names, and shops for assets nobody claimed."""

from __future__ import annotations

import hmac
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.desk import Desk, Shop, ShopSettings, hmac_sha256, unclaimed

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]


@given(second=st.integers(1_072_915_200, 4_102_444_800), milli=st.integers(0, 999), zone=st.sampled_from(ZONES))
def test_the_local_day_is_the_zones_own(second: int, milli: int, zone: str) -> None:
    shop = Shop(ShopSettings("shop", "EUR", zone), key=b"k" * 32)
    local = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(zone)).date()
    assert shop.day(second * 1000 + milli) == (local - date(1970, 1, 1)).days


@given(key=st.binary(min_size=1, max_size=64), messages=st.lists(st.binary()))
def test_a_keyed_hash_is_hmac(key: bytes, messages: list[bytes]) -> None:
    digest = hmac_sha256(key)
    assert [digest(message) for message in messages] == [hmac.digest(key, message, "sha256") for message in messages]


@given(value=st.text(min_size=1))
def test_person_keys_are_stable_in_a_shop_and_differ_between_shops(value: str) -> None:
    desk = Desk(
        {("messenger", "1"): ShopSettings("a", "EUR", "UTC"), ("messenger", "2"): ShopSettings("b", "EUR", "UTC")},
        lambda s: s.encode() * 32,
    )
    one, other = desk.shop("messenger", "1"), desk.shop("messenger", "2")
    assert one.person("phone", value) == one.person("phone", value)
    assert one.person("phone", value) != other.person("phone", value)
    assert one.person("phone", value) != one.person("email", value)
    assert [contact.value for contact in desk.take_contacts()] == [value] * 3
    assert desk.take_contacts() == []


@given(asset=st.text())
def test_an_unknown_asset_becomes_a_shop_whose_id_is_a_plain_folder_name(asset: str) -> None:
    settings = unclaimed("meta_insights", asset)
    assert settings.shop_id.replace("-", "").isalnum()
    assert settings.shop_id.isascii()
    assert len(settings.shop_id) <= 100
    assert not settings.is_claimed


@given(st.lists(st.text(max_size=8), min_size=2, max_size=2, unique=True))
def test_two_unknown_assets_are_two_shops(assets: list[str]) -> None:
    assert unclaimed("shopify", assets[0]).shop_id != unclaimed("shopify", assets[1]).shop_id


def test_the_settings_digest_changes_with_what_rows_depend_on() -> None:
    def digest(**settings: str) -> str:
        told = {"shop_id": "a", "currency": "EUR", "zone": "UTC"} | settings
        return Desk({("shopify", "x"): ShopSettings(**told)}, lambda s: b"").settings_digest([("shopify", "x")])

    assert digest() == digest()
    told = [{}, {"zone": "Asia/Tokyo"}, {"currency": "JPY"}, {"shop_id": "b"}, {"group": "one"}, {"group": "two"}]
    assert len({digest(**each) for each in told}) == len(told)
