"""How sure credit is where many customers share it: the limit of the Poisson bootstrap, in closed form.

A total of customers who each come a Poisson(1) number of times has the sum of their squared amounts as its variance (Chamandy et al.,
Estimating Uncertainty for Massive Data Streams, 2012). Sums and squares are exact; the one root is rounded to whole units at once.
"""

from __future__ import annotations

from itertools import pairwise
from math import isqrt
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.attribution.columns import begins, codes, in_order, ints
from pipelines.attribution.credit import WHOLE
from pipelines.attribution.models import MODELS
from pipelines.attribution.paths import Ints

MOST_DRAWN = 1_000
"""Customers of a cell up to which its interval is drawn (warehouse/attribution/credit_bound.sql)."""
Z_E6 = 1_959_964  # 95 % of the standard normal law lie within 1.959964 standard deviations
_CELL = ("shop_id", "month_on", "attribution_window", "channel", "currency")
_SCHEMA = pa.schema(
    [
        *(("shop_id", pa.string()), ("month_on", pa.date32()), ("attribution_window", pa.string()), ("channel", pa.string())),
        *(("currency", pa.string()), ("model", pa.string()), ("customers", pa.int64())),
        *((name, pa.int64()) for name in ("credited_low_ppb", "credited_high_ppb", "net_low_minor", "net_high_minor")),
    ]
)


def credit_spread(rows: pa.Table) -> pa.Table:
    """Rows of touches with customer_key, net_minor and `<model>_ppb` -> a row per cell of more than 1,000 customers and model: the
    95 % interval of its orders (parts per billion) and net revenue (minor units, rounded down per touch).

    A model without credit for a cell has no row.
    """
    cell, customer = codes(rows, *_CELL), codes(rows, "shop_id", "customer_key")
    order = in_order(cell, customer)
    of_customer = begins(cell[order], customer[order])
    bounds = np.append(begins(cell[order][of_customer]), len(of_customer))
    shown = [(begin, end) for begin, end in pairwise(bounds.tolist()) if end - begin > MOST_DRAWN]
    found: list[dict[str, Any]] = []
    if shown:
        keys = rows.select(list(_CELL)).take(order[of_customer[[begin for begin, _ in shown]]]).to_pylist()
        net = ints(rows, "net_minor")[order]
        for model in MODELS:
            ppb = ints(rows, f"{model}_ppb")[order]
            credited = np.add.reduceat(ppb, of_customer)
            minor = np.add.reduceat(net // WHOLE * ppb + net % WHOLE * ppb // WHOLE, of_customer)
            for key, (begin, end) in zip(keys, shown, strict=True):
                if ppb[of_customer[begin]] >= 0:  # a model is solved for a whole month or not at all
                    ends = {**_ends("credited", "ppb", credited[begin:end]), **_ends("net", "minor", minor[begin:end])}
                    found.append({**key, "model": model, "customers": end - begin, **ends})
    return pa.Table.from_pylist(found, _SCHEMA)


def _ends(name: str, unit: str, amounts: Ints) -> dict[str, int]:
    total, squares = int(amounts.sum()), sum_of_squares(amounts)
    half = (isqrt(4 * Z_E6**2 * squares) + 1_000_000) // 2_000_000
    return {f"{name}_low_{unit}": total - half, f"{name}_high_{unit}": total + half}


def sum_of_squares(amounts: Ints) -> int:
    """Exact. (2^k a + b)^2 = 4^k a^2 + 2^(k + 1) ab + b^2, where sums of products of the halves fit 64 bits."""
    bits = (int(np.abs(amounts).max(initial=0)).bit_length() + 1) // 2
    if 2 * bits + len(amounts).bit_length() > 63:
        return sum(each * each for each in amounts.tolist())
    high, low = amounts >> bits, amounts & ((1 << bits) - 1)
    parts = ((high, high, 2 * bits), (high, low, bits + 1), (low, low, 0))
    return sum(int((a * b).sum()) << shift for a, b, shift in parts)
