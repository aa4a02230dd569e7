"""Whose signature a source's deliveries bear: the receiver's kinds of endpoint."""

from __future__ import annotations

OWN = "standard"  # senders of one's own, by Standard Webhooks

_PLATFORMS = {
    "messenger": "meta",
    "instagram": "meta",
    "whatsapp": "meta",
    "shopify": "shopify",
    "woocommerce": "woocommerce",
    "meta_deletion": "meta_deletion",
}


def sender_of(source: str) -> str:
    """The sender whose deliveries the source named may read."""
    return _PLATFORMS.get(source, OWN)
