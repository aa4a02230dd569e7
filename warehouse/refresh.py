"""Brings one table up to date: consumes its dirty keys and passes on those whose rows changed, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import duckdb

from warehouse.connection import transaction
from warehouse.dirty import every_key, existing_tables, mark_consumers
from warehouse.models import Check, Model

if TYPE_CHECKING:
    import pyarrow as pa

Solver = Callable[["pa.Table"], "pa.Table"]
"""What a model's SQL gives, in any order -> the model's rows. A pure function: equal input, equal rows."""
Solvers = Mapping[str, Solver]
NO_SOLVERS: Solvers = {}

_SCOPE = {
    "day": "cast(key as date) as day_on",
    "person": "key as person_key",
    "order": "key as order_key",
    "month": "cast(key as date) as month_on",
}
_SCOPE_COLUMN = {"day": "day_on", "person": "person_key", "order": "order_key", "month": "month_on"}
_EXACT_SUFFIXES = ("_minor", "_ppb", "_count", "_micro")
_SOLVED_AT_ONCE = 50_000  # orders or persons


@dataclass(frozen=True)
class CheckOutcome:
    """What a check found among the rows just computed."""

    name: str
    severity: str
    failing_rows: int

    @property
    def passed(self) -> bool:
        return self.failing_rows == 0


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


class CheckFailed(Exception):
    """A `fail` check does not hold: nothing was written."""

    def __init__(self, model: str, outcomes: tuple[CheckOutcome, ...]) -> None:
        self.model, self.outcomes = model, outcomes
        broken = ", ".join(f"{o.name} ({o.failing_rows} rows)" for o in outcomes if not o.passed and o.severity == "fail")
        super().__init__(f"{model}: failed {broken}; its table is unchanged")


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
    return outdated


def refresh(con: duckdb.DuckDBPyConnection, model: Model, solvers: Solvers = NO_SOLVERS) -> Refreshed:
    """Recomputes the dirty partitions of one model, by its solver where it names one. Raises CheckFailed after rolling back."""
    kind = model.partition.kind
    with transaction(con):
        is_new = model.name not in existing_tables(con)
        keys = every_key(con, model) if is_new else f"select shop_id, key from raw.dirty where model = '{model.name}'"
        if kind == "full":
            partitions = _value(con, f"select count(*) > 0 from ({keys})")
        else:
            con.execute(f"create temp table scope_{kind} as select distinct shop_id, {_SCOPE[kind]} from ({keys}) as keys (shop_id, key)")
            partitions = _value(con, f"select count(*) from scope_{kind}")
        checks: tuple[CheckOutcome, ...] = ()
        rows = changed = 0
        if partitions or is_new:
            _compute(con, model, solvers, is_new)
            _assert_exact_types(con, model)
            checks = _check_all(con, model)
            if any(not outcome.passed and outcome.severity == "fail" for outcome in checks):
                raise CheckFailed(model.name, checks)
            rows = _value(con, "select count(*) from fresh")
            changed = _tell_new(con, model) if is_new else _replace(con, model)
        days = _days(con) if kind == "day" else ()
        if kind != "full":
            con.execute(f"drop table scope_{kind}")
        con.execute("delete from raw.dirty where model = ?", [model.name])
    return Refreshed(model.name, partitions, rows, changed, _value(con, f"select count(*) from {model.name}"), checks, days)


def _compute(con: duckdb.DuckDBPyConnection, model: Model, solvers: Solvers, is_new: bool) -> None:
    """Makes `fresh`, the rows of the scope: a new table is written once, in its place."""
    con.execute(f"create schema if not exists {model.schema}")
    made = model.name if is_new else "fresh"
    create = f"create {'' if is_new else 'temp '}table {made} as"
    if model.solver:
        for number, rows in enumerate(_solved(con, model, solvers[model.solver])):
            con.register("solved", rows)
            con.execute(f"insert into {made} select * from solved" if number else f"{create} select * from solved")
            con.unregister("solved")
    else:
        con.execute(f"{create} {model.sql}")
    if is_new:
        con.execute(f"create temp view fresh as select * from {model.name}")


def _solved(con: duckdb.DuckDBPyConnection, model: Model, solver: Solver) -> Iterator[pa.Table]:
    """What the solver makes of the scope: a month, or so many persons or orders, at a time, because it holds them all in memory."""
    kind, column = model.partition.kind, _SCOPE_COLUMN[model.partition.kind]
    is_dated = kind in ("month", "day")
    part = f"date_trunc('month', {column})" if is_dated else f"row_number() over (order by shop_id, {column}) // {_SOLVED_AT_ONCE}"
    con.execute(f"create temp table whole_scope as select shop_id, {column}, {part} as part from scope_{kind}")
    parts = con.execute("select distinct part from whole_scope order by part").fetchall()
    for (each,) in parts or [(None,)]:
        con.execute(f"create or replace temp table scope_{kind} as select shop_id, {column} from whole_scope where part = ?", [each])
        yield solver(con.sql(model.sql).to_arrow_table())
    con.execute(f"create or replace temp table scope_{kind} as select shop_id, {column} from whole_scope")
    con.execute("drop table whole_scope")


def _tell_new(con: duckdb.DuckDBPyConnection, model: Model) -> int:
    """Marks what the rows of a new table dirty; returns how many there are."""
    mark_consumers(con, model.name, "fresh")
    count = _value(con, "select count(*) from fresh")
    con.execute("drop view fresh")
    con.execute("insert into raw.model_version values (?, ?)", [model.name, model.version])
    return count


def _replace(con: duckdb.DuckDBPyConnection, model: Model) -> int:
    """Writes fresh over the scope's stored rows where they differ; returns how many rows differ."""
    kind, column = model.partition.kind, model.partition.column
    inside = "true" if kind == "full" else f"(shop_id, {column}) in (select shop_id, {_SCOPE_COLUMN[kind]} from scope_{kind})"
    columns = [name for name, *_ in con.execute("describe fresh").fetchall()]
    told = ", ".join(columns)
    con.execute(f"create temp table stale as select rowid as stored_row, {told} from {model.name} where {inside}")
    con.execute(
        "create temp table differing as select fresh.rowid as fresh_row, stale.stored_row"
        f" from fresh full join stale on {_alike(model.grain)}"
        f" where fresh.rowid is null or stale.stored_row is null or not ({_alike(columns)})"
    )
    come = f"select {told} from fresh where rowid in (select fresh_row from differing)"
    gone = f"select {told} from stale where stored_row in (select stored_row from differing)"
    con.execute(f"create temp table changed as {come} union all {gone}")
    changed = _value(con, "select count(*) from changed")
    if changed:
        con.execute(f"delete from {model.name} where rowid in (select stored_row from differing)")
        con.execute(f"insert into {model.name} {come}")
        mark_consumers(con, model.name, "changed")
    for table in ("fresh", "stale", "differing", "changed"):
        con.execute(f"drop table {table}")
    return changed


