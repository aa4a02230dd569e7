"""Dirty keys: what each model still has to consume (raw.dirty), and how a changed row makes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

import duckdb

from warehouse.models import OF_STORED_ROWS, Input, Model, load_models

PUBLISH = "publish "  # pseudo consumer of each report: `publish reports.x`, one key per shop


def mark_consumers(con: duckdb.DuckDBPyConnection, table: str, relation: str) -> None:
    """Marks, for each model that reads `table`, the keys that the rows of `relation` dirty by that model's rule.

    Nothing is marked for a model that has no table yet: it is going to be computed from all rows (`every_key`).
    """
    marked: dict[str, list[str]] = {}  # keys -> the models that they dirty
    for model, rule in _consumers(load_models()).get(table, ()):
        if not is_stored(con, model.name):
            continue
        if rule.rule == "shop":
            mark_model_dirty(con, model, f"select shop_id from {relation}")
        else:
            keys = _stored_keys(model, rule, relation) if rule.rule in OF_STORED_ROWS else _keys(rule, relation)
            marked.setdefault(keys, []).append(model.name)
    if table.startswith("reports."):
        marked[f"shop_id, '' from {relation}"] = [f"{PUBLISH}{table}"]
    told = " union all ".join(
        f"select unnest({models}), shop_id, key from (select distinct shop_id, key from (select {keys}) as keys (shop_id, key))"
        for keys, models in marked.items()
    )
    if told:
        con.execute(f"insert into raw.dirty {told}")


@cache
def _consumers(models: tuple[Model, ...]) -> dict[str, list[tuple[Model, Input]]]:
    """Table -> (model that reads it, its rule)."""
    found: dict[str, list[tuple[Model, Input]]] = {}
    for model in models:
        for each in model.inputs:
            found.setdefault(each.name, []).append((model, each))
    return found


def _keys(rule: Input, relation: str) -> str:
    column = rule.column
    if rule.rule == "full":
        return f"'', '' from {relation}"
    if rule.rule == "window":
        # one day more than the window: the touch's local day and the order's may be told in different zones
        days = f"(select unnest(range(0, {rule.days + 2})) as step) as steps"
        return f"shop_id, cast(cast({column} as date) + cast(step as integer) as varchar) from {relation}, {days}"
    if rule.rule == "component":
        return f"shop_id, key from ({_component(rule, relation)})"
    if rule.rule == "month":
        return f"shop_id, cast(cast(date_trunc('month', {column}) as date) as varchar) from {relation}"
    return f"shop_id, coalesce(cast({column} as varchar), '') from {relation}"


def _component(rule: Input, relation: str) -> str:
    """Every identifier that a chain of links leads to from a changed link; `relation` holds the links that are gone too."""
    ends = (rule.column, rule.linked)
    links = " union all ".join(
        f"select shop_id, {near} as key, {far} as other from {table}" for table in {rule.name, relation} for near, far in (ends, ends[::-1])
    )
    return (
        f"with recursive link as ({links}), reached as (select shop_id, key from (select shop_id, {rule.column} as key from {relation}"
        f" union select shop_id, {rule.linked} as key from {relation})"
        " union select link.shop_id, link.other from reached join link using (shop_id, key)) select shop_id, key from reached"
    )


def _stored_keys(model: Model, rule: Input, relation: str) -> str:
    """The partitions of the model's stored rows that a changed row concerns by the rule's column."""
    if rule.rule == "within":
        days = f"select distinct {rule.column} as day_on from {model.name}"
        inside = f"own.day_on >= changed.{rule.linked} and own.day_on < changed.{rule.until}"
        reached = f"select own.day_on from ({days}) as own join {relation} as changed on {inside}"
        return _keys(_own(model), f"{model.name} where {rule.column} in ({reached})")
    named = f"select shop_id, {rule.linked or rule.column} from {relation}"
    return _keys(_own(model), f"{model.name} where (shop_id, {rule.column}) in ({named})")


def _own(model: Model) -> Input:
    """The model's own rows, by the partition they are in."""
    return Input(model.name, model.partition.kind, model.partition.column)


def mark_model_dirty(con: duckdb.DuckDBPyConnection, model: Model, shops: str = "") -> None:
    """Marks every partition that the model has or could have; of the shops a query gives, or all."""
    con.execute(f"insert into raw.dirty select '{model.name}', shop_id, key from ({every_key(con, model, shops)}) as keys (shop_id, key)")


def every_key(con: duckdb.DuckDBPyConnection, model: Model, shops: str = "") -> str:
    """A query of (shop, key) for every partition that the model has or could have, from its inputs' rows and its own."""
    by_row = [each for each in model.inputs if each.rule not in OF_STORED_ROWS]
    rows = "(select * from {table} where shop_id in ({shops}))" if shops else "{table}"
    stored = [each for each in [*by_row, _own(model)] if is_stored(con, each.name)]
    keys = [f"select {_keys(each, rows.format(table=each.name, shops=shops))}" for each in stored]
    return " union ".join(keys or ["select '', '' where false"])


def mark_readers_dirty(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Marks everything of the models that read a table that was dropped: its rows may not come again."""
    for model, _ in _consumers(load_models()).get(table, ()):
        if is_stored(con, model.name):
            mark_model_dirty(con, model)


def mark_all_dirty(con: duckdb.DuckDBPyConnection, models: Iterable[Model]) -> None:
    """Everything is to be computed anew; the stored tables stay until their refresh rewrites them."""
    for model in models:
        mark_model_dirty(con, model)


def mark_days_dirty(con: duckdb.DuckDBPyConnection, days: Iterable[date], shop_id: str | None = None) -> None:
    """Marks shop-local days of every day-partitioned model, for one shop or all."""
    wanted = [day.isoformat() for day in days]
    shops = f"select distinct shop_id from {'staging.shop' if is_stored(con, 'staging.shop') else 'raw.order_event'}"
    for model in load_models():
        if model.partition.kind == "day":
            con.execute(
                f"insert into raw.dirty select '{model.name}', shop_id, day_on from ({shops}), (select unnest(?) as day_on)"
                " where ? is null or shop_id = ?",
                [wanted, shop_id, shop_id],
            )


def is_dirty(con: duckdb.DuckDBPyConnection, model: Model) -> bool:
    """Whether keys wait for the model."""
    return bool(con.execute("select 1 from raw.dirty where model = ? limit 1", [model.name]).fetchall())


def dirty_count(con: duckdb.DuckDBPyConnection) -> int:
    """How many keys wait."""
    [[count]] = con.execute("select count(*) from raw.dirty").fetchall()
    return int(count)


def existing_tables(con: duckdb.DuckDBPyConnection) -> set[str]:
    """`schema.table` of every stored table."""
    rows = con.execute("select schema_name, table_name from duckdb_tables() where not temporary").fetchall()
    return {f"{schema}.{table}" for schema, table in rows}


def is_stored(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether there is a table `schema.table`: asked by its name, since to list all of them costs as much as there are."""
    try:
        con.table(table)
    except duckdb.CatalogException:
        return False
    return True
