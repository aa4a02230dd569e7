"""Rows of touches, and their credit beside them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

from pipelines.attribution.columns import PATH, codes, in_order, ints
from pipelines.attribution.credit import FITTED, Touches, credits
from pipelines.attribution.models import MODELS
from pipelines.attribution.paths import Ints
from pipelines.cores import cores

_FOR_CREDIT = (*FITTED, "touched_s", "is_direct", "half_life_s", "first_share_ppb", "last_share_ppb", "left_out_ppb")


def touch_credit(rows: pa.Table) -> pa.Table:
    """Rows as attribution/touch_credit.sql gives them, in any order -> the same rows with `<model>_ppb` of each model, null where it
    is not solved, in place of what credit is made of."""
    told = rows.drop_columns(list(_FOR_CREDIT))
    if not len(rows):
        return pa.concat_tables([told, pa.table({f"{model}_ppb": pa.array([], pa.int64()) for model in MODELS})], promote_options="default")
    path = codes(rows, *PATH)
    order = in_order(path, ints(rows, "place"))
    with ThreadPoolExecutor(cores()) as threads:
        parts = list(threads.map(lambda part: dict(credits(part)), _touches(rows, path, order).parts()))
    for model in MODELS:
        beside = np.empty(len(rows), np.int64)
        beside[order] = np.concatenate([part[model] for part in parts])
        told = told.append_column(f"{model}_ppb", pa.array(beside, mask=beside < 0))
    return told


def _touches(rows: pa.Table, path: Ints, order: Ints) -> Touches:
    return Touches(
        path=path[order],
        channel=codes(rows, "channel")[order],
        touched_s=ints(rows, "touched_s")[order],
        is_direct=ints(rows, "is_direct")[order] > 0,
        half_life_s=ints(rows, "half_life_s")[order],
        first_share_ppb=ints(rows, "first_share_ppb")[order],
        last_share_ppb=ints(rows, "last_share_ppb")[order],
        weight={model: ints(rows, model)[order] for model in FITTED},
        left_out_ppb=ints(rows, "left_out_ppb")[order],
    )
