"""The channel behind a visit of a website, by the source and medium that its link carried.

After Google's default channel groups (https://support.google.com/analytics/answer/9756891), with Meta's and Google's ads apart.
"""

from __future__ import annotations

_PAID = ("cp", "ppc", "paid", "display", "banner", "retargeting", "remarketing")  # cpc, cpm, cpv, cpa
_META = frozenset({"facebook", "fb", "instagram", "ig", "meta", "messenger", "an"})
_SOCIAL = frozenset({"social", "social-network", "social-media", "sm", "social_network", "social_media"})
_NAMED = {"organic": "organic_search", "email": "email", "e-mail": "email", "newsletter": "email", "referral": "referral"}
_NAMED |= {"affiliate": "affiliate", "affiliates": "affiliate", "sms": "sms", "qr": "store_qr"}


def web_channel(source: str | None, medium: str | None, has_ad_click: bool) -> tuple[str, str]:
    """(kind of touch, channel) of a link. An ad click is one that carried Google's click id."""
    site = _site(source)
    told = (medium or "").strip().lower()
    if has_ad_click or told.startswith(_PAID):
        if site in _META and not has_ad_click:
            return "ad_referral", "meta_ads"
        return "ad_referral", "google_ads" if has_ad_click or site == "google" else "other_ads"
    if told in _SOCIAL or (site in _META and told not in _NAMED) or (site in _META and told == "referral"):
        return "link_referral", "organic_social"
    return "link_referral", _NAMED.get(told, "campaign_link")


def _site(source: str | None) -> str:
    """`l.facebook.com`, `Facebook` and `facebook` are one."""
    text = (source or "").strip().lower()
    labels = text.split(".")
    return labels[-2] if len(labels) > 1 else text
