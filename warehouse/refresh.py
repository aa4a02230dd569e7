"""Brings one table up to date: consumes its dirty keys and passes on those whose rows changed, in one transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from warehouse.checks import CheckOutcome, run_checks
from warehouse.connection import transaction
from warehouse.dirty import every_key, is_dirty, is_stored, mark_consumers, mark_readers_dirty
from warehouse.models import Model

if TYPE_CHECKING:
    import pyarrow as pa

Solver = Callable[["pa.Table"], "pa.Table"]
"""What a model's SQL gives, in any order -> the model's rows. A pure function: equal input, equal rows."""
Solvers = Mapping[str, Solver]
NO_SOLVERS: Solvers = {}

_DATED = ("day", "month")  # kinds of partitions whose keys are dates
_SCOPE_COLUMN = {"day": "day_on", "person": "person_key", "order": "order_key", "month": "month_on"}
_EXACT_SUFFIXES = ("_minor", "_ppb", "_count", "_micro")
_SOLVED_AT_ONCE = 50_000  # orders or persons


@dataclass(frozen=True)
class Refreshed:
    """What one refresh did. `days` are the refreshed days of a day-partitioned model."""

    model: str
    partitions: int
    rows: int
    changed_rows: int
    stored_rows: int
    checks: tuple[CheckOutcome, ...]
    days: tuple[date, ...] = ()


def reset_outdated(con: duckdb.DuckDBPyConnection, models: tuple[Model, ...]) -> list[str]:
    """Drops the tables of models whose file changed since they were computed, and those of models that are no more; what has no table is
    computed from all rows by its next refresh. Returns the names of the former."""
    known = dict(con.execute("select model, version from raw.model_version").fetchall())
    outdated = [model.name for model in models if model.name in known and known[model.name] != model.version]
    gone = known.keys() - {model.name for model in models}
    for name in [*outdated, *sorted(gone)]:
        with transaction(con):
            con.execute(f"drop table if exists {name}")
            for table in ("dirty", "model_version"):
                con.execute(f"delete from raw.{table} where model = ?", [name])
            mark_readers_dirty(con, name)
    return outdated


def refresh(con: duckdb.DuckDBPyConnection, model: Model, solvers: Solvers = NO_SOLVERS) -> Refreshed:
    """Recomputes the dirty partitions of one model, by its solver where it names one. Raises CheckFailed after rolling back."""
    is_new = not is_stored(con, model.name)
    stored_rows = 0 if is_new else _value(con, f"select count(*) from {model.name}")
    if not is_new and not is_dirty(con, model):
        return Refreshed(model.name, 0, 0, 0, stored_rows, ())
    kind = model.partition.kind
    with transaction(con):
        keys = every_key(con, model) if is_new else f"select shop_id, key from raw.dirty where model = '{model.name}'"
        if kind == "full":
            partitions = _value(con, f"select count(*) > 0 from ({keys})")
        else:
            key = "cast(key as date)" if kind in _DATED else "key"
            scope = f"select distinct shop_id, {key} as {_SCOPE_COLUMN[kind]} from ({keys}) as keys (shop_id, key)"
            partitions = _value(con, f"create temp table scope_{kind} as {scope}")
        rows = _compute(con, model, solvers, is_new)
        columns = _exact_columns(con, model)
        checks = run_checks(con, model)
        if is_new:
            _tell_new(con, model)
        come, gone = (rows, 0) if is_new else _replace(con, model, columns)
        days = _days(con) if kind == "day" else ()
        if kind != "full":
            con.execute(f"drop table scope_{kind}")
        con.execute("delete from raw.dirty where model = ?", [model.name])
    return Refreshed(model.name, partitions, rows, come + gone, stored_rows + come - gone, checks, days)


def _compute(con: duckdb.DuckDBPyConnection, model: Model, solvers: Solvers, is_new: bool) -> int:
    """Makes `fresh`, the rows of the scope: a new table is written once, in its place. Returns how many rows there are."""
    made = model.name if is_new else "fresh"
    create = f"create {'' if is_new else 'temp '}table {made} as"
    if is_new:
        con.execute(f"create schema if not exists {model.schema}")
    if model.solver:
        count = 0
        for number, rows in enumerate(_solved(con, model, solvers[model.solver])):
            con.register("solved", rows)
            count += _value(con, f"insert into {made} select * from solved" if number else f"{create} select * from solved")
            con.unregister("solved")
    else:
        count = _value(con, f"{create} {model.sql}")
    if is_new:
        con.execute(f"create temp view fresh as select * from {model.name}")
    return count


def _exact_columns(con: duckdb.DuckDBPyConnection, model: Model) -> list[str]:
    """The columns of `fresh`. Money and counts are BIGINT: a HUGEINT sum would be published as DOUBLE. Raises TypeError."""
    columns = [(name, str(kind)) for name, kind, *_ in con.execute("select * from fresh limit 0").description or ()]
    for name, kind in columns:
        if kind == "HUGEINT" or (name.endswith(_EXACT_SUFFIXES) and kind != "BIGINT"):
            raise TypeError(f"{model.name}.{name} is {kind}; cast it to bigint")
    return [name for name, _ in columns]


def _solved(con: duckdb.DuckDBPyConnection, model: Model, solver: Solver) -> Iterator[pa.Table]:
    """What the solver makes of the scope: a month, or so many persons or orders, at a time, because it holds them all in memory.

    A part is solved while the next one is read and the one before is written.
    """
    kind, column = model.partition.kind, _SCOPE_COLUMN[model.partition.kind]
    part = f"date_trunc('month', {column})" if kind in _DATED else f"row_number() over (order by shop_id, {column}) // {_SOLVED_AT_ONCE}"
    con.execute(f"create temp table whole_scope as select shop_id, {column}, {part} as part from scope_{kind}")
    parts = con.execute("select distinct part from whole_scope order by part").fetchall()
    with ThreadPoolExecutor(max_workers=1) as solving:
        solved: deque[Future[pa.Table]] = deque()
        for (each,) in parts or [(None,)]:
            con.execute(f"create or replace temp table scope_{kind} as select shop_id, {column} from whole_scope where part = ?", [each])
            solved.append(solving.submit(solver, con.sql(model.sql).to_arrow_table()))
            if len(solved) > 1:
                yield solved.popleft().result()
        yield solved.popleft().result()
    con.execute(f"create or replace temp table scope_{kind} as select shop_id, {column} from whole_scope")
    con.execute("drop table whole_scope")


def _tell_new(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Marks what the rows of a new table dirty."""
    mark_consumers(con, model.name, "fresh")
    con.execute("drop view fresh")
    con.execute("insert into raw.model_version values (?, ?)", [model.name, model.version])


