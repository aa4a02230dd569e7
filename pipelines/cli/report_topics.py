"""The reports by what they are about, as `threadmart report` lists them."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping

import click

from pipelines.cli.output import WIDEST

TOPICS: dict[str, tuple[str, ...]] = {
    "Sales and money": (
        "shop_spend_daily",
        "sales_daily",
        "product_spend_daily",
        "product_spend",
        "category_spend_daily",
        "order_state_daily",
        "store_sale_daily",
    ),
    "Buyers": ("buyer_spend", "buyer_spend_monthly", "repeat_daily", "repeat_monthly"),
    "Attribution: what brought orders": (
        "attribution",
        "attribution_daily",
        "attribution_product",
        "conversion_attribution",
        "store_attribution",
    ),
    "Attribution: how it came to that, and how sure it is": (
        "attribution_coverage",
        "attribution_path",
        "attribution_lag",
        "attribution_assist",
        "channel_effect",
        "attribution_disagreement",
        "attribution_interval",
    ),
    "Ads and touches": ("ad_spend_daily", "touch_daily"),
    "Funnel and conversion": ("funnel_daily", "conversion_rate_daily", "funnel_step_daily", "checkout_optin_daily"),
    "Interest": (
        "shop_interest_daily",
        "product_interest_daily",
        "buyer_product_interest",
        "buyer_interest",
        "popularity",
        "content_share_daily",
    ),
    "Conversations and service": ("conversation_daily", "reply_time_daily", "intent_reply_daily", "order_updates_daily", "order_requests"),
    "What the data covers": ("shop", "coverage_daily", "shared_identifier", "fx_rate_daily", "fx_conversion_daily"),
}


def print_topics(descriptions: Mapping[str, str]) -> None:
    """Each topic with its reports and what they tell, folded to the width of the screen."""
    name_width = max(map(len, descriptions))
    width = min(shutil.get_terminal_size().columns, WIDEST)
    for topic, names in TOPICS.items():
        click.echo(topic)
        for name in names:
            first, following = f"  {name:{name_width}}  ", " " * (name_width + 4)
            click.echo(textwrap.fill(descriptions[name], width, initial_indent=first, subsequent_indent=following))
        click.echo()
    click.echo("threadmart report NAME prints one, threadmart report NAME --describe tells its columns.")
