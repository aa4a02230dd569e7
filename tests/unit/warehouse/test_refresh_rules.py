"""The rules `shop` and `stored`: a setting reaches every row of its shop, a name the stored rows that bear it, and neither costs more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warehouse.dirty as dirty
from warehouse.connection import open_warehouse
from warehouse.models import Model, parse_model
from warehouse.raw_tables import create_raw_tables
from warehouse.refresh import refresh

SPEND = """-- description: Spend per day in the shop's unit, with the ad's name.
-- grain: shop_id, day_on, ad_id
-- partition: day day_on
-- input raw.spend: day day_on
-- input raw.unit: shop
-- input raw.name: stored ad_id
select s.shop_id, s.day_on, s.ad_id, max(n.ad_name) as ad_name, cast(sum(s.spend) * coalesce(max(u.unit), 1) as bigint) as spend
from raw.spend as s
join scope_day as scope on scope.shop_id = s.shop_id and scope.day_on = s.day_on
left join raw.unit as u on u.shop_id = s.shop_id
left join raw.name as n on n.shop_id = s.shop_id and n.ad_id = s.ad_id
group by s.shop_id, s.day_on, s.ad_id
"""
TABLES = {
    "spend": "shop_id varchar, day_on date, ad_id varchar, spend bigint",
    "unit": "shop_id varchar, unit bigint",
    "name": "shop_id varchar, ad_id varchar, ad_name varchar",
}


@contextmanager
def _opened(folder: Path, name: str = "w") -> Iterator[tuple[duckdb.DuckDBPyConnection, Model]]:
    path = folder / "metrics" / "spend.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SPEND)
    model = parse_model(path)
    with pytest.MonkeyPatch.context() as patch, open_warehouse(folder / f"{name}.duckdb") as con:
        patch.setattr(dirty, "load_models", lambda: (model,))
        create_raw_tables(con)
        for table, columns in TABLES.items():
            con.execute(f"create table raw.{table} ({columns})")
        yield con, model


def _tell(con: duckdb.DuckDBPyConnection, table: str, *row: object) -> None:
    """A setting or a name takes the place of the one before; a row of spend stands beside the others."""
    key = {"spend": [], "unit": ["shop_id"], "name": ["shop_id", "ad_id"]}[table]
    con.execute(f"create temp table told as select * from raw.{table} limit 0")
    con.execute(f"insert into told values ({', '.join('?' * len(row))})", list(row))
    if key:
        con.execute(f"delete from raw.{table} where ({', '.join(key)}) in (select ({', '.join(key)}) from told)")
    con.execute(f"insert into raw.{table} select * from told")
    dirty.mark_consumers(con, f"raw.{table}", "told")
    con.execute("drop table told")


def _marked(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    found = set(con.execute("select shop_id, key from raw.dirty").fetchall())
    con.execute("delete from raw.dirty")
    return found


DAYS = [f"2026-03-{day:02}" for day in range(27, 31)]
TOLD = st.one_of(
    st.tuples(st.just("spend"), st.sampled_from("ab"), st.sampled_from(DAYS), st.sampled_from("xy"), st.integers(1, 9)),
    st.tuples(st.just("unit"), st.sampled_from("ab"), st.integers(1, 9)),
    st.tuples(st.just("name"), st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from("mn")),
)


@settings(max_examples=40, deadline=None)
@given(told=st.lists(st.tuples(TOLD, st.booleans()), max_size=9))
def test_refreshes_between_what_is_told_change_nothing(told: list, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("rules")
    results = []
    for name in ("between", "after"):
        with _opened(folder, name) as (con, model):
            for row, refreshes in told:
                _tell(con, *row)
                if refreshes and name == "between":
                    refresh(con, model)
            refresh(con, model)
            results.append(con.execute("select * from metrics.spend order by all").fetchall())
    assert results[0] == results[1]


def test_a_setting_dirties_every_partition_of_its_shop_and_no_other(tmp_path: Path) -> None:
    with _opened(tmp_path) as (con, model):
        _tell(con, "spend", "a", DAYS[0], "x", 5)
        refresh(con, model)
        con.execute("delete from raw.spend")  # its day stays known by the model's own row
        _tell(con, "spend", "a", DAYS[1], "x", 5)
        _tell(con, "spend", "b", DAYS[2], "x", 5)
        _marked(con)
        _tell(con, "unit", "a", 3)
        assert _marked(con) == {("a", DAYS[0]), ("a", DAYS[1])}


def test_a_name_dirties_the_stored_rows_that_bear_it_and_no_other(tmp_path: Path) -> None:
    with _opened(tmp_path) as (con, model):
        _tell(con, "name", "a", "x", "early")  # nothing is stored, so nothing is to be renamed
        assert _marked(con) == set()
        for shop, day, ad in (("a", DAYS[0], "x"), ("a", DAYS[1], "y"), ("a", DAYS[2], "x"), ("b", DAYS[3], "x")):
            _tell(con, "spend", shop, day, ad, 5)
        refresh(con, model)
        _tell(con, "name", "a", "x", "late")
        assert _marked(con) == {("a", DAYS[0]), ("a", DAYS[2])}
