"""Meta ad reports: spend, impressions, clicks and claimed results of one ad on one day.

Read are pages of the Marketing API (`{"data": [...], "paging": ...}`), single rows, rows cast by Airbyte, and the table
`basic_ad` of Fivetran. Format: https://developers.facebook.com/docs/marketing-api/insights. Metrics are strings, a metric of
zero is left out, dates are the ad account's. Rows of more than one day or of a part of an ad's audience are refused: they
would replace the ad's day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Quarantined, Source, TableSource
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import DAY_MS, Desk
from pipelines.sources.instants import epoch_day, http_date_ms
from pipelines.sources.money import exact, minor
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier
from pipelines.sources.refusal import Refusal, attempt, outcome_of
from pipelines.sources.rows import AdSpend

NAME = "meta_insights"

# One purchase is told under several of these at once: the first that a row tells is used, they are never summed.
PURCHASE_TYPES = (
    "omni_purchase",
    "purchase",
    "onsite_conversion.purchase",
    "offsite_conversion.fb_pixel_purchase",
    "app_custom_event.fb_mobile_purchase",
)
CONVERSATION_STARTED = "onsite_conversion.messaging_conversation_started_7d"
_BREAKDOWNS = (
    "age",
    "gender",
    "country",
    "region",
    "dma",
    "publisher_platform",
    "platform_position",
    "device_platform",
    "impression_device",
    "product_id",
    "hourly_stats_aggregated_by_advertiser_time_zone",
    "hourly_stats_aggregated_by_audience_time_zone",
)
_DATES = {"date", "date_start"}


_Count = Annotated[int, msgspec.Meta(ge=0, le=10**15)]


class _Action(msgspec.Struct):
    """`value` counts by the account's default attribution window; those of single windows overlap with it."""

    action_type: str
    value: Decimal | None = None


class _Row(msgspec.Struct):
    ad_id: int | str | None = None
    account_id: int | str | None = None
    account_currency: str | None = None
    date_start: str | None = None
    date_stop: str | None = None
    date: str | None = None
    spend: Decimal | None = None
    impressions: _Count | None = None
    clicks: _Count | None = None
    inline_link_clicks: _Count | None = None
    ad_name: str | None = None
    adset_id: int | str | None = None
    adset_name: str | None = None
    campaign_id: int | str | None = None
    campaign_name: str | None = None
    actions: list[_Action] | None = None
    action_values: list[_Action] | None = None


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]


_decode_page = msgspec.json.Decoder(_Page).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_row = msgspec.json.Decoder(_Row, strict=False).decode
_decode_names = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_actions = msgspec.json.Decoder(list[_Action]).decode


def _recognises(body: Any, headers: Mapping[str, str]) -> bool:
    if isinstance(body, dict) and isinstance(body.get("data"), list):
        return _is_row(body["data"][0]) if body["data"] else "paging" in body
    return _is_row(body[0] if isinstance(body, list) and body else body)


def _is_row(value: Any) -> bool:
    if not isinstance(value, dict) or _DATES.isdisjoint(value):
        return False
    return ("ad_id" in value or "account_id" in value) and not {"spend", "impressions", "clicks"}.isdisjoint(value)


def _normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
    """One outcome per row; the time of the telling is the page's `date` header."""
    rows = attempt(_rows_told, delivery.body)
    if isinstance(rows, Quarantined):
        yield rows
        return
    told_ms = http_date_ms(delivery.headers.get("date"))
    for raw in rows:
        yield outcome_of(_document_rows, raw, desk, told_ms)


def _rows_told(body: bytes) -> list[msgspec.Raw]:
    """The rows of a page or of a list, or the one row that the body is."""
    if body.lstrip()[:1] == b"[":
        rows = _decode_list(body)
    elif "data" in _decode_names(body):
        rows = _decode_page(body).data
    else:
        rows = [msgspec.Raw(body)]
    if not rows:
        raise Refusal(Reason.EMPTY_DELIVERY, "data")
    return rows


