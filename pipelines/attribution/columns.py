"""Columns of a table as arrays of whole numbers, and back to text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.attribution.paths import Ints

PATH = ("shop_id", "conversion_type", "conversion_key", "attribution_window")
"""What names a path of touches."""
BETWEEN = " > "
_MOST = 2**30  # so that a code and a time or a place still fit one number


def ints(rows: pa.Table, name: str) -> Ints:
    """A column of whole numbers, -1 for null."""
    return rows[name].cast(pa.int64()).fill_null(-1).to_numpy()


def codes(rows: pa.Table, *names: str) -> Ints:
    """A number from 0 to 2^30 for each row, or below the number of rows, the same where the columns hold the same."""
    code = np.zeros(len(rows), np.int64)
    for name in names:
        coded = rows[name].combine_chunks().dictionary_encode()
        code = code * (len(coded.dictionary) + 1) + coded.indices.fill_null(len(coded.dictionary)).to_numpy()
        if code.max(initial=0) >= _MOST:
            code = np.unique(code, return_inverse=True)[1]
    return code


def in_order(code: Ints, after: Ints) -> Ints:
    """Places of the rows by code, those of one code by a time, a place or another code; of equal rows in any order."""
    return np.argsort(code * (after.max(initial=0) + 1) + after)


def begins(*sorted_codes: Ints) -> Ints:
    """Where runs of equal rows begin."""
    differs = np.zeros(len(sorted_codes[0]), bool)
    differs[:1] = True
    for code in sorted_codes:
        differs[1:] |= code[1:] != code[:-1]
    return np.flatnonzero(differs)


def joined(names: pa.Array, bounds: Ints) -> pa.Array:
    """Runs of names as one text each; run i is `names[bounds[i]:bounds[i + 1]]`."""
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(bounds.astype(np.int32)), names), BETWEEN)
