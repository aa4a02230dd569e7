"""95 % intervals of a rate and of a count."""

from __future__ import annotations

from math import sqrt

Z = 1.959963984540054  # the normal quantile at 0.975


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's score interval of `successes / trials` (Wilson, 1927), both ends within 0..1. Raises ValueError without a trial."""
    if trials <= 0:
        raise ValueError("a rate needs at least one trial")
    rate = successes / trials
    centre = rate + Z * Z / (2 * trials)
    half = Z * sqrt(rate * (1 - rate) / trials + Z * Z / (4 * trials * trials))
    scale = 1 + Z * Z / trials
    return (centre - half) / scale if successes else 0.0, (centre + half) / scale if successes < trials else 1.0


def poisson(count: float) -> tuple[float, float]:
    """The score interval of the mean of a Poisson count (Rao, 1948; see Brown, Cai and DasGupta, 2003). `count` may be a sum of shares."""
    half = Z * sqrt(count + Z * Z / 4)
    centre = count + Z * Z / 2
    return max(0.0, centre - half), centre + half
