"""Shopify as Fivetran lays it out in tables: of these, the adjustments of refunds are read.

The table tells neither the shop nor its currency nor when the refund was made: the shop is that of the asset `unknown`,
the currency is the shop's own where `amount_set` is blank, the time is when the row was fetched (UTC).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from pipelines.sources.contract import Outcome, TableSource
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Desk
from pipelines.sources.instants import LocalTimes
from pipelines.sources.money import exact
from pipelines.sources.quarantine import Reason
from pipelines.sources.references import identifier
from pipelines.sources.refusal import Refusal, outcome_of
from pipelines.sources.rows import Refund
from pipelines.sources.shopify_documents import MoneySet
from pipelines.sources.shopify_refund import RefundRows

_ADJUSTMENT_COLUMNS = {"id", "order_id", "refund_id", "amount", "tax_amount", "kind", "_fivetran_synced"}
_UTC = LocalTimes("UTC")
_decode_money = msgspec.json.Decoder(MoneySet).decode


def _normalise_adjustment(cells: Mapping[str, Any], desk: Desk) -> Outcome:
    return outcome_of(_adjustment_rows, cells, desk)


def _adjustment_rows(cells: Mapping[str, Any], desk: Desk) -> list[Refund]:
    shop = desk.shop("shopify", "unknown")
    adjustment_id, order_id, refund_id = (identifier(cells.get(name)) for name in ("id", "order_id", "refund_id"))
    if adjustment_id is None or order_id is None or refund_id is None:
        raise Refusal(Reason.MISSING_FIELD, "id, order_id or refund_id")
    amount_set = cells.get("amount_set")
    told = _decode_money(amount_set).shop_money if isinstance(amount_set, str) and amount_set else None
    currency = currency_of((told and told.currency_code) or shop.settings.currency, "currency")
    fetched_ms = _UTC.epoch_ms(cells.get("_fivetran_synced"), "_fivetran_synced")
    refunded = RefundRows(shop, refund_id, order_id, fetched_ms, currency)
    refunded.add_adjustment(adjustment_id, str(cells.get("kind")), exact(cells.get("amount")), exact(cells.get("tax_amount") or 0))
    return refunded.rows


ADJUSTMENTS = TableSource("shopify", lambda columns: {*columns} >= _ADJUSTMENT_COLUMNS, _normalise_adjustment)
