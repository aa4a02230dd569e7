"""Shopify fulfilments and reports of carriers, told without their order -> states of it."""

from __future__ import annotations

from pipelines.sources.instants import epoch_ms
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import Row
from pipelines.sources.shopify_documents import Fulfillment, FulfillmentEvent
from pipelines.sources.shopify_fulfillment import State, event_state, fulfillment_states
from pipelines.sources.shopify_order import Telling, state_row


def fulfillment_rows(fulfillment: Fulfillment, telling: Telling) -> list[Row]:
    """What a parcel has come to; `changed` before it left. Raises Refusal."""
    changed_at = fulfillment.updated_at or fulfillment.created_at
    if fulfillment.order_id is None or changed_at is None:
        raise Refusal(Reason.MISSING_FIELD, "order_id" if fulfillment.order_id is None else "updated_at")
    states = list(fulfillment_states(fulfillment)) or [State("changed", epoch_ms(changed_at, "updated_at"))]
    return [state_row(telling, fulfillment.order_id, state) for state in states]


def fulfillment_event_rows(event: FulfillmentEvent, telling: Telling) -> list[Row]:
    """What a carrier reports. Raises Refusal."""
    return [state_row(telling, event.order_id, event_state(event))]