def _document_rows(raw: msgspec.Raw, desk: Desk, told_ms: int | None) -> list[AdSpend]:
    _refuse_breakdowns(_decode_names(raw))
    return [_spend(_decode_row(raw), desk, told_ms)]


def _normalise_cells(cells: Mapping[str, Any], desk: Desk) -> Outcome:
    """One row of a table; blank cells are absent, lists of actions may be JSON in a cell."""
    return outcome_of(_cells_rows, cells, desk)


def _cells_rows(cells: Mapping[str, Any], desk: Desk) -> list[AdSpend]:
    told = {name: cell.isoformat() if isinstance(cell, date) else cell for name, cell in cells.items() if cell not in (None, "")}
    _refuse_breakdowns(told)
    for name in ("actions", "action_values"):
        if isinstance(told.get(name), str):
            told[name] = _decode_actions(told[name])
    return [_spend(msgspec.convert(told, _Row, strict=False), desk, None)]


def _refuse_breakdowns(names: Mapping[str, Any]) -> None:
    breakdown = next((name for name in _BREAKDOWNS if name in names), None)
    if breakdown:
        raise Refusal(Reason.WRONG_SHAPE, f"a part of an ad's day: {breakdown}")


def _spend(row: _Row, desk: Desk, told_ms: int | None) -> AdSpend:
    account_id, ad_id = identifier(row.account_id), identifier(row.ad_id)
    if account_id is None or ad_id is None:
        raise Refusal(Reason.MISSING_FIELD, "account_id" if account_id is None else "ad_id")
    account_id = account_id.removeprefix("act_")
    first = row.date_start or row.date
    if first is None:
        raise Refusal(Reason.MISSING_FIELD, "date_start")
    if row.date_stop and row.date_stop != first:
        raise Refusal(Reason.WRONG_SHAPE, "date_start and date_stop differ")
    shop = desk.shop(NAME, account_id)
    currency = currency_of(row.account_currency or shop.settings.currency, "account_currency")
    counts, values = _by_type(row.actions), _by_type(row.action_values)
    purchase = next((name for name in PURCHASE_TYPES if name in counts or name in values), "")
    day = _day(first)
    return AdSpend(
        shop_id=shop.shop_id,
        source=NAME,
        occurred_ms=day * DAY_MS,
        occurred_day=day,
        account_id=account_id,
        ad_id=ad_id,
        currency=currency,
        ad_spend_minor=minor(row.spend or 0, currency),
        impressions=row.impressions or 0,
        clicks=row.clicks if row.clicks is not None else row.inline_link_clicks or 0,
        told_ms=told_ms,
        ad_name=row.ad_name,
        adset_id=identifier(row.adset_id),
        adset_name=row.adset_name,
        campaign_id=identifier(row.campaign_id),
        campaign_name=row.campaign_name,
        claimed_order_count=None if row.actions is None else _count(counts.get(purchase)),
        claimed_value_minor=None if row.action_values is None else minor(values.get(purchase) or 0, currency),
        conversation_started_count=None if row.actions is None else _count(counts.get(CONVERSATION_STARTED)),
    )


def _day(text: str) -> int:
    """The day of `2025-03-14`, or of its midnight as a warehouse casts it (`2025-03-14T00:00:00`)."""
    try:
        return epoch_day(date.fromisoformat(text[:10]), "date_start")
    except ValueError:
        raise Refusal(Reason.INVALID_TIMESTAMP, "date_start") from None


def _by_type(actions: list[_Action] | None) -> dict[str, Decimal | None]:
    return {action.action_type: action.value for action in actions or []}


def _count(told: Decimal | None) -> int:
    return int(exact(told or 0).to_integral_value(ROUND_HALF_UP))


def _recognises_columns(columns: tuple[str, ...]) -> bool:
    return {"ad_id", "account_id", "spend"}.issubset(columns) and not _DATES.isdisjoint(columns)


SOURCE = Source(NAME, _recognises, _normalise)
TABLE = TableSource(NAME, _recognises_columns, _normalise_cells)
