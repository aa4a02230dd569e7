"""The solvers that SQL models name in `-- solver:`: paths of a month in, effects of channels or shares of touches out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.attribution import leave_one_out, markov, shapley
from pipelines.attribution.columns import BETWEEN, joined
from pipelines.attribution.credit import FITTED
from pipelines.attribution.credit_table import touch_credit
from pipelines.attribution.journeys import null_path, path
from pipelines.attribution.money import money_daily, product_money
from pipelines.attribution.paths import Floats, Ints, Paths, counted, summed
from pipelines.attribution.spread import credit_spread
from pipelines.cores import cores
from warehouse.refresh import Solvers

E9 = 1_000_000_000
_KEYS = ("shop_id", "month_on", "conversion_type", "attribution_window")
_GROUP = [("shop_id", pa.string()), ("month_on", pa.date32()), ("conversion_type", pa.string()), ("attribution_window", pa.string())]
_MARKOV = tuple(range(1, markov.HIGHEST_ORDER + 1))
_CHANNEL_EFFECT = pa.schema(
    [
        *_GROUP,
        ("channel", pa.string()),
        *((f"{model}_effect_e9", pa.int64()) for model in FITTED),
        *((f"{model}_conversions", pa.float64()) for model in FITTED),
        *((f"{model}_value_minor", pa.int64()) for model in FITTED),
        *((f"markov_{order}_converting_effect_e9", pa.int64()) for order in _MARKOV),
        ("p_conversion", pa.float64()),
    ]
)
_PATH_EFFECT = pa.schema([*_GROUP, ("path", pa.string()), ("place", pa.int64()), ("share_ppb", pa.int64())])


def channel_effect(month_paths: pa.Table) -> pa.Table:
    """Rows of attribution.month_path -> a row per group and channel: removal effects and Shapley values in 1e-9, and the totals
    (conversions, value) shared by them. Null where the rate game has too many channels."""
    return _by_group(month_paths, _channel_effect, _CHANNEL_EFFECT)


def path_effect(month_paths: pa.Table) -> pa.Table:
    """Rows of attribution.month_path -> a row per path and place in it: its leave-one-out share, 1e9 a path.

    Only of paths that converted as some path did that lacks one of their touches: all touches of the others have the same share.
    """
    return _by_group(month_paths.filter(pc.field("conversions") > 0), _path_effect, _PATH_EFFECT)


SOLVERS: Solvers = {
    "channel_effect": channel_effect,
    "credit_spread": credit_spread,
    "money_daily": money_daily,
    "null_path": null_path,
    "path": path,
    "path_effect": path_effect,
    "product_money": product_money,
    "touch_credit": touch_credit,
}


def _by_group(month_paths: pa.Table, solved: Callable[[Paths], pa.Table], schema: pa.Schema) -> pa.Table:
    """What is solved of each shop, month, conversion type and window, in their order; large ones first, on all cores."""
    numbered = month_paths.select(_KEYS).append_column("row", pa.array(np.arange(len(month_paths))))
    groups = numbered.group_by(_KEYS, use_threads=False).aggregate([("row", "list")]).sort_by([(key, "ascending") for key in _KEYS])
    rows = groups["row_list"].combine_chunks()
    counted_rows = month_paths.drop_columns(_KEYS).combine_chunks()

    def solve(group: int) -> pa.Table:
        table = solved(_paths(counted_rows.take(rows[group].values)))
        keys = [pa.repeat(groups[key][group], len(table)) for key in _KEYS]
        return pa.table([*keys, *table.columns], schema=schema)

    large_first = np.argsort(-pc.list_value_length(rows).to_numpy(zero_copy_only=False), kind="stable").tolist()
    with ThreadPoolExecutor(cores()) as threads:
        tables = dict(zip(large_first, threads.map(solve, large_first), strict=True))
    return pa.concat_tables([schema.empty_table(), *(tables[group] for group in range(len(groups)))])


def _paths(rows: pa.Table) -> Paths:
    touches = pc.split_pattern(rows["path"].combine_chunks(), BETWEEN)
    coded = touches.flatten().dictionary_encode()
    offsets = np.concatenate([[0], np.cumsum(pc.list_value_length(touches).to_numpy(zero_copy_only=False))])
    counts = (rows[name].to_numpy().astype(np.float64) for name in ("conversions", "value_minor", "nulls"))
    return counted(coded.dictionary.to_pylist(), coded.indices.to_numpy(), offsets, *counts)


def _path_effect(paths: Paths) -> pa.Table:
    without = leave_one_out.rates_without(paths)
    is_told = summed(paths.path_of_touch, without, len(paths)) > 0
    told = np.flatnonzero(is_told[paths.path_of_touch])
    share = (leave_one_out.shares_by(paths, without)[told] * E9).astype(np.int64)  # cut, so that the last touch is never left less than 0
    of_path = (np.cumsum(is_told) - 1)[paths.path_of_touch[told]]
    shown = _shown(paths, told, paths.lengths[is_told]).take(pa.array(of_path))
    return pa.table({"path": shown, "place": paths.place[told] + 1, "share_ppb": share})


def _shown(paths: Paths, touches: Ints, lengths: Ints) -> pa.Array:
    """Paths of these touches, as text."""
    names = pa.array(paths.channels, pa.string()).take(pa.array(paths.codes[touches]))
    return joined(names, np.concatenate([[0], np.cumsum(lengths)]))


def _channel_effect(paths: Paths) -> pa.Table:
    columns = {"channel": list(paths.channels), **_channel_columns(paths)}
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in _CHANNEL_EFFECT if field.name not in _KEYS})


def _channel_columns(paths: Paths) -> dict[str, list[Any]]:
    """Column -> its entry per channel."""
    columns: dict[str, list[Any]] = {}
    conversions, value = int(paths.conversions.sum()), int(paths.value.sum())

    def tell(model: str, on_conversions: Floats, on_value: Floats) -> None:
        effect = _quantised(on_conversions).tolist()
        columns[f"{model}_effect_e9"] = effect
        whole = sum(effect)
        columns[f"{model}_conversions"] = [conversions * each / whole if whole else 0.0 for each in effect]
        columns[f"{model}_value_minor"] = _shared(value, _quantised(on_value).tolist())

    for (order, with_nulls), effects in markov.effects_by_order(paths).items():
        if with_nulls:
            tell(f"markov_{order}", effects.conversions, effects.value)
        else:
            columns[f"markov_{order}_converting_effect_e9"] = _quantised(effects.conversions).tolist()
    unsolved = [None] * len(paths.channels)
    if len(paths.channels) <= shapley.MOST_CHANNELS:
        effects = shapley.rate_game(paths)
        tell("shapley_rate", effects.conversions, effects.value)
    else:
        columns |= {f"shapley_rate_{kind}": unsolved for kind in ("effect_e9", "conversions", "value_minor")}
    journeys = conversions + int(paths.nulls.sum())
    columns["p_conversion"] = [conversions / journeys if journeys else 0.0] * len(paths.channels)
    return columns


def _quantised(effect: Floats) -> Ints:
    """In 1e-9, so that what follows is exact."""
    return np.rint(effect * E9).astype(np.int64)


def _shared(total: int, effect: list[int]) -> list[int]:
    """The total in proportion to the effects, each rounded half up; zeros where the effects add up to 0."""
    whole = sum(effect)
    return [(2 * total * each + whole) // (2 * whole) if whole else 0 for each in effect]
