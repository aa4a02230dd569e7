"""Marketing API Insights: one page per account and day, every metric a string, zero metrics left out, restated as days pass."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipelines.simulate.clock import HOUR_MS, MINUTE_MS, date_text, http_date
from pipelines.simulate.moneytext import amount, two_decimals
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import encode
from pipelines.simulate.world import TELLINGS, Ad

_TELLING_DAYS = (1, 2, 4)
_STARTED = "onsite_conversion.messaging_conversation_started_7d"
_PURCHASES = ("purchase", "omni_purchase", "onsite_conversion.purchase")
_SEEN_PERMILLE = (930, 985, 1000)  # of impressions, at each telling; the last is final
_SPENT_PERMILLE = (940, 1010, 1000)  # some spend is taken back for invalid clicks


class AdDay(NamedTuple):
    """What is known of an ad's day in the end. Orders are those the platform claims."""

    spend_minor: int
    impressions: int
    clicks: int
    conversations: int
    claimed_orders: int


def running(scene: Scene) -> list[Ad]:
    return [ad for ad in scene.shop.ads if ad.first_day <= scene.day <= ad.last_day]


def expected_rows(scene: Scene) -> int:
    return len(running(scene)) * TELLINGS


def tell_ads(scene: Scene) -> None:
    """The finished day of all running ads of the shop's account, told three times."""
    ads = running(scene)
    if not ads:
        return
    rng, shop = scene.rng, scene.shop
    finals = [_final(scene, ad) for ad in ads]
    for telling in range(TELLINGS):
        told_ms = shop.clock.start_ms(scene.day + _TELLING_DAYS[telling]) + 4 * HOUR_MS + int(rng.random() * 30 * MINUTE_MS)
        rows = [_row(scene, ad, final, telling) for ad, final in zip(ads, finals, strict=True)]
        page = {"data": rows, "paging": {"cursors": {"before": "MAZDZD", "after": "MjQZD"}}}
        headers = {"date": http_date(told_ms), "content-type": "application/json; charset=UTF-8"}
        line = encode({"headers": headers, "body": page})
        scene.deliver("meta_insights", scene.arrival("meta_insights", told_ms), line, records=len(rows), is_line=True)
    scene.truth.ad_spend[shop.index, scene.day] += sum(final.spend_minor for final in finals)
    for final in finals:
        scene.truth.convert_spend(shop, scene.day, final.spend_minor)


def _final(scene: Scene, ad: Ad) -> AdDay:
    """Of four people who click, about one writes."""
    rng, template = scene.rng, scene.shop.template
    conversations = scene.conversations[ad.id]
    is_clicked = ad is not scene.shop.ads[-1]
    clicks = int(conversations * (3 + rng.random() * 2) + rng.random() * 2) if is_clicked else 0
    impressions = clicks * (35 + int(rng.random() * 60)) + 40 + int(rng.random() * 400)
    paid = clicks if is_clicked else int(rng.random() * 4)
    spend_minor = int(paid * template.click_cost_minor * ad.cost * (0.7 + rng.random() * 0.6))
    claimed_orders = int(conversations * (template.base_propensity + ad.lift) * ad.claim + rng.random())
    return AdDay(spend_minor, impressions, clicks, conversations, claimed_orders)


def _row(scene: Scene, ad: Ad, final: AdDay, telling: int) -> dict[str, Any]:
    shop = scene.shop
    on = date_text(scene.day)
    row: dict[str, Any] = {
        "account_id": shop.account_id,
        "account_currency": shop.account_currency,
        "campaign_id": ad.campaign_id,
        "campaign_name": ad.campaign_name,
        "adset_id": ad.adset_id,
        "adset_name": ad.adset_name,
        "ad_id": ad.id,
        "ad_name": ad.name,
        "date_start": on,
        "date_stop": on,
        "impressions": str(final.impressions * _SEEN_PERMILLE[telling] // 1000),
    }
    if final.clicks:
        row |= {"clicks": str(final.clicks), "inline_link_clicks": str(final.clicks)}
    spent = final.spend_minor * _SPENT_PERMILLE[telling] // 1000
    if spent:
        row["spend"] = amount(spent, shop.account_currency)
    purchases = _purchases(str(final.claimed_orders)) if final.claimed_orders else []
    started = [_action(_STARTED, str(final.conversations))] if final.conversations else []
    if started or purchases:
        row["actions"] = started + purchases
    if purchases:
        row["action_values"] = _purchases(two_decimals(final.claimed_orders * shop.usual_order_minor, shop.account_currency))
    return row


def _purchases(value: str) -> list[dict[str, str]]:
    """The same purchases under three names."""
    return [_action(name, value) for name in _PURCHASES]


def _action(name: str, value: str) -> dict[str, str]:
    return {"action_type": name, "value": value, "7d_click": value}
