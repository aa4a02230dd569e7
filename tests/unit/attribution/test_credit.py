"""Credit in whole numbers: thirteen models over many paths at once, equal to a plain telling of each path."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.attribution.credit_table import touch_credit
from pipelines.attribution.decay import decayed_e9
from tests.reference.credit import FIRST_PPB, FITTED, HALF_LIFE_S, LAST_PPB, MODELS, PPB, decayed, fitted_credit, rule_credit

CHANNELS = ("direct", "email", "meta_ads", "store_qr")
KEYS = ("shop_id", "conversion_type", "conversion_key", "attribution_window", "touch_key", "channel")
COUNTS = ("place", "touched_s", "is_direct", "half_life_s", "first_share_ppb", "last_share_ppb", *FITTED, "left_out_ppb")
SCHEMA = pa.schema([*((name, pa.string()) for name in KEYS), *((name, pa.int64()) for name in COUNTS)])

paths = st.lists(st.lists(st.tuples(st.sampled_from(CHANNELS), st.integers(0, 40 * HALF_LIFE_S)), max_size=9), min_size=1, max_size=8)
effects = st.fixed_dictionaries({(model, channel): st.integers(0, PPB) for model in FITTED for channel in CHANNELS})


@settings(max_examples=60, deadline=None)
@given(told=paths, effect=effects, is_unsolved=st.booleans(), chance=st.randoms(use_true_random=False))
def test_each_path_is_credited_as_told_plainly(
    told: list[list[tuple[str, int]]], effect: dict[tuple[str, str], int | None], is_unsolved: bool, chance: Random
) -> None:
    if is_unsolved:
        effect |= dict.fromkeys((("shapley_rate", channel) for channel in CHANNELS), None)
    rows, expected = [], {}
    for number, touches in enumerate(told):
        path = [{"channel": channel, "touched_s": second} for channel, second in sorted(touches, key=lambda touch: touch[1])]
        path = path or [{"channel": "unattributed", "touched_s": None}]
        is_touched = bool(touches)
        weights = effect if is_touched else {(model, "unattributed"): 1 for model in FITTED}
        for place, touch in enumerate(path, 1):
            rows.append({**row_of(touch, place, f"o{number}", is_touched), **{m: weights[m, touch["channel"]] for m in FITTED}})
        credit = rule_credit(path) | fitted_credit(path, weights, [PPB // len(path)] * len(path))
        expected[f"o{number}"] = credit
    chance.shuffle(rows)
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for row in touch_credit(pa.Table.from_pylist(rows, SCHEMA)).to_pylist():
        found.setdefault(row["conversion_key"], {})[row["place"]] = row
    for key, credit in expected.items():
        of_path = [found[key][place] for place in sorted(found[key])]
        assert {model: [row[f"{model}_ppb"] for row in of_path] for model in MODELS} == {
            model: shares if shares is not None else [None] * len(of_path) for model, shares in credit.items()
        }


def row_of(touch: dict[str, Any], place: int, key: str, is_touched: bool) -> dict[str, Any]:
    return {
        "shop_id": "s",
        "conversion_type": "purchase",
        "conversion_key": key,
        "attribution_window": "7d_click",
        "touch_key": f"t{place}" if is_touched else "",
        "place": place,
        "is_direct": int(touch["channel"] == "direct"),
        "half_life_s": HALF_LIFE_S,
        "first_share_ppb": FIRST_PPB,
        "last_share_ppb": LAST_PPB,
        **touch,
    }


def test_nothing_is_credited_with_nothing() -> None:
    assert touch_credit(SCHEMA.empty_table()).column_names[-13:] == [f"{model}_ppb" for model in MODELS]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 40 * HALF_LIFE_S))
def test_a_touch_of_any_age_weighs_what_whole_numbers_say(age_s: int) -> None:
    assert decayed_e9(np.array([age_s]), np.array([HALF_LIFE_S])).tolist() == [decayed(age_s)]
