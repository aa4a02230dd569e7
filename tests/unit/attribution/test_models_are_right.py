"""Each model equals its plain second version on tiny worlds, and keeps what must not change it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.attribution import leave_one_out, markov, markov_chain, rules, shapley
from pipelines.attribution.markov_steps import lost_by_steps
from pipelines.attribution.paths import Floats, Paths, told
from pipelines.attribution.transforms import exposure
from tests.unit.attribution import plain_models as plain
from tests.unit.attribution.worlds import Row, paths_of, rows

CLOSE = {"rel": 1e-10, "abs": 1e-12}
ORDERS = st.integers(1, 4)
SHARES: dict[str, Callable[[Paths], Floats]] = {
    "first_touch": rules.first_touch,
    "last_touch": rules.last_touch,
    "last_non_direct": lambda paths: rules.last_non_direct(paths, {"Direct"}),
    "linear": rules.linear,
    "linear_unique": rules.linear_unique,
    "time_decay": rules.time_decay,
    "position": rules.position,
    "leave_one_out": leave_one_out.shares,
}


def everything(paths: Paths) -> dict[str, dict[str, tuple[float, float]]]:
    """What each model says of each channel: credits of the rules, effects of the others."""
    said = {name: paths.credit(share(paths)) for name, share in SHARES.items()}
    for order in range(1, 5):
        effects = markov.removal_effects(paths, order)
        said[f"markov_{order}"] = (effects.conversions, effects.value)
    rate = shapley.rate_game(paths)
    said["shapley_rate"] = (rate.conversions, rate.value)
    return {name: dict(zip(paths.channels, zip(*map(np.ndarray.tolist, both), strict=True), strict=True)) for name, both in said.items()}


def assert_same(found: dict[str, dict[str, tuple[float, float]]], expected: dict[str, dict[str, tuple[float, float]]]) -> None:
    assert found.keys() == expected.keys()
    for name, model in found.items():
        assert model.keys() == expected[name].keys()
        for channel, both in model.items():
            assert both == pytest.approx(expected[name][channel], **CLOSE), (name, channel)


@given(rows, ORDERS, st.booleans())
@settings(max_examples=60, deadline=None)
def test_markov_equals_fractions(world: list[Row], order: int, with_nulls: bool) -> None:
    paths = told(world)
    found, expected = markov.removal_effects(paths, order, with_nulls), plain.removal_effects(world, order, with_nulls)
    for channel, *effect in zip(paths.channels, found.conversions.tolist(), found.value.tolist(), strict=True):
        assert effect == pytest.approx([float(each) for each in expected[channel]], **CLOSE)


@given(rows, ORDERS)
@example([(["a", "b"] * 20, 1, 5, 0), (["b"], 1, 1, 1)], 2)
@settings(max_examples=60, deadline=None)
def test_both_ways_of_solving_agree(world: list[Row], order: int) -> None:
    chain = markov_chain.fitted(told(world), order, with_nulls=True)
    if chain is None:
        assert sum(conversions + nulls for _, conversions, _, nulls in world) == 0
        return
    count = len(told(world).channels)
    assert lost_by_steps(chain, count) == pytest.approx(markov.lost_by_factors(chain, count), **CLOSE)


def test_a_path_that_goes_round_for_long_is_solved_by_factors() -> None:
    names = [f"{number:02}" for number in range(18)]
    other_pairs = [[name, names[at - step]] for at, name in enumerate(names) for step in range(1, 17)]
    world: list[Row] = [(names * 1000, 1, 7, 0), (["z"], 1, 7, 0), *((pair, 1, 7, 0) for pair in other_pairs)]
    chain = markov_chain.fitted(told(world), 2, with_nulls=True)
    assert chain
    assert lost_by_steps(chain, 19) is None
    assert markov.removal_effects(told(world), 2).conversions == pytest.approx([33 / 290] * 18 + [1 / 290], rel=1e-9)


@given(rows, st.booleans())
@settings(max_examples=40, deadline=None)
def test_orders_solved_together_are_as_each_alone(world: list[Row], with_nulls: bool) -> None:
    paths = told([(path, conversions, value, nulls * with_nulls) for path, conversions, value, nulls in world])
    for (order, converting), effects in markov.effects_by_order(paths).items():
        alone = markov.removal_effects(paths, order, converting)
        assert effects.conversions == pytest.approx(alone.conversions, **CLOSE)
        assert effects.value == pytest.approx(alone.value, **CLOSE)


@given(rows, st.booleans())
@settings(deadline=None)
def test_what_the_chain_gains_is_what_the_journeys_gained_in_every_order(world: list[Row], with_nulls: bool) -> None:
    journeys = sum(conversions + with_nulls * nulls for _, conversions, _, nulls in world)
    for order in range(1, 5):
        chance, value = plain.reached(world, order, with_nulls, None)
        assert chance * journeys == sum(conversions for _, conversions, *_ in world)
        assert markov.removal_effects(told(world), order, with_nulls).p_conversion == pytest.approx(float(chance), **CLOSE)
        assert value * journeys == sum(value for _, _, value, _ in world)


@given(rows)
@settings(max_examples=40, deadline=None)
def test_shapley_equals_the_mean_over_all_arrivals(world: list[Row]) -> None:
    paths = told(world)
    rate, split = shapley.rate_game(paths), paths.credit(rules.linear_unique(paths))
    for (found, value), expected in (((rate.conversions, rate.value), plain.rate_game(world)), (split, plain.sum_game(world))):
        for channel, *both in zip(paths.channels, found.tolist(), value.tolist(), strict=True):
            assert both == pytest.approx([float(each) for each in expected[channel]], **CLOSE)


@given(rows)
def test_rules_and_leave_one_out_equal_fractions(world: list[Row]) -> None:
    paths = told(world)
    left_out = plain.leave_one_out(world)
    for name, share in SHARES.items():
        expected = [left_out[tuple(path)] if name == "leave_one_out" else plain.rules(tuple(path))[name] for path in paths_of(paths)]
        assert share(paths).tolist() == pytest.approx([float(each) for shares in expected for each in shares], **CLOSE)


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_neither_order_nor_splitting_of_rows_changes_anything(world: list[Row], chance) -> None:  # type: ignore[no-untyped-def]
    parts = [
        part
        for path, *counts in world
        for part in ((path, *(each // 3 for each in counts)), (path, *(each - each // 3 for each in counts)))
    ]
    chance.shuffle(parts)
    assert everything(told(parts)) == everything(told(world))


@given(rows)
@settings(max_examples=40, deadline=None)
def test_names_change_only_names(world: list[Row]) -> None:
    names = {"a": "Google Search", "b": "Google", "c": "0", "Direct": "Direct"}
    found = everything(told([([names[channel] for channel in path], *counts) for path, *counts in world]))
    expected = everything(told(world))
    assert_same(found, {model: {names[channel]: both for channel, both in said.items()} for model, said in expected.items()})


@given(rows, st.integers(2, 9))
@settings(max_examples=40, deadline=None)
def test_credits_grow_with_the_counts_and_effects_do_not(world: list[Row], times: int) -> None:
    found = everything(told([(path, *(each * times for each in counts)) for path, *counts in world]))
    expected = everything(told(world))
    for name in SHARES:
        expected[name] = {channel: (count * times, value * times) for channel, (count, value) in expected[name].items()}
    assert_same(found, expected)


@given(rows)
def test_shares_of_a_path_are_its_whole(world: list[Row]) -> None:
    paths = told(world)
    for name, share in SHARES.items():
        whole = np.bincount(paths.path_of_touch, share(paths), len(paths))
        assert whole == pytest.approx((paths.conversions > 0) * 1.0 if name == "leave_one_out" else np.ones(len(paths)), **CLOSE)


def test_the_rate_game_refuses_sixteen_channels() -> None:
    many = [([f"channel {number}"], 1, 1, 1) for number in range(16)]
    assert len(shapley.rate_game(told(many[:15])).conversions) == 15
    with pytest.raises(shapley.TooManyChannels, match=r"at most 15 channels, and there are 16: .* linear_unique"):
        shapley.rate_game(told(many))


@pytest.mark.parametrize("order", [0, 5])
def test_an_order_that_is_not_known_is_refused(order: int) -> None:
    with pytest.raises(ValueError, match=f"order {order}: it must be 1 to 4"):
        markov.removal_effects(told([(["a"], 1, 1, 1)]), order)


@given(rows)
@settings(max_examples=40, deadline=None)
def test_touches_of_one_channel_in_a_row_change_no_effect_in_order_1(world: list[Row]) -> None:
    whole, exposed = (markov.removal_effects(paths) for paths in (told(world), exposure(told(world))))
    assert exposed.conversions == pytest.approx(whole.conversions, **CLOSE)
    assert exposed.value == pytest.approx(whole.value, **CLOSE)
