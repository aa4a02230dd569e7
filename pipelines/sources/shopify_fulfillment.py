"""Shopify fulfilments: when an order was shipped and delivered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipelines.sources.instants import epoch_ms
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from pipelines.sources.shopify_documents import Fulfillment, FulfillmentEvent

_ON_ITS_WAY = {"in_transit", "out_for_delivery", "attempted_delivery", "ready_for_pickup"}


class State(NamedTuple):
    """A state of an order and when it began."""

    state: str
    occurred_ms: int


def fulfillment_states(fulfillment: Fulfillment) -> Iterator[State]:
    """`shipped` once it succeeded, `delivered` once the carrier says so; nothing while it is pending or failed. Raises Refusal."""
    if fulfillment.status == "success" and fulfillment.created_at:
        yield State("shipped", epoch_ms(fulfillment.created_at, "created_at"))
    if fulfillment.shipment_status == "delivered" and fulfillment.updated_at:
        yield State("delivered", epoch_ms(fulfillment.updated_at, "updated_at"))


def event_state(event: FulfillmentEvent) -> State:
    """The state of a carrier's report; `changed` for one before the parcel left. Raises Refusal."""
    moment = event.happened_at or event.created_at
    if moment is None:
        raise Refusal(Reason.MISSING_FIELD, "happened_at")
    occurred_ms = epoch_ms(moment, "happened_at")
    if event.status == "delivered":
        return State("delivered", occurred_ms)
    return State("shipped" if event.status in _ON_ITS_WAY else "changed", occurred_ms)