def _alike(columns: Iterable[str]) -> str:
    return " and ".join(f"fresh.{name} is not distinct from stale.{name}" for name in columns)


def _check_all(con: duckdb.DuckDBPyConnection, model: Model) -> tuple[CheckOutcome, ...]:
    grain = ", ".join(model.grain)
    unique = Check("fail", "grain_is_unique", f"select {grain} from fresh group by {grain} having count(*) > 1")
    # equal rows have equal hashes, and it costs a third to find that there are none
    has_equal_hashes = _value(con, f"select count(*) > count(distinct hash({grain})) from fresh")
    outcome = _run_check(con, unique) if has_equal_hashes else CheckOutcome(unique.name, unique.severity, 0)
    return (outcome, *(_run_check(con, check) for check in model.checks))


def _run_check(con: duckdb.DuckDBPyConnection, check: Check) -> CheckOutcome:
    if check.name == "not_null":
        columns = " or ".join(f"{column.strip()} is null" for column in check.text.split(","))
        query = f"select 1 from fresh where {columns}"
    elif check.text.lower().startswith(("select", "with")):
        query = check.text
    else:
        query = f"select 1 from fresh where not coalesce({check.text}, false)"
    return CheckOutcome(check.name, check.severity, _value(con, f"select count(*) from ({query})"))


def _assert_exact_types(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Money and counts are BIGINT: a HUGEINT sum would be published as DOUBLE."""
    for name, kind in con.execute("select column_name, data_type from duckdb_columns() where table_name = 'fresh'").fetchall():
        if kind == "HUGEINT" or (name.endswith(_EXACT_SUFFIXES) and kind != "BIGINT"):
            raise TypeError(f"{model.name}.{name} is {kind}; cast it to bigint")


def _days(con: duckdb.DuckDBPyConnection) -> tuple[date, ...]:
    return tuple(row[0] for row in con.execute("select distinct day_on from scope_day order by 1").fetchall())


def _value(con: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> int:
    [[value]] = con.execute(query, list(parameters)).fetchall()  # an undrained result would block the next statement
    return int(value)
