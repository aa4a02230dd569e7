"""Marketing API Insights: one page per account and day, every metric a string, zero metrics left out, restated as days pass."""

from __future__ import annotations

from typing import Any

from pipelines.simulate.clock import HOUR_MS, MINUTE_MS, date_text, http_date
from pipelines.simulate.moneytext import amount
from pipelines.simulate.scene import Scene
from pipelines.simulate.thread import encode
from pipelines.simulate.world import TELLINGS, Ad

_TELLING_DAYS = (1, 2, 4)
_PURCHASES = ("purchase", "omni_purchase", "onsite_conversion.purchase")
_SEEN_PERMILLE = (930, 985, 1000)  # of impressions, at each telling; the last is final
_SPENT_PERMILLE = (940, 1010, 1000)  # some spend is taken back for invalid clicks


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
    scene.truth.ad_spend[shop.index, scene.day] += sum(spend for spend, *_ in finals)


def _final(scene: Scene, ad: Ad) -> tuple[int, int, int, int]:
    """(spend in minor units, impressions, clicks, conversations) of the day, as known in the end."""
    rng = scene.rng
    conversations = scene.conversations[ad.id]
    is_clicked = ad is not scene.shop.ads[-1]
    clicks = int(conversations * (1.3 + rng.random() * 0.6) + rng.random() * 2) if is_clicked else 0
    impressions = clicks * (35 + int(rng.random() * 60)) + 40 + int(rng.random() * 400)
    paid = clicks if is_clicked else int(rng.random() * 4)
    spend = int(paid * scene.shop.template.click_cost_minor * (0.7 + rng.random() * 0.6))
    return spend, impressions, clicks, conversations


def _row(scene: Scene, ad: Ad, final: tuple[int, int, int, int], telling: int) -> dict[str, Any]:
    spend, impressions, clicks, conversations = final
    shop = scene.shop
    on = date_text(scene.day)
    row: dict[str, Any] = {
        "account_id": shop.account_id,
        "account_currency": shop.currency,
        "campaign_id": ad.campaign_id,
        "campaign_name": ad.campaign_name,
        "adset_id": ad.adset_id,
        "adset_name": ad.adset_name,
        "ad_id": ad.id,
        "ad_name": ad.name,
        "date_start": on,
        "date_stop": on,
        "impressions": str(impressions * _SEEN_PERMILLE[telling] // 1000),
    }
    metrics = {"clicks": str(clicks), "inline_link_clicks": str(clicks)} if clicks else {}
    spent = spend * _SPENT_PERMILLE[telling] // 1000
    if spent:
        metrics["spend"] = amount(spent, shop.currency)
    claimed = conversations // 3  # the same purchases under three names
    actions = (("onsite_conversion.messaging_conversation_started_7d", conversations), *((name, claimed) for name in _PURCHASES))
    told = [{"action_type": name, "value": str(count), "7d_click": str(count)} for name, count in actions if count]
    return {**row, **metrics, **({"actions": told} if told else {})}
