"""What of a report a screen shows: of a wide one the columns that matter most."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Collection, Sequence
from typing import Any

import click

from pipelines.cli.output import WIDEST, print_columns
from warehouse.models import Model

# the reports that are wider than a screen
SHOWN: dict[str, tuple[str, ...]] = {
    "attribution": (
        *("shop_id", "month_on", "model", "attribution_window", "level", "level_name", "currency"),
        *("credited_orders", "net_minor", "ad_spend_minor", "roas", "cpa_minor"),
    ),
    "attribution_daily": (
        *("shop_id", "day_on", "model", "attribution_window", "level", "level_name", "currency"),
        *("credited_orders", "net_minor", "ad_spend_minor", "roas", "cpa_minor"),
    ),
    "attribution_interval": (
        *("shop_id", "month_on", "model", "attribution_window", "channel", "currency", "customers"),
        *("credited_orders", "credited_orders_low", "credited_orders_high", "roas", "roas_low", "roas_high"),
    ),
    "attribution_disagreement": (
        *("shop_id", "month_on", "attribution_window", "level", "level_name", "currency"),
        *("net_min_minor", "net_min_model", "net_max_minor", "net_max_model", "net_spread_minor"),
    ),
    "attribution_assist": (
        *("shop_id", "month_on", "conversion_type", "attribution_window", "level", "level_id", "currency"),
        *("conversions", "first_conversions", "last_conversions", "assisted_conversions", "assist_ratio"),
    ),
    "attribution_path": (
        *("shop_id", "month_on", "conversion_type", "attribution_window", "path_rank"),
        *("conversions", "conversion_share_rate", "currency", "net_minor", "median_convert_hours", "path"),
    ),
    "conversion_attribution": (
        *("shop_id", "month_on", "conversion_type", "model", "attribution_window", "level", "level_name"),
        *("credited_conversions", "reporting_currency", "cost_per_conversion_minor"),
    ),
    "store_attribution": (
        *("shop_id", "month_on", "attribution_window", "basis", "level", "level_name", "reporting_currency"),
        *("receipts", "ad_touched_receipts", "ad_touched_rate", "ad_net_minor", "ad_sales_rate"),
    ),
    "ad_spend_daily": (
        *("shop_id", "day_on", "account_id", "ad_name", "currency", "ad_spend_minor", "impressions", "clicks"),
        *("claimed_order_count", "conversation_started_count"),
    ),
    "shop_spend_daily": (
        *("shop_id", "day_on", "currency", "orders", "buyers", "new_buyers"),
        *("gross_minor", "discount_minor", "refund_minor", "net_minor", "aov_minor"),
    ),
    "sales_daily": (
        *("shop_id", "day_on", "source", "payment_method", "currency", "orders"),
        *("gross_minor", "discount_minor", "refund_minor", "net_minor", "cash_net_minor"),
    ),
    "product_spend_daily": (
        *("shop_id", "day_on", "product_id", "title", "currency"),
        *("orders", "quantity", "gross_minor", "net_minor", "cash_net_minor"),
    ),
    "order_requests": (
        *("shop_id", "day_on", "request", "requested", "answered", "answered_rate"),
        *("carried_out", "carried_out_rate"),
    ),
    "repeat_daily": (
        *("shop_id", "day_on", "buyer_orders", "returning_orders", "returning_order_rate"),
        *("within_7d_orders", "within_30d_orders", "within_90d_orders", "reorders", "like_reorder_rate"),
    ),
    "product_spend": ("shop_id", "product_id", "title", "currency", "orders", "buyers", "quantity", "net_minor", "median_line_minor"),
}


def columns_shown(report: str, columns: Sequence[str], fixed: Collection[str]) -> list[str]:
    """The columns for a screen; those that the options fix to one value are left out."""
    return [name for name in SHOWN.get(report, columns) if name not in fixed]


def print_table(report: str, rows: Sequence[dict[str, Any]], shown: Sequence[str], hidden: Sequence[str]) -> None:
    """The shown columns on standard output; what else there is, and how to get it, on standard error."""
    print_columns(shown, [[row[name] for name in shown] for row in rows])
    if hidden:
        click.echo(f"\n{len(hidden)} more columns: {', '.join(hidden)}.", err=True)
        click.echo(f"`--columns all` or `--format csv` shows them, `threadmart report {report} --describe` what each means.", err=True)


def print_description(model: Model) -> None:
    """What a report tells, what a row of it is, and the meaning of each column."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    name_width = max(map(len, model.columns))
    click.echo(textwrap.fill(f"{model.table}: {model.description}", width))
    click.echo(textwrap.fill(f"One row per {', '.join(model.grain)}.", width))
    click.echo()
    for name, meaning in model.columns.items():
        click.echo(textwrap.fill(meaning, width, initial_indent=f"  {name:{name_width}}  ", subsequent_indent=" " * (name_width + 4)))
