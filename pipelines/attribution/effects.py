"""Effects of channels, and how a total is shared by them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.attribution.paths import Floats


@dataclass(frozen=True, eq=False)
class Effects:
    """An effect per channel on conversions and on value, and the chance that a journey converts."""

    conversions: Floats
    value: Floats
    p_conversion: float


def shared(total: float, effect: Floats) -> Floats:
    """The total in proportion to the effects; zeros where the effects add up to 0."""
    whole = effect.sum()
    return total * effect / whole if whole else np.zeros(len(effect))
