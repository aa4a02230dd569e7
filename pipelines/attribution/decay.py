"""Weights that halve with each half-life, from whole numbers alone, so that they are the same on every machine."""

from __future__ import annotations

import numpy as np

from pipelines.attribution.paths import Ints

E9 = 1_000_000_000
_LN_2_E9 = 693_147_181
_HALVINGS = 32  # from there on a weight is less than a billionth
# 2^-(0 to 15)/16
_SIXTEENTH_E9 = np.array(
    [
        *(1000000000, 957603281, 917004043, 878126080, 840896415, 805245166, 771105413, 738413073),
        *(707106781, 677127773, 648419777, 620928906, 594603558, 569394317, 545253866, 522136891),
    ],
    np.int64,
)


def decayed_e9(age_s: Ints, half_life_s: Ints) -> Ints:
    """2^-(age / half-life) in billionths, cut; within 15 of them, exact at whole half-lives.

    2^-age = 2^-(whole half-lives) * 2^-(sixteenths / 16) * e^-rest; rest is below ln 2 / 16, so e^-rest is 1 - rest + rest^2 / 2.
    """
    sixteenths, rest_s = np.divmod(16 * age_s, half_life_s)
    rest = rest_s * _LN_2_E9 // (16 * half_life_s)
    halvings = sixteenths // 16
    weight = _SIXTEENTH_E9[sixteenths % 16] * (E9 - rest + rest * rest // (2 * E9))
    return np.where(halvings < _HALVINGS, (weight // E9) >> np.minimum(halvings, _HALVINGS), 0)
