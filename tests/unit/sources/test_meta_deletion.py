"""Deletion requests: one consent row each, keyed by the id that is scoped to the app."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from pipelines.sources.contract import Delivery, Loaded, Quarantined
from pipelines.sources.meta_deletion import APP_HEADER, SOURCE
from pipelines.sources.quarantine import Reason
from pipelines.sources.registry import source_of
from pipelines.sources.rows import ConsentEvent
from tests.messaging import new_desk
from tests.webhooks import compact, deletion_body

HEADERS = {APP_HEADER: "77"}


def _outcome(body: bytes) -> Loaded | Quarantined:
    assert source_of(body, HEADERS) is SOURCE
    [outcome] = SOURCE.normalise(Delivery(body, HEADERS, 1_772_366_500_000), new_desk())
    return outcome


def test_a_request_is_a_consent_row_of_the_app_s_shop() -> None:
    outcome = _outcome(deletion_body("218471", issued_at=1_772_366_400))
    assert isinstance(outcome, Loaded)
    [row] = outcome.rows
    assert isinstance(row, ConsentEvent)
    assert (row.shop_id, row.purpose, row.state, row.occurred_ms) == (
        "unclaimed-meta-deletion-77",
        "erasure",
        "requested",
        1_772_366_400_000,
    )
    assert row.person_key == new_desk().shop("meta_deletion", "77").person("meta_app", "218471")
    assert "218471" not in repr(row)


@pytest.mark.parametrize(
    ("payload", "reason", "field"),
    [
        (b"{}", Reason.MISSING_FIELD, "user_id"),
        (b"{", Reason.MALFORMED_JSON, ""),
        (compact({"user_id": "1", "issued_at": 1}), Reason.INVALID_TIMESTAMP, "issued_at"),
        (compact({"user_id": []}), Reason.WRONG_SHAPE, "user_id"),
    ],
)
def test_what_cannot_be_read_is_quarantined(payload: bytes, reason: Reason, field: str) -> None:
    assert _outcome(b"signed_request=c2ln." + urlsafe_b64encode(payload).rstrip(b"=")) == Quarantined(reason, field)


def test_a_form_without_request_is_quarantined() -> None:
    assert _outcome(b"a=b") == Quarantined(Reason.MISSING_FIELD, "signed_request")
