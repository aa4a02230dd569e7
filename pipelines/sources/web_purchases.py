"""What a website's own tags tell of a purchase: one value, and the items it is made of."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.sources.order_versions import Line, Totals
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal


def purchase_totals(
    value_minor: int | None, lines: Sequence[Line], lines_discount_minor: int, tax_minor: int, shipping_minor: int, currency: str
) -> Totals:
    """The order's money of its value, which should be what the goods cost after discount. Raises Refusal where nothing tells it.

    Many shops send what the customer pays instead: a value that is the goods with tax and shipping is read as the goods. A value
    below the items is a discount on the order.
    """
    lines_gross = sum(line.gross_minor for line in lines)
    goods = lines_gross - lines_discount_minor
    if value_minor is None:
        if not lines:
            raise Refusal(Reason.MISSING_FIELD, "value")
        value_minor = goods
    if lines and value_minor - tax_minor - shipping_minor == goods:
        value_minor = goods
    gross = max(lines_gross, value_minor + lines_discount_minor) if lines else value_minor
    return Totals(currency, gross, gross - value_minor, tax_minor, shipping_minor)
