"""How well interest foresees what buyers order: hit@5 against popularity, on weeks that the scores have not seen.

For each held-out week the warehouse is brought back to the morning of its first day, and reports.buyer_interest and
reports.popularity are computed by their own models. A buyer of the week is hit if one of the five products with the highest
interest (or popularity) is among those that he orders in it. Who gave no sign yet has the popular products.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, sqrt

import duckdb

from dashboards.intervals import Z, wilson
from warehouse.dirty import existing_tables, mark_all_dirty
from warehouse.models import Model, load_models
from warehouse.raw_tables import columns_of
from warehouse.refresh import refresh

TOP = 5
_JUDGED = ("reports.buyer_interest", "reports.popularity")
_TRUTH = ("staging.orders", "staging.order_line")
_ORDERED = """
create or replace temp table ordered as
select distinct orders.shop_id, orders.person_key, line.product_id, orders.ordered_on
from staging.orders join staging.order_line as line using (shop_id, order_key)
where orders.person_key <> '' and line.product_id <> ''
"""
_HITS = """
with bought as (
  select distinct shop_id, person_key, product_id from ordered where ordered_on between $first_on and $first_on + 6
),
buyer as (
  select distinct bought.shop_id, bought.person_key, coalesce(known.all_affinity_milli, 0) as evidence_milli
  from bought left join reports.buyer_interest as known using (shop_id, person_key) where known.level is null or known.level = 'product'
),
popular as (
  select *, row_number() over (partition by shop_id order by popularity_points desc, item_id) as place
  from reports.popularity where level = 'product'
),
choice as (
  select shop_id, person_key, item_id, interest_ppb::double as score, popularity_points
  from buyer join reports.buyer_interest as own using (shop_id, person_key) left join popular using (shop_id, item_id)
  where own.level = 'product'
  union all
  select shop_id, person_key, item_id, prior_milli * 1e9 / (evidence_milli + 500 * items), popularity_points
  from buyer join popular using (shop_id) anti join reports.buyer_interest as own using (shop_id, person_key, item_id) where place <= $top
),
ranked as (
  select *, row_number() over (
    partition by shop_id, person_key order by score desc, popularity_points desc nulls last, item_id
  ) as place
  from choice
),
hit as (
  select buyer.shop_id, buyer.person_key,
    coalesce(bool_or(ranked.place <= $top), false) as ours, coalesce(bool_or(popular.place <= $top), false) as theirs
  from buyer join bought using (shop_id, person_key)
  left join ranked on (ranked.shop_id, ranked.person_key, ranked.item_id) = (bought.shop_id, bought.person_key, bought.product_id)
  left join popular on (popular.shop_id, popular.item_id) = (bought.shop_id, bought.product_id)
  group by buyer.shop_id, buyer.person_key
)
select count(*), count(*) filter (ours), count(*) filter (theirs), count(*) filter (ours <> theirs),
  (select max(items) from popular)
from hit
"""


@dataclass(frozen=True)
class Hits:
    """Buyers of some weeks, each counted once a week, and how many were hit. `parted` were hit by one of the two alone."""

    buyers: int = 0
    ours: int = 0
    popular: int = 0
    parted: int = 0
    products: int = 0  # with points in the 28 days before, the most of any shop and week

    def __add__(self, other: Hits) -> Hits:
        return Hits(
            buyers=self.buyers + other.buyers,
            ours=self.ours + other.ours,
            popular=self.popular + other.popular,
            parted=self.parted + other.parted,
            products=max(self.products, other.products),
        )

    @property
    def lift(self) -> tuple[float, float, float] | None:
        """Our rate over that of popularity, and its 95 % interval: normal on the logarithm, the two rates being of the same buyers."""
        if not self.ours or not self.popular:
            return None
        ratio, error = self.ours / self.popular, sqrt(self.parted / (self.ours * self.popular))
        return ratio, ratio * exp(-Z * error), ratio * exp(Z * error)


def judge(con: duckdb.DuckDBPyConnection, weeks: int, progress: Callable[[str], object]) -> Hits:
    """The hits of the last whole weeks of a loaded warehouse, which is cut back to their beginning."""
    _compute(con, _TRUTH)
    con.execute(_ORDERED)
    [[last_on]] = con.execute("select max(ordered_on) from ordered").fetchall()
    total = Hits()
    for first_on in _weeks(last_on, weeks):
        progress(f"week of {first_on}")
        _cut(con, first_on)
        _compute(con, _JUDGED)
        [[buyers, ours, popular, parted, products]] = con.execute(_HITS, {"first_on": first_on, "top": TOP}).fetchall()
        total += Hits(buyers, ours, popular, parted, products or 0)
    return total


def table(found: dict[str, Hits]) -> list[str]:
    """The results in Markdown."""
    lines = ["| held out | products | n | popularity | interest | interest / popularity |", "|---|---:|---:|---:|---:|---:|"]
    for name, hits in found.items():
        lift = "none" if hits.lift is None else "{:.2f} ({:.2f} to {:.2f})".format(*hits.lift)
        rates = " | ".join(f"{_rate(count, hits.buyers)}" for count in (hits.popular, hits.ours))
        lines.append(f"| {name} | {hits.products:,} | {hits.buyers:,} | {rates} | {lift} |")
    return lines


def _rate(count: int, buyers: int) -> str:
    return "none" if not buyers else "{:.3f} ({:.3f} to {:.3f})".format(count / buyers, *wilson(count, buyers))


def _weeks(last_on: date | None, weeks: int) -> Iterator[date]:
    """First days of the last weeks, the latest first."""
    if last_on is not None:
        yield from (last_on - timedelta(days=7 * back - 1) for back in range(1, weeks + 1))


def _cut(con: duckdb.DuckDBPyConnection, first_on: date) -> None:
    """Forgets what happened on or after a local day."""
    for table in sorted(existing_tables(con)):
        schema, _, name = table.partition(".")
        if schema == "raw" and {"occurred_on", "shop_id"} <= {column.name for column in columns_of(name)} and name != "config_event":
            con.execute(f"delete from {table} where occurred_on >= ?", [first_on])


def _compute(con: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> None:
    """Computes tables and all that they are made of."""
    needed = _upstream(names)
    mark_all_dirty(con, needed)
    for model in needed:
        refresh(con, model)


def _upstream(names: tuple[str, ...]) -> list[Model]:
    models = {model.name: model for model in load_models()}
    wanted, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name in models and name not in wanted:
            wanted.add(name)
            waiting.extend(each.name for each in models[name].inputs)
    return [model for name, model in models.items() if name in wanted]