def _replace(con: duckdb.DuckDBPyConnection, model: Model, columns: list[str]) -> tuple[int, int]:
    """Writes fresh over the scope's stored rows where they differ; returns how many rows come and how many go."""
    inside = _inside(model)
    sides = ", ".join(f"fresh.{name} as come_{name}, stale.{name} as gone_{name}" for name in columns)
    con.execute(
        f"create temp table differing as with stale as (select rowid as stored_row, {', '.join(columns)} from {model.name} where {inside})"
        f" select fresh.rowid as fresh_row, stale.stored_row, {sides} from fresh full join stale on {_alike(model.grain)}"
        f" where fresh.rowid is null or stale.stored_row is null or not ({_alike(columns)})"
    )
    [[come, gone]] = con.execute("select count(fresh_row), count(stored_row) from differing").fetchall()
    if come or gone:
        fresh, stale = (", ".join(f"{side}_{name} as {name}" for name in columns) for side in ("come", "gone"))
        coming = f"select {fresh} from differing where fresh_row is not null"
        con.execute(f"create temp view changed as {coming} union all select {stale} from differing where stored_row is not null")
        if gone:
            con.execute(f"delete from {model.name} where rowid in (select stored_row from differing)")
        if come:
            con.execute(f"insert into {model.name} {coming}")
        mark_consumers(con, model.name, "changed")
        con.execute("drop view changed")
    con.execute("drop table differing")
    con.execute("drop table fresh")
    return come, gone


def _inside(model: Model) -> str:
    """The condition that a stored row is in scope. Persons and orders lie scattered, and DuckDB skips rows by one column, not by a pair."""
    kind, column = model.partition.kind, model.partition.column
    if kind == "full":
        return "true"
    pair = f"(shop_id, {column}) in (select shop_id, {_SCOPE_COLUMN[kind]} from scope_{kind})"
    return pair if kind in _DATED else f"{column} in (select {_SCOPE_COLUMN[kind]} from scope_{kind}) and {pair}"


def _alike(columns: Iterable[str]) -> str:
    return " and ".join(f"fresh.{name} is not distinct from stale.{name}" for name in columns)


def _days(con: duckdb.DuckDBPyConnection) -> tuple[date, ...]:
    return tuple(row[0] for row in con.execute("select distinct day_on from scope_day order by 1").fetchall())


def _value(con: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> int:
    [[value]] = con.execute(query, list(parameters)).fetchall()  # an undrained result would block the next statement
    return int(value)
