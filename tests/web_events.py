"""GA4 events for tests: a desk, rows of the BigQuery export, and their outcomes."""

from __future__ import annotations

import json
from typing import Any

from pipelines.sources.contract import Delivery, Loaded, Outcome, Quarantined
from pipelines.sources.desk import Desk, ShopSettings
from pipelines.sources.ga4 import SOURCE
from pipelines.sources.registry import source_of
from pipelines.sources.rows import Row

CLIENT = "1234567890.1725971700"
AT_US = 1_725_971_700_123_456  # 2024-09-10T12:35:00.123456Z
AT_MS = AT_US // 1000
SESSION = AT_MS // 1000 - 600


def desk() -> Desk:
    settings = ShopSettings("shop", "EUR", "Europe/Berlin")
    return Desk(dict.fromkeys([("ga4", "3206015529"), ("ga4", "www.example.com")], settings), lambda shop: b"k" * 32)


def param(key: str, **value: Any) -> dict[str, Any]:
    return {"key": key, "value": {"string_value": None, "int_value": None, "float_value": None, "double_value": None, **value}}


def exported(name: str, **told: Any) -> dict[str, Any]:
    """A row of the BigQuery export."""
    params = [param("ga_session_id", int_value=SESSION), param("currency", string_value="EUR"), *told.pop("params", [])]
    row = {"event_date": "20240910", "event_timestamp": AT_US, "event_name": name, "event_params": params}
    return {**row, "user_pseudo_id": CLIENT, "stream_id": "3206015529", "batch_event_index": 1, **told}


def purchase(**told: Any) -> dict[str, Any]:
    items = [{"item_id": "R1", "item_name": "Rose", "price": 3.1, "quantity": 4}, {"item_id": "V", "price": 10.0, "quantity": 1}]
    ecommerce = {"transaction_id": "#1001", "purchase_revenue": 22.4, "tax_value": 4.26, "shipping_value": 4.9}
    return exported("purchase", **{"items": items, "ecommerce": ecommerce, **told})


def outcomes(body: Any) -> list[Outcome]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert source_of(text, {}) is SOURCE
    return list(SOURCE.normalise(Delivery(text, received_ms=AT_MS), desk()))


def rows(body: Any) -> list[Row]:
    told = outcomes(body)
    assert [outcome for outcome in told if isinstance(outcome, Quarantined)] == []
    return [row for outcome in told if isinstance(outcome, Loaded) for row in outcome.rows]
