"""Touches in a row: the paths that led to a conversion, and the journeys that led to none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipelines.attribution.columns import PATH, begins, codes, in_order, ints, joined
from pipelines.attribution.paths import Bools, Ints


def path(rows: pa.Table) -> pa.Table:
    """Rows of attribution.path_touch, in any order -> a row per path: its channels, those with repeats in a row told once, how many
    touches there are and when the first and the last one was (UTC epoch seconds)."""
    number = codes(rows, *PATH)
    order = in_order(number, ints(rows, "place"))
    begin = begins(number[order])
    first, last = order[begin], order[_ends(begin, len(order)) - 1]
    is_touch: Bools = ints(rows, "touches")[order] > 0
    told = rows.take(first)
    columns = {
        "path": _told_channels(rows["channel"], order, is_touch, begin),
        "exposure_path": _told_channels(rows["channel"], order, ints(rows, "is_repeat")[order] == 0, begin),
        "first_touched_s": told["touched_s"],
        "last_touched_s": rows["touched_s"].take(last),
    }
    told = told.drop_columns(["place", "channel", "is_repeat", "touched_s"])
    for name, column in columns.items():
        told = told.append_column(name, column)
    return told


def null_path(rows: pa.Table) -> pa.Table:
    """Touches inside the window of no purchase, in any order -> a row per journey. A touch is of the journey before it where it came
    within the look-back of the touch before; touches of one second go by their keys."""
    group = codes(rows, "shop_id", "person_key", "attribution_window")
    second, look_back_s = ints(rows, "occurred_s"), ints(rows, "look_back_s")
    order = _in_order_of_keys(group, second, rows["touch_key"])
    group, second, look_back_s = group[order], second[order], look_back_s[order]
    is_first = np.ones(len(order), bool)
    is_first[1:] = (group[1:] != group[:-1]) | (second[1:] - second[:-1] > look_back_s[:-1])
    begin = np.flatnonzero(is_first)
    last = order[_ends(begin, len(order)) - 1]
    told = rows.select(["shop_id", "person_key", "attribution_window", "touch_key", "month_on"]).take(last)
    told = told.rename_columns({"touch_key": "last_touch_key"})
    return told.append_column("path", _told_channels(rows["channel"], order, np.ones(len(order), bool), begin))


def _ends(begin: Ints, count: int) -> Ints:
    """Where runs end that begin there."""
    return np.append(begin, count)[1:]


def _in_order_of_keys(group: Ints, second: Ints, touch_key: pa.ChunkedArray) -> Ints:
    """Places of the rows by group, second and key; only rows of one second are compared by their keys, for strings are slow."""
    order = in_order(group, second)
    is_same = (group[order][1:] == group[order][:-1]) & (second[order][1:] == second[order][:-1])
    tied = np.flatnonzero(np.append(is_same, False) | np.append(False, is_same))
    if len(tied):
        rows = order[tied]
        keys = touch_key.take(rows).to_numpy().astype(str)
        order[tied] = rows[np.lexsort((keys, second[rows], group[rows]))]
    return order


def _told_channels(channel: pa.ChunkedArray, order: Ints, is_told: Bools, begin: Ints) -> pa.Array:
    """The channels that are told of each run of rows, joined."""
    coded = channel.combine_chunks().dictionary_encode()
    told = coded.dictionary.take(pa.array(coded.indices.to_numpy()[order[is_told]]))
    before = np.append(0, np.cumsum(is_told))
    return joined(told, np.append(before[begin], before[-1]))
