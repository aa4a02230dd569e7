"""What lies in landing, told by the frames alone."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from pipelines.home import Home
from pipelines.landing.deliveries import seal_abandoned
from pipelines.landing.frames import Damage, read_frames

_NUMBER = re.compile(rb'"mid":"m_(\d{12})"')


def landed_numbers(home: Path) -> Counter[int]:
    """How often each message of tests/webhooks.py is landed, once what was left behind is sealed. No segment may hold damage."""
    raw = Home(home).landing_raw
    seal_abandoned(raw)
    assert list(raw.glob("*.receiving")) == []
    numbers: Counter[int] = Counter()
    for segment in raw.glob("*.seg"):
        for frame in read_frames(segment):
            assert not isinstance(frame, Damage), f"{segment.name}: {frame}"
            if frame.header.sender is not None:
                found = _NUMBER.search(frame.body)
                assert found, frame.body
                numbers[int(found[1])] += 1
    return numbers
