"""Identity told plainly: which links hold at an instant, and whom a chain of them leads to."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST_CHAIN = 7  # links
Told = tuple[int, bool, str, str]  # (instant in ms, linked or severed, identifier, hub)


def links_as_of(told: Iterable[Told], at_ms: int) -> set[tuple[str, str]]:
    """The links (identifier, hub) whose last statement until `at_ms` links; of two at one instant the severing one counts."""
    last: dict[tuple[str, str], tuple[int, bool]] = {}
    for told_ms, is_linked, person, hub in told:
        if told_ms <= at_ms and person != hub:
            last[person, hub] = max(last.get((person, hub), (told_ms, not is_linked)), (told_ms, not is_linked))
    return {pair for pair, (_, is_severed) in last.items() if not is_severed}


def chains(links: set[tuple[str, str]], start: str) -> tuple[dict[str, int], dict[str, int]]:
    """Identifier -> links of the shortest chain from `start` (itself: 0), and hub -> links of the shortest chain that leads to it as a hub.

    A chain does not turn back on the link it came by.
    """
    steps, hubs = {start: 0}, {}
    ends = {(start, start)}  # (identifier, the one before it)
    for length in range(1, LONGEST_CHAIN + 1):
        further = set()
        for near, before in ends:
            for person, hub in links:
                far = hub if person == near else person if hub == near else near
                if far in (near, before, start):
                    continue
                further.add((far, near))
                steps.setdefault(far, length)
                if far == hub:
                    hubs.setdefault(far, length)
        ends = further
    return steps, hubs
