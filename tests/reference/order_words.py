"""How an order was paid and what its products are filed under, told plainly."""

from __future__ import annotations

from pipelines.sources.rows import OrderEvent, OrderLine
from tests.reference.refunds import RANK


def payment_of(told: list[OrderEvent]) -> str:
    """What the best telling says that says anything; of events sent to an ad platform the first one."""
    said = [
        (rank, event.told_ms if rank == 5 else -event.told_ms, event.payment_method)
        for event in told
        if event.payment_method and event.state != "cart"
        for rank in [RANK.get(event.source, 1)]
    ]
    return min(said)[2] if said else ""


def categories_of(told: list[OrderEvent], versions: dict[tuple[str, str, str], list[OrderLine]]) -> dict[str, str]:
    """Product -> the category that the best source names for it in any version of the order, or in a cart of its."""
    tellers = {event.source for event in told if event.state != "cart"}
    said: dict[str, list[tuple[int, int, str]]] = {}
    for line in (line for lines in versions.values() for line in lines):
        product = line.product_id or line.title
        if line.category and product and line.source in tellers:
            said.setdefault(product, []).append((RANK.get(line.source, 1), -line.told_ms, line.category))
    return {product: min(each)[2] for product, each in said.items()}
