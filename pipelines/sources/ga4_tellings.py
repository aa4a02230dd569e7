"""The ways in which GA4 events are told, each read as the same Event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from pipelines.sources.ga4_format import Campaign, Ecommerce, Event, Item, campaign, converted, micros_ms, parameters, told, whole
from pipelines.sources.instants import LocalTimes
from pipelines.sources.money import exact_number
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal

_UTC = LocalTimes("UTC")
_NESTED = ("event_params", "items", "ecommerce", "collected_traffic_source", "traffic_source", "device")
_BATCH = ("event_bundle_sequence_id", "batch_page_id", "batch_ordering_id", "batch_event_index")
_decode = msgspec.json.Decoder(Any, float_hook=exact_number).decode


def export_event(row: Mapping[str, Any]) -> Event:
    """A row of `events_YYYYMMDD` or `events_intraday_YYYYMMDD`; a nested column may be JSON in a cell. Raises Refusal."""
    row = {name: _decode(cell) if name in _NESTED and isinstance(cell, str) and cell else cell for name, cell in row.items()}
    name = _required(row, "event_name")
    params = parameters(row.get("event_params"))
    client_id = told(row.get("user_pseudo_id"))
    return Event(
        name=name,
        at_ms=micros_ms(row.get("event_timestamp"), "event_timestamp"),
        asset_id=told(row.get("stream_id")) or _host(params.get("page_location")),
        key=(client_id or "", name, str(row["event_timestamp"]), *(told(row.get(part)) or "" for part in _BATCH)),
        client_id=client_id,
        user_id=told(row.get("user_id")),
        session_id=whole(params.get("ga_session_id")),
        currency=told(params.get("currency")),
        value=params.get("value"),
        ecommerce=_with_parameters(converted(row.get("ecommerce"), Ecommerce), params),
        items=[converted(item, Item) for item in row.get("items") or ()],
        campaign=_exported_campaign(row, params, name),
    )


def _exported_campaign(row: Mapping[str, Any], params: Mapping[str, Any], name: str) -> Campaign | None:
    """Collected with the event, else in its parameters, else on the first visit that of the user."""
    collected = row.get("collected_traffic_source") or {}
    manual = (collected.get(f"manual_{part}") for part in ("source", "medium", "campaign_name"))
    found = campaign(*manual, collected.get("gclid"), collected.get("dclid"))
    found = found or campaign(*(params.get(part) for part in ("source", "medium", "campaign", "gclid")))
    if found is None and name == "first_visit":
        first = row.get("traffic_source") or {}
        found = campaign(first.get("source"), first.get("medium"), first.get("name"))
    return found


def flat_event(row: Mapping[str, Any]) -> Event:
    """A row of Fivetran's `event` table: parameters are columns, times UTC text, amounts in USD, no items. Raises Refusal."""
    name = _required(row, "name")
    client_id = told(row.get("user_pseudo_id"))
    at_ms = _UTC.epoch_ms(row.get("timestamp"), "timestamp")
    first = ("traffic_source_source", "traffic_source_medium", "traffic_source_name") if name == "first_visit" else ()
    collected = campaign(
        row.get("collected_traffic_source_manual_source") or row.get("param_source"),
        row.get("collected_traffic_source_manual_medium") or row.get("param_medium"),
        row.get("param_campaign"),
        row.get("param_gclid"),
    )
    return Event(
        name=name,
        at_ms=at_ms,
        asset_id=told(row.get("stream_id")) or told(row.get("event_dimensions_hostname")) or "unknown",
        key=(client_id or "", name, str(at_ms), *(told(row.get(part)) or "" for part in ("bundle_sequence_id", "batch_event_index"))),
        client_id=client_id,
        user_id=told(row.get("user_id")),
        session_id=whole(row.get("param_ga_session_id")),
        ecommerce=Ecommerce(
            transaction_id=row.get("ecommerce_transaction_id"),
            purchase_revenue_in_usd=row.get("ecommerce_purchase_revenue_in_usd") or row.get("value_in_usd"),
            refund_value_in_usd=row.get("ecommerce_refund_value_in_usd"),
        ),
        campaign=collected or (campaign(*map(row.get, first)) if first else None),
    )


def protocol_event(body: Mapping[str, Any], event: Mapping[str, Any], position: int, received_ms: int) -> Event:
    """An event of a Measurement Protocol body, which is told its time apart, if at all. Raises Refusal."""
    name, params = _required(event, "name"), event.get("params") or {}
    micros = event.get("timestamp_micros") or body.get("timestamp_micros")
    client_id = told(body.get("client_id")) or told(body.get("app_instance_id"))
    stream = told(body.get("measurement_id")) or told(body.get("firebase_app_id"))
    if not micros and not received_ms:
        raise Refusal(Reason.INVALID_TIMESTAMP, "timestamp_micros")
    return Event(
        name=name,
        at_ms=micros_ms(micros, "timestamp_micros") if micros else received_ms,
        asset_id=stream or _host(params.get("page_location")),
        key=(client_id or "", name, str(micros or ""), str(position), msgspec.json.encode(params, order="deterministic").decode()),
        client_id=client_id,
        user_id=told(body.get("user_id")),
        session_id=whole(params.get("session_id")),
        currency=told(params.get("currency")),
        value=params.get("value"),
        ecommerce=_with_parameters(Ecommerce(), params),
        items=[converted(item, Item) for item in params.get("items") or ()],
        campaign=campaign(*(params.get(part) for part in ("source", "medium", "campaign", "gclid"))),
    )


def _with_parameters(ecommerce: Ecommerce, params: Mapping[str, Any]) -> Ecommerce:
    """What the event's parameters tell where its record does not."""
    ecommerce.transaction_id = told(ecommerce.transaction_id) or params.get("transaction_id")
    if ecommerce.tax_value is None and ecommerce.tax_value_in_usd is None:
        ecommerce.tax_value = params.get("tax")
    if ecommerce.shipping_value is None and ecommerce.shipping_value_in_usd is None:
        ecommerce.shipping_value = params.get("shipping")
    return ecommerce


def _required(row: Mapping[str, Any], field: str) -> str:
    name = told(row.get(field))
    if name is None:
        raise Refusal(Reason.MISSING_FIELD, field)
    return name


def _host(address: Any) -> str:
    """The host of a page, by which a stream is known where none is named."""
    try:
        return (isinstance(address, str) and urlsplit(address).hostname) or "unknown"
    except ValueError:
        return "unknown"
