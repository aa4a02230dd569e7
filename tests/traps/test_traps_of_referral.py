"""Traps 29 to 34: where a customer came from, and what ads cost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from pipelines.sources import messenger, whatsapp
from pipelines.sources.meta_insights import PURCHASE_TYPES
from pipelines.sources.rows import Touch
from tests.messaging import PHONE, SENT_MS, chat, event, items, loaded
from tests.messaging import whatsapp as whatsapp_body
from tests.traps.shop import TrapShop
from tests.traps.test_traps_of_keys import bought

Trap = Callable[[int], TrapShop]
AD = "120226305854810726"
DAY = {"account_id": "1700252260223815", "ad_id": AD, "account_currency": "EUR", "date_start": "2023-11-15", "date_stop": "2023-11-15"}


def test_trap_29_a_click_told_in_two_places_is_one_touch(trap: Trap) -> None:
    shop, referral = trap(29), {"ref": "summer", "ad_id": AD, "source": "ADS", "type": "OPEN_THREAD"}
    shop.told(
        items(event(referral=referral)),
        items(event(timestamp=SENT_MS + 1_500, message={"mid": "m", "text": "x", "referral": {"ad_id": AD, "source": "ADS"}})),
        items(event(timestamp=SENT_MS + 2_000, postback={"mid": "p", "payload": "x", "referral": referral})),
    )
    assert [(row["ad_id"], row["touch_type"]) for row in shop.rows("staging.touch")] == [(AD, "click")]
    assert sum(row["touches"] for row in shop.rows("reports.touch_daily")) == 1


@pytest.mark.parametrize(
    ("referral", "kind"),
    [
        ({"source": "ADS", "ref": None}, "ad_referral"),
        ({"source": "ads", "ad_id": 0}, "ad_referral"),
        ({"source": "CUSTOMER_CHAT_PLUGIN", "ref": None}, "link_referral"),
        ({"source": "SHORT-URL", "ref": "b3JkZXI9MQ=="}, "link_referral"),
        ({"source": "A_NEW_PLACE"}, "link_referral"),
        ({"product": {"id": "sku-9"}}, "product_enquiry"),
    ],
)
def test_trap_30_sources_are_an_open_list_and_an_ad_may_be_unnamed(referral: dict[str, Any], kind: str) -> None:
    touches = [row for row in loaded(messenger.SOURCE, items(event(referral=referral))) if isinstance(row, Touch)]
    assert [(touch.kind, touch.ad_id) for touch in touches] == [(kind, None)]


def test_trap_31_a_post_is_no_ad_and_a_status_ad_has_no_click_id() -> None:
    def touch(**referral: Any) -> Touch:
        rows = loaded(whatsapp.SOURCE, whatsapp_body(messages=[chat(type="text", text={"body": "x"}, referral=referral)]))
        return next(row for row in rows if isinstance(row, Touch))

    post, status_ad = touch(source_type="post", source_id=AD, ctwa_clid="c"), touch(source_type="ad", source_id=AD)
    assert (post.kind, post.channel, post.ad_id, post.ref) == ("organic_post", "organic_post", None, AD)
    assert (status_ad.kind, status_ad.ad_id, status_ad.click_key) == ("ad_referral", AD, None)


def free_entry(at_s: int, **told: Any) -> dict[str, Any]:
    sent = {"id": f"wamid.{at_s}", "status": "sent", "timestamp": str(SENT_MS // 1000 + at_s), "recipient_id": PHONE}
    return sent | (told or {"pricing": {"billable": False, "pricing_model": "PMP", "type": "free_entry_point"}})


def test_trap_32_a_free_entry_point_is_an_ad_click_where_its_message_is_lost(trap: Trap) -> None:
    shop = trap(32)
    window = {"conversation": {"id": "w1", "origin": {"type": "referral_conversion"}}}
    hello = chat(type="unsupported", errors=[{"code": 131060}])
    shop.told(whatsapp_body(messages=[hello]), bought(32))
    shop.told(whatsapp_body(statuses=[free_entry(90_000, **window), free_entry(30, **window), free_entry(600)]))
    shop.told(whatsapp_body(statuses=[free_entry(20) | {"status": "read"}, free_entry(5, pricing={"type": "regular"})]))
    [touch] = shop.rows("staging.touch")
    assert (touch["kind"], touch["channel"], touch["ad_id"], touch["occurred_s"]) == (
        "free_entry_point",
        "meta_ads",
        None,
        SENT_MS // 1000 + 30,
    )
    credited = {row["level"]: row["level_id"] for row in shop.rows("reports.attribution_daily") if row["model"] == "last_touch"}
    assert (credited["channel"], credited["ad"]) == ("meta_ads", "unknown")


def test_trap_32_it_never_doubles_a_known_click(trap: Trap) -> None:
    shop = trap(31)
    hello = chat(type="text", text={"body": "x"}, referral={"source_type": "ad", "source_id": AD})
    shop.told(whatsapp_body(statuses=[free_entry(30), free_entry(345_600)]), whatsapp_body(messages=[hello]))
    assert [(row["kind"], row["ad_id"]) for row in shop.rows("staging.touch")] == [("ad_referral", AD)]


def test_trap_32_a_purchase_read_out_of_a_chat_is_its_ads(trap: Trap) -> None:
    """`automatic_events` tell no customer: the id of the click leads to the chat, and the chat to the ad."""
    shop = trap(33)
    hello = chat(type="text", text={"body": "x"}, referral={"source_type": "ad", "source_id": AD, "ctwa_clid": "ARAk"})
    detected = {"id": "wamid.late", "event_name": "Purchase", "timestamp": SENT_MS // 1000 + 600, "ctwa_clid": "ARAk"}
    shop.told(whatsapp_body("automatic_events", automatic_events=[detected | {"custom_data": {"currency": "USD", "value": 25000}}]))
    shop.told(whatsapp_body(messages=[hello]))
    [order] = shop.rows("staging.orders")
    assert (order["gross_minor"], order["currency"]) == (2500, "USD")
    assert [row["ad_id"] for row in shop.rows("attribution.path_touch") if row["attribution_window"] == "7d_click"] == [AD]


def test_trap_33_one_purchase_under_several_action_types_is_one(trap: Trap) -> None:
    shop = trap(34)
    action = {"value": "2", "7d_click": "2", "1d_view": "1"}
    actions = [{"action_type": name} | action for name in (*PURCHASE_TYPES, "offsite_conversion.fb_pixel_view_content", "view_content")]
    values = [{"action_type": name, "value": "59.90"} for name in PURCHASE_TYPES]
    for told in (actions, actions[::-1]):
        shop.told({"data": [DAY | {"spend": "10", "impressions": "5", "actions": told, "action_values": values}], "paging": {}})
    [spent] = shop.rows("staging.ad_spend")
    assert (spent["claimed_order_count"], spent["claimed_value_minor"], spent["ad_spend_minor"]) == (2, 5990, 1000)


def test_trap_34_a_metric_left_out_is_zero_and_a_deleted_ads_spend_counts(trap: Trap) -> None:
    shop = trap(35)
    silent, deleted = DAY | {"impressions": "361324"}, DAY | {"ad_id": "9", "spend": "5339.5"}  # of this ad nothing else is told
    shop.told({"data": [silent, deleted], "paging": {}})
    spent = {row["ad_id"]: row for row in shop.rows("staging.ad_spend")}
    assert (spent[AD]["ad_spend_minor"], spent[AD]["clicks"]) == (0, 0)
    assert sum(row["ad_spend_minor"] for row in shop.rows("reports.ad_spend_daily")) == 533_950
    rows = [row for row in shop.rows("reports.attribution_daily") if row["level_id"] == "9" and row["model"] == "linear"]
    assert [(row["ad_spend_minor"], row["cpa_minor"], Decimal(row["roas"])) for row in rows] == [(533_950, None, Decimal(0))]
