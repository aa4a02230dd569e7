"""Leave-one-out: what a path converts less without each of its touches. google/fractribution calls it "shapley", which it is not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pipelines.attribution.paths import Floats, Paths


def shares(paths: Paths) -> Floats:
    """Share of each touch, aligned with `paths.codes`: the drop of the conversion rate where the touch is left out of its path.

    A path that nobody walked converts nothing; a rise counts as 0; where nothing drops, the last touch takes all. Paths that
    never converted earn nothing (0), the others sum to 1. py/fractribution.py of google/fractribution at 72ad8a4.
    """
    width = 2 if len(paths.channels) <= 2**16 else 4
    flat = paths.codes.astype(f"<u{width}").tobytes()
    ends = (paths.offsets * width).tolist()
    whole = [flat[begin:end] for begin, end in pairwise(ends)]
    journeys = paths.journeys
    rates = np.divide(paths.conversions, journeys, out=np.zeros(len(paths)), where=journeys > 0).tolist()
    rate_of = dict(zip(whole, rates, strict=True))
    found = np.zeros(len(paths.codes))
    for index in np.flatnonzero(paths.conversions > 0).tolist():
        path, rate, first = whole[index], rates[index], ends[index] // width
        drops = [max(rate - rate_of.get(path[:at] + path[at + width :], 0.0), 0.0) for at in range(0, len(path), width)]
        total = sum(drops)
        if total > 0:
            found[first : first + len(drops)] = [drop / total for drop in drops]
        else:
            found[first + len(drops) - 1] = 1.0
    return found
