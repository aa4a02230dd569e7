"""Meta's data-deletion callback: a person asks that an app forget them.

The body is a form, `signed_request=<signature>.<payload>`, whose payload is base64url JSON `{"user_id", "issued_at", ...}`. The id is
scoped to the app, not to a page. Nothing in it tells the app, which is the asset: the receiver's endpoint does.
https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from pipelines.sources.contract import Delivery, Outcome, Source
from pipelines.sources.desk import Desk
from pipelines.sources.meta_time import Time, meta_ms
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier
from pipelines.sources.refusal import Refusal, outcome_of
from pipelines.sources.rows import ConsentEvent, Row

NAME = "meta_deletion"
APP_HEADER = "x-threadmart-app-id"

_PAYLOAD = re.compile(rb"signed_request=[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)")


class _Request(msgspec.Struct):
    user_id: int | str | None = None
    issued_at: Time = None


_decode = msgspec.json.Decoder(_Request).decode


def _recognises(_body: Any, headers: Mapping[str, str]) -> bool:
    return APP_HEADER in headers


def _normalise(delivery: Delivery, desk: Desk) -> Iterable[Outcome]:
    """One consent row: the person withdraws everything, and asks to be forgotten."""
    yield outcome_of(_rows, delivery, desk)


def _rows(delivery: Delivery, desk: Desk) -> list[Row]:
    found = _PAYLOAD.match(delivery.body)
    if found is None:
        raise Refusal(Reason.MISSING_FIELD, "signed_request")
    try:
        request = _decode(urlsafe_b64decode(found[1] + b"=" * (-len(found[1]) % 4)))
    except Base64Error as error:
        raise Refusal(Reason.WRONG_SHAPE, "signed_request") from error
    user_id = identifier(request.user_id)
    if user_id is None:
        raise Refusal(Reason.MISSING_FIELD, "user_id")
    shop = desk.shop(NAME, delivery.headers[APP_HEADER])
    occurred_ms = delivery.received_ms if request.issued_at is None else meta_ms(request.issued_at, "issued_at")
    return [
        ConsentEvent(
            shop_id=shop.shop_id,
            source=NAME,
            occurred_ms=occurred_ms,
            occurred_day=shop.day(occurred_ms),
            person_key=shop.person("meta_app", user_id),
            purpose="erasure",
            state="requested",
            basis="data_deletion_callback",
        )
    ]


SOURCE = Source(NAME, _recognises, _normalise)
