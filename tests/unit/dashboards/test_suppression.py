"""No number of 1 to 10 people can be computed from what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from hypothesis import example, given
from hypothesis import strategies as st

from dashboards.figures import Figures
from dashboards.suppression import FLOOR, SMALL, People, nested, partition, people
from tests.unit.dashboards.html_pages import Page

SMALL_COUNTS = range(1, FLOOR)
parts_of_people = st.lists(st.integers(0, 30), min_size=1, max_size=4)


def possible(cell: People, limit: int) -> Sequence[int]:
    """What a cell may stand for, as a reader of the footnote knows."""
    if cell.count is not None:
        return (cell.count,)
    return SMALL_COUNTS if cell.text == SMALL else range(FLOOR, limit)


def worlds(cells: Sequence[People], total: People) -> Iterator[tuple[int, ...]]:
    """Every set of parts that would have been shown like this."""
    for parts in product(*(possible(cell, 60) for cell in cells)):
        if total.count == sum(parts) or (total.count is None and sum(parts) in possible(total, 200)):
            yield parts


@given(parts_of_people)
@example([5, 0, 20])
@example([1, 10])
@example([10, 10])
def test_no_small_sum_of_parts_is_computable(parts: list[int]) -> None:
    cells, total = partition(parts)
    alike = list(worlds(cells, total))
    assert tuple(parts) in alike
    for size in range(1, len(parts) + 1):
        for chosen in combinations(range(len(parts)), size):
            if sum(parts[index] for index in chosen) in SMALL_COUNTS:
                assert len({sum(world[index] for index in chosen) for world in alike}) > 1


@given(parts_of_people)
def test_what_is_shown_is_true_and_nothing_large_hides_for_no_reason(parts: list[int]) -> None:
    cells, total = partition(parts)
    for cell, part in zip([*cells, total], [*parts, sum(parts)], strict=True):
        assert cell.count in (part, None)
        assert part in possible(cell, 200)
    if all(part == 0 or part >= FLOOR for part in parts):
        assert [cell.count for cell in cells] == parts
        assert total.count == sum(parts)


@given(st.lists(st.integers(0, 60), max_size=8))
def test_no_difference_of_shown_counts_is_small(counts: list[int]) -> None:
    cells = nested(counts)
    shown = [cell.count for cell in cells if cell.count is not None]
    assert not any(abs(one - other) in SMALL_COUNTS for one, other in combinations(shown, 2))
    for cell, count in zip(cells, counts, strict=True):
        assert cell.count in (count, None)
        assert cell.near is None or abs(cell.near - count) < FLOOR
        assert cell.drawn in (count, cell.near)


@given(st.integers(0, 40))
def test_a_lone_count(count: int) -> None:
    assert people(count).count == (None if count in SMALL_COUNTS else count)


def test_no_small_number_of_people_is_on_a_page(page: str, figures: Figures) -> None:
    tables = Page(page).tables
    cells = [text.partition(" · ")[0] for row in tables["funnel"][1:] for text in row[1:2]]
    cells += [text for row in tables.get("interest", [])[1:] for text in row[1:]]
    cells += [text for row in tables.get("product-interest", [])[1:] for text in row[1:]]
    numbers = [int(text.replace("\u202f", "")) for text in cells if text[0] not in "<≈"]
    assert len(numbers) > 3
    assert not any(number in SMALL_COUNTS for number in numbers)
    steps = [cell.count for cell in figures.steps.values() if cell.count is not None]
    assert not any(abs(one - other) in SMALL_COUNTS for one, other in combinations(steps, 2))
