"""The refresh engine on two small models: what is dirty is rewritten, what changed is passed on, a failed check changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import warehouse.dirty as dirty
from warehouse.checks import CheckFailed
from warehouse.connection import open_warehouse
from warehouse.dirty import dirty_count, existing_tables, mark_all_dirty, mark_days_dirty
from warehouse.models import ContractError, Model, parse_model
from warehouse.raw_tables import create_raw_tables
from warehouse.refresh import refresh, reset_outdated

SALES = """-- description: Sales per order.
-- grain: shop_id, order_key
-- partition: order order_key
-- input raw.sale: order order_ref
-- check fail not_negative: value_minor >= 0
-- check warn small: value_minor < 1000
select s.shop_id, s.order_ref as order_key, max(s.sold_on) as sold_on, cast(sum(s.value_minor) as bigint) as value_minor
from raw.sale as s
join scope_order as scope on scope.shop_id = s.shop_id and scope.order_key = s.order_ref
group by s.shop_id, s.order_ref
"""
DAYS = """-- description: Sales per day.
-- grain: shop_id, day_on
-- partition: day day_on
-- input staging.sale: day sold_on
select s.shop_id, s.sold_on as day_on, cast(sum(s.value_minor) as bigint) as value_minor, count(*) as orders
from staging.sale as s
join scope_day as scope on scope.shop_id = s.shop_id and scope.day_on = s.sold_on
group by s.shop_id, s.sold_on
"""


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Model, ...]:
    return _models(tmp_path, monkeypatch)


def _models(folder: Path, monkeypatch: pytest.MonkeyPatch, sales: str = SALES) -> tuple[Model, ...]:
    parsed = []
    for name, sql in (("staging/sale", sales), ("reports/sale_daily", DAYS)):
        path = folder / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql)
        parsed.append(parse_model(path))
    monkeypatch.setattr(dirty, "load_models", lambda: tuple(parsed))
    return tuple(parsed)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(tmp_path / "w.duckdb") as opened:
        _prepare(opened)
        yield opened


def _prepare(con: duckdb.DuckDBPyConnection) -> None:
    create_raw_tables(con)
    con.execute("create table raw.sale (shop_id varchar, order_ref varchar, sold_on date, value_minor bigint)")


def _sell(con: duckdb.DuckDBPyConnection, *rows: tuple[str, str, date, int]) -> None:
    con.execute("create temp table arriving as select * from raw.sale limit 0")
    for row in rows:
        con.execute("insert into arriving values (?, ?, ?, ?)", list(row))
    con.execute("insert into raw.sale select * from arriving")
    dirty.mark_consumers(con, "raw.sale", "arriving")
    con.execute("drop table arriving")


def _all(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    return con.execute(f"select * from {table} order by all").fetchall()


D1, D2, D3 = date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)
SALE = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from([D1, D2, D3]), st.integers(0, 50))


@settings(max_examples=40, deadline=None)
@given(batches=st.lists(st.lists(SALE, max_size=4), min_size=1, max_size=4))
def test_any_split_into_batches_gives_what_one_batch_gives(batches, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("refresh")
    with pytest.MonkeyPatch.context() as patch:
        models = _models(folder, patch)
        results = []
        for name, splits in (("split", batches), ("whole", [[row for batch in batches for row in batch]])):
            with open_warehouse(folder / f"{name}.duckdb") as con:
                _prepare(con)
                for batch in splits:
                    _sell(con, *batch)
                    for model in models:
                        refresh(con, model)
                results.append([_all(con, model.name) for model in models])
    assert results[0] == results[1]


def test_only_changed_rows_are_passed_on(con, models) -> None:
    _sell(con, ("a", "x", D1, 5), ("a", "y", D2, 7))
    first = [refresh(con, model) for model in models]
    assert [done.rows for done in first] == [2, 2]
    con.execute("delete from raw.dirty")
    _sell(con, ("a", "x", D2, 1))
    moved = [refresh(con, model) for model in models]
    assert (moved[0].partitions, moved[0].changed_rows) == (1, 2)
    assert moved[1].days == (D1, D2)
    assert _all(con, "reports.sale_daily") == [("a", D2, 13, 2)]
    assert con.execute("select distinct model, shop_id from raw.dirty").fetchall() == [("publish reports.sale_daily", "a")]


def test_a_refresh_that_finds_nothing_new_passes_nothing_on(con, models) -> None:
    _sell(con, ("a", "x", D1, 5))
    for model in models:
        refresh(con, model)
    con.execute("delete from raw.dirty")
    mark_all_dirty(con, models)
    assert [refresh(con, model).changed_rows for model in models] == [0, 0]
    assert dirty_count(con) == 0


def test_a_failed_check_leaves_table_and_keys_as_they_were_and_a_warning_speaks(con, models) -> None:
    _sell(con, ("a", "x", D1, 5000))
    done = refresh(con, models[0])
    assert [(check.name, check.passed) for check in done.checks] == [("grain_is_unique", True), ("not_negative", True), ("small", False)]
    before = _all(con, "staging.sale")
    _sell(con, ("a", "x", D1, -9000))
    with pytest.raises(CheckFailed, match=r"staging\.sale: failed not_negative \(1 rows\)"):
        refresh(con, models[0])
    assert _all(con, "staging.sale") == before
    assert con.execute("select key from raw.dirty where model = 'staging.sale'").fetchall() == [("x",)]


def test_another_text_of_a_model_computes_its_table_anew(con, models, tmp_path, monkeypatch) -> None:
    assert reset_outdated(con, models) == []
    _sell(con, ("a", "x", D1, 5))
    for model in models:
        refresh(con, model)
    changed = _models(tmp_path, monkeypatch, SALES.replace("sum(s.value_minor)", "2 * sum(s.value_minor)"))
    assert reset_outdated(con, changed) == ["staging.sale"]
    for model in changed:
        refresh(con, model)
    assert _all(con, "reports.sale_daily") == [("a", D1, 10, 1)]


def test_what_another_text_of_a_model_leaves_out_is_gone_from_what_reads_it(con, models, tmp_path, monkeypatch) -> None:
    _sell(con, ("a", "x", D1, 5), ("a", "y", D2, 7))
    for model in models:
        refresh(con, model)
    changed = _models(tmp_path, monkeypatch, SALES.replace("group by", "where s.order_ref <> 'y' group by"))
    assert reset_outdated(con, changed) == ["staging.sale"]
    for model in changed:
        refresh(con, model)
    assert _all(con, "reports.sale_daily") == [("a", D1, 5, 1)]


def test_the_table_of_a_model_that_is_gone_is_dropped(con, models) -> None:
    reset_outdated(con, models)
    _sell(con, ("a", "x", D1, 5))
    for model in models:
        refresh(con, model)
    assert reset_outdated(con, models[:1]) == []
    assert "reports.sale_daily" not in existing_tables(con)
    assert con.execute("select model from raw.model_version").fetchall() == [("staging.sale",)]
    assert con.execute("select count(*) from raw.dirty where model = 'reports.sale_daily'").fetchall() == [(0,)]


def test_nothing_is_marked_for_a_model_without_a_table_which_is_computed_from_all_rows(con, models) -> None:
    _sell(con, ("a", "x", D1, 5))
    _sell(con, ("b", "y", D2, 7))
    assert dirty_count(con) == 0
    assert [refresh(con, model).partitions for model in models] == [2, 2]
    con.execute("drop table reports.sale_daily")
    _sell(con, ("a", "z", D3, 1))
    assert [refresh(con, model).partitions for model in models] == [1, 3]
    assert _all(con, "reports.sale_daily") == [("a", D1, 5, 1), ("a", D3, 1, 1), ("b", D2, 7, 1)]


def test_marked_days_are_recomputed(con, models) -> None:
    _sell(con, ("a", "x", D1, 5))
    for model in models:
        refresh(con, model)
    con.execute("create table staging.shop as select 'a' as shop_id")
    con.execute("update reports.sale_daily set orders = 99")
    mark_days_dirty(con, [D1])
    assert refresh(con, models[1]).changed_rows == 2
    assert _all(con, "reports.sale_daily") == [("a", D1, 5, 1)]


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        ("day sold_on", {("a", "2026-03-28")}),
        ("window 2 days sold_on", {("a", f"2026-03-{day}") for day in (28, 29, 30, 31)}),
        ("month sold_on", {("a", "2026-03-01")}),
        ("order order_ref", {("a", "x")}),
        ("full", {("", "")}),
    ],
)
def test_a_row_dirties_what_the_rule_says(rule: str, keys: set[tuple[str, str]], con, tmp_path, monkeypatch) -> None:
    """A window holds one day more than it is long: the two local days may be told in different zones."""
    sale, _ = _models(tmp_path, monkeypatch, SALES.replace("order order_ref\n", f"{rule}\n", 1))
    refresh(con, sale)
    _sell(con, ("a", "x", D1, 5))
    assert set(con.execute("select shop_id, key from raw.dirty where model = 'staging.sale'").fetchall()) == keys


def test_a_hugeint_sum_is_refused(con, tmp_path, monkeypatch) -> None:
    models = _models(tmp_path, monkeypatch, SALES.replace("cast(sum(s.value_minor) as bigint)", "sum(s.value_minor)"))
    _sell(con, ("a", "x", D1, 5))
    with pytest.raises(TypeError, match=r"staging\.sale\.value_minor is HUGEINT"):
        refresh(con, models[0])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("-- input raw.sale: order order_ref\n", "", "declares inputs"),
        ("order order_ref", "weekly order_ref", "is no rule"),
        ("-- grain: shop_id, order_key\n", "", "no `-- grain:` line"),
        ("partition: order order_key", "partition: order", "partition"),
        ("partition: order order_key\n-- input raw.sale: order order_ref", "partition: full\n-- input raw.sale: shop", "is full too"),
        ("check fail", "check loud", "severity is fail or warn"),
    ],
)
def test_a_header_that_does_not_hold_is_named(old: str, new: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "sale.sql"
    path.write_text(SALES.replace(old, new))
    with pytest.raises(ContractError, match=why):
        parse_model(path)
