"""The reports that explain attribution, told plainly from the rows of their inputs; and the bootstrap, weight by weight."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from hashlib import sha256
from itertools import accumulate, groupby
from math import exp, factorial
from typing import Any

Row = dict[str, Any]
MODELS = (
    *("first_touch", "last_touch", "last_non_direct", "linear", "linear_unique", "time_decay", "position"),
    *("markov_1", "markov_2", "markov_3", "markov_4", "shapley_rate", "leave_one_out"),
)
REPLICATES, TOP_PATHS, MOST_DAYS, MOST_TOUCHES = 199, 200, 90, 50
THRESHOLDS = [round(65536 * share) for share in accumulate(exp(-1) / factorial(k) for k in range(12))]


def worth_of(orders: list[Row], receipts: list[Row]) -> dict[tuple[str, str, str], Row]:
    """(shop, conversion type, conversion) -> currency, gross, net and the buyer."""
    told = {}
    for row in orders:
        told[row["shop_id"], "purchase", row["order_key"]] = row
    for row in receipts:
        net = row["gross_minor"] - row["discount_minor"] - row["refund_minor"]
        told[row["shop_id"], "in_store", row["receipt_key"]] = {**row, "net_minor": net}
    return told


NOTHING: Row = {"currency": "XXX", "gross_minor": 0, "net_minor": 0, "person_key": ""}


def paths_of(touches: list[Row]) -> dict[tuple[Any, ...], list[Row]]:
    """(shop, month, type, window, conversion) -> the touches of the path, in order; none for an unattributed one."""
    paths: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in sorted(touches, key=lambda row: row["place"]):
        key = (row["shop_id"], row["month_on"], row["conversion_type"], row["attribution_window"], row["conversion_key"])
        paths[key].extend([row] if row["touch_key"] else [])
    return paths


def attribution_path(touches: list[Row], worth: dict[Any, Row]) -> list[Row]:
    named: dict[tuple[Any, ...], dict[str, list[tuple[Any, ...]]]] = defaultdict(lambda: defaultdict(list))
    for (shop, month, kind, window, key), path in paths_of(touches).items():
        name = " > ".join(channel for channel, _ in groupby(row["channel"] for row in path)) or "unattributed"
        seconds = path[0]["converted_s"] - path[0]["touched_s"] if path else None
        named[shop, month, kind, window][name].append((seconds, worth.get((shop, kind, key), NOTHING)))
    rows = []
    for cell, ways in named.items():
        everything = sum(map(len, ways.values()))
        ranked = sorted((name for name in ways if name != "unattributed"), key=lambda name: (-len(ways[name]), name))
        shown: dict[tuple[str, int | None, str], list[Any]] = defaultdict(list)
        for name, conversions in ways.items():
            rank = ranked.index(name) + 1 if name in ranked else None
            told = (name, rank) if rank is None or rank <= TOP_PATHS else ("other paths", None)
            for seconds, money in conversions:
                shown[*told, money["currency"]].append((seconds, money))
        for (name, rank, currency), conversions in shown.items():
            times = sorted(seconds for seconds, _ in conversions if seconds is not None)
            rows.append(
                {
                    **dict(zip(("shop_id", "month_on", "conversion_type", "attribution_window"), cell, strict=True)),
                    "path": name,
                    "path_rank": rank,
                    "currency": currency,
                    "conversions": len(conversions),
                    "conversion_share_rate": len(conversions) / everything,
                    "buyers": len({money["person_key"] for _, money in conversions} - {""}),
                    "gross_minor": sum(money["gross_minor"] for _, money in conversions),
                    "net_minor": sum(money["net_minor"] for _, money in conversions),
                    "median_convert_hours": times[(len(times) - 1) // 2] / 3600 if times else None,
                }
            )
    return rows


def attribution_lag(touches: list[Row], worth: dict[Any, Row]) -> list[Row]:
    counts: Counter[tuple[Any, ...]] = Counter()
    money: Counter[tuple[Any, ...]] = Counter()
    for (shop, month, kind, window, key), path in paths_of(touches).items():
        value = worth.get((shop, kind, key), NOTHING)
        buckets = {"path_touches": min(len(path), MOST_TOUCHES)}
        for measure, row in (("days_from_first", path[0]), ("days_from_last", path[-1])) if path else ():
            buckets[measure] = min((row["converted_s"] - row["touched_s"]) // 86_400, MOST_DAYS)
        for measure, bucket in buckets.items():
            cell = (shop, month, kind, window, measure, bucket, value["currency"])
            counts[cell] += 1
            money[cell] += value["net_minor"]
    names = ("shop_id", "month_on", "conversion_type", "attribution_window", "measure", "bucket", "currency")
    return [{**dict(zip(names, cell, strict=True)), "conversions": counts[cell], "net_minor": money[cell]} for cell in counts]


def attribution_assist(touches: list[Row], worth: dict[Any, Row]) -> list[Row]:
    totals: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for (shop, month, kind, window, key), path in paths_of(touches).items():
        value = worth.get((shop, kind, key), NOTHING)
        for level in ("channel", "ad"):
            names = [_name(row, level) for row in path] or ["unattributed"]
            for name in set(names):
                totals[shop, month, kind, window, level, name, value["currency"]].update(
                    conversions=1,
                    first_conversions=int(names[0] == name),
                    last_conversions=int(names[-1] == name),
                    only_conversions=int(set(names) == {name}),
                    assisted_conversions=int(names[-1] != name),
                    net_minor=value["net_minor"],
                )
    names = ["shop_id", "month_on", "conversion_type", "attribution_window", "level", "level_id", "currency"]
    return [
        {
            **dict(zip(names, cell, strict=True)),
            **total,
            "assist_ratio": total["assisted_conversions"] / total["last_conversions"] if total["last_conversions"] else None,
        }
        for cell, total in totals.items()
    ]


def _name(touch: Row, level: str) -> str:
    if level == "channel":
        return touch["channel"]
    return touch["ad_id"] or ("unknown" if touch["channel"] == "meta_ads" else "no_ad")


def attribution_disagreement(credit: list[Row]) -> list[Row]:
    credited: dict[tuple[Any, ...], Row] = {}
    names: dict[tuple[Any, ...], str] = {}
    models, refused = defaultdict(set), defaultdict(set)
    for row in (row for row in credit if row["level"] in ("channel", "campaign", "ad")):
        fit = (row["shop_id"], row["month_on"], row["attribution_window"])
        models[fit].add(row["model"])
        cell = (*fit, row["level"], row["level_id"], row["currency"])
        if row["level_id"] == "not_modelled":
            refused[fit] |= {row["model"]} if row["credited_ppb"] else set()
        else:
            credited[*cell, row["model"]] = row
            names[cell] = max(names.get(cell, ""), row["level_name"])
    rows = []
    for cell in names:
        everyone = models[cell[:3]]
        told = {model: credited.get((*cell, model), {"credited_ppb": 0, "net_minor": 0}) for model in sorted(everyone)}
        if not any(row["credited_ppb"] or row["net_minor"] for row in told.values()):
            continue
        found: Row = dict(zip(("shop_id", "month_on", "attribution_window", "level", "level_id", "currency"), cell, strict=True))
        told = {model: row for model, row in told.items() if model not in refused[cell[:3]]}
        if not told:
            continue
        found |= {"level_name": names[cell], "models": len(told)}
        for name, unit in (("credited", "ppb"), ("net", "minor")):
            values = {model: row[f"{name}_{unit}" if name == "credited" else "net_minor"] for model, row in told.items()}
            for end, pick in (("min", min), ("max", max)):
                model = pick(values, key=lambda each: values[each])
                found |= {f"{name}_{end}_{unit}": values[model], f"{name}_{end}_model": model}
            found[f"{name}_spread_{unit}"] = max(values.values()) - min(values.values())
        rows.append(found)
    return rows


def weights(customer: str) -> list[int]:
    """How often each replicate draws a customer: Poisson(1), from 16 bits of a hash each."""
    hashes = "".join(sha256(f"{block} {customer}".encode()).hexdigest() for block in range(13))
    return [bisect_right(THRESHOLDS, int(hashes[4 * place : 4 * place + 4], 16)) for place in range(REPLICATES)]


def credit_bound(credit: list[Row], worth: dict[Any, Row]) -> list[Row]:
    """The interval of each channel and model; a model without credit for a month has none."""
    cells: dict[tuple[Any, ...], dict[str, dict[str, list[int | None]]]] = defaultdict(dict)
    for row in (row for row in credit if row["conversion_type"] == "purchase" and row["channel"] != "unattributed"):
        value = worth[row["shop_id"], "purchase", row["conversion_key"]]
        cell = cells[row["shop_id"], row["month_on"], row["attribution_window"], row["channel"], value["currency"]]
        customer = cell.setdefault(value["person_key"] or row["conversion_key"], {model: [0, 0] for model in MODELS})
        for model in MODELS:
            share, sums = row[f"{model}_ppb"], customer[model]
            customer[model] = [None, None] if share is None else [sums[0] + share, sums[1] + share * value["net_minor"]]
    return [row for cell, customers in cells.items() for row in _bounds(cell, customers)]


def _bounds(cell: tuple[Any, ...], customers: dict[str, dict[str, Any]]) -> Iterable[Row]:
    drawn = {customer: weights(customer) for customer in customers}
    for model in MODELS:
        shares = {customer: sums[model] for customer, sums in customers.items()}
        if any(share is None for share, _ in shares.values()):
            continue
        found: Row = dict(zip(("shop_id", "month_on", "attribution_window", "channel", "currency"), cell, strict=True))
        found |= {"model": model, "customers": len(customers)}
        for index, name, unit in ((0, "credited", "ppb"), (1, "net", "minor")):
            whole = {who: share[0] if index == 0 else _cut(share[1]) for who, share in shares.items()}
            totals = sorted(sum(whole[who] * drawn[who][place] for who in whole) for place in range(REPLICATES))
            found |= {f"{name}_low_{unit}": totals[4], f"{name}_high_{unit}": totals[194]}
        yield found


def _cut(product: int) -> int:
    """To whole minor units, towards zero."""
    return abs(product) // 1_000_000_000 * (1 if product >= 0 else -1)
