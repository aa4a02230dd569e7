"""Every model gives the golden numbers of three small path tables and of PathData, to 1e-9."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.attribution import leave_one_out, markov, rules, shapley
from pipelines.attribution.effects import shared as shared_by
from pipelines.attribution.paths import Floats, Paths, told
from pipelines.attribution.transforms import exposure

SMALL = ("snowplow_fractribution_fixture", "mam_nine_paths_value3", "messenger_small_cc0")
WORLDS = (*SMALL, "pathdata")
SHARES = {
    "first": rules.first_touch,
    "last": rules.last_touch,
    "last_non_direct": lambda paths: rules.last_non_direct(paths, {"Direct"}),
    "linear": rules.linear,
    "linear_unique": rules.linear_unique,
    "position_40_20_40": rules.position,
    "google_fractribution_shapley": leave_one_out.shares,
    "google_fractribution_shapley_identity": leave_one_out.shares,
    "google_fractribution_first_touch": rules.first_touch,
    "google_fractribution_last_touch": rules.last_touch,
    "google_fractribution_linear": rules.linear,
    "google_fractribution_position_based": rules.position,
}
MARKOV = {
    "markov_order1_with_null": (1, True),
    "markov_order2_with_null": (2, True),
    "markov_order3_with_null": (3, True),
    "markov_order1_no_null": (1, False),
}


def golden(shared: Path, world: str) -> tuple[Paths, dict[str, Any]]:
    """The paths of a world and what is expected of them."""
    if world != "pathdata":
        told_of = json.loads((shared / "golden" / "golden_small_fixtures.json").read_bytes())[world]
        rows = [(row["path"].split(" > "), row["conversions"], row["revenue"] or 0, row["non_conversions"]) for row in told_of["paths"]]
        return told(rows), told_of["expected"]
    with (shared / "data" / "channelattribution_pathdata" / "Data.csv").open(encoding="utf-8") as lines:
        rows = [
            (row["path"].split(" > "), int(row["total_conversions"]), float(row["total_conversion_value"]), int(row["total_null"]))
            for row in csv.DictReader(lines, delimiter=";")
        ]
    return told(rows), json.loads((shared / "golden" / "golden_pathdata_all_models.json").read_bytes())


def assert_equal(paths: Paths, found: Floats, expected: dict[str, float]) -> None:
    """Channels that are not named are expected to have 0, named ones that no path has too."""
    assert dict(zip(paths.channels, found.tolist(), strict=True)) == pytest.approx(
        {channel: expected.get(channel, 0.0) for channel in paths.channels}, rel=1e-9, abs=1e-9
    )
    assert [value for channel, value in expected.items() if channel not in paths.channels and value] == []


@pytest.mark.parametrize("world", WORLDS)
def test_rules_and_leave_one_out(shared: Path, world: str) -> None:
    paths, expected = golden(shared, world)
    named = {**expected.pop("heuristic"), **{name: each for name, each in expected.items() if name in SHARES}}
    for name, model in named.items():
        conversions, value = paths.credit(SHARES[name](paths))
        assert_equal(paths, conversions, model["conversions"])
        assert_equal(paths, value, model["revenue"])


@pytest.mark.parametrize("world", WORLDS)
def test_shapley(shared: Path, world: str) -> None:
    paths, expected = golden(shared, world)
    game = expected["shapley"]
    conversions, value = paths.credit(rules.linear_unique(paths))
    assert_equal(paths, conversions, game["sum_game_conversions"])
    assert_equal(paths, value, game["sum_game_revenue"])
    rate = shapley.rate_game(paths)
    assert rate.p_conversion == pytest.approx(game["rate_game_raw_total"], rel=1e-9)
    assert_equal(paths, rate.conversions, game["rate_game_raw"])
    assert_equal(paths, shared_by(paths.conversions.sum(), rate.conversions), game["rate_game_scaled_conversions"])


@pytest.mark.parametrize("world", WORLDS)
def test_markov(shared: Path, world: str) -> None:
    paths, expected = golden(shared, world)
    for name, (order, with_nulls) in MARKOV.items():
        if name not in expected:
            assert world in SMALL
            continue
        model, found = expected[name], markov.removal_effects(paths, order, with_nulls)
        assert found.p_conversion == pytest.approx(model["p_conversion"], rel=1e-9)
        assert_equal(paths, found.conversions, model["removal_effect_conversions"])
        assert_equal(paths, found.value, model["removal_effect_revenue"])
        assert_equal(paths, shared_by(paths.conversions.sum(), found.conversions), model["conversions"])
        assert_equal(paths, shared_by(paths.value.sum(), found.value), model["revenue"])


@pytest.mark.parametrize("world", WORLDS)
def test_leave_one_out_of_exposures(shared: Path, world: str) -> None:
    paths, expected = golden(shared, world)
    exposed = exposure(paths)
    conversions, value = exposed.credit(leave_one_out.shares(exposed))
    assert_equal(exposed, conversions, expected["google_fractribution_shapley_exposure"]["conversions"])
    assert_equal(exposed, value, expected["google_fractribution_shapley_exposure"]["revenue"])


def test_time_decay_of_the_nine_paths(shared: Path) -> None:
    """MAM's example of one touch a day and a half-life of a day, from attribution.md b4; and last touch but A."""
    paths, _ = golden(shared, "mam_nine_paths_value3")
    assert_equal(paths, paths.credit(rules.time_decay(paths))[1], {"A": 11.857142857142858, "B": 8.142857142857142, "C": 7})
    assert_equal(paths, paths.credit(rules.last_non_direct(paths, {"A"}))[1], {"A": 3, "B": 12, "C": 12})
