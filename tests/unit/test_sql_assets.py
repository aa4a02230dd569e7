"""One SQL model as one asset: what it declares, and what its step does to the table when a check holds or does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.home import Home
from pipelines.markdown import table_preview
from pipelines.sql_assets import asset_key, sql_asset
from pipelines.warehouse_run import WarehouseRun, hold_warehouse
from warehouse.dirty import mark_all_dirty
from warehouse.models import Model, load_models, parse_model

KIND_COUNT = """\
-- description: One row per shop and kind of touch.
-- grain: shop_id, kind
-- partition: full
-- input raw.touch: full
-- column kind: Kind of touch.
-- check fail shop_is_known: shop_id <> 'nobody'
-- check warn no_store_qr: select kind from fresh where kind = 'store_qr'
select shop_id, kind, min(person_key) as person_key, count(*) as touch_count from raw.touch group by shop_id, kind
"""
KEY = dg.AssetKey(["staging", "kind_count"])
TABLE = "select shop_id, kind, touch_count from staging.kind_count order by 1, 2"


@pytest.fixture
def run(home: Path) -> Iterator[WarehouseRun]:
    with hold_warehouse(Home(home)) as held:
        yield held


@pytest.fixture
def model(tmp_path: Path) -> Model:
    path = tmp_path / "staging" / "kind_count.sql"
    path.parent.mkdir()
    path.write_text(KIND_COUNT)
    return parse_model(path)


def touched(run: WarehouseRun, shop_id: str, kind: str) -> None:
    row = {
        "shop_id": f"'{shop_id}'", "source": "'messenger'", "occurred_at": "timestamp '2026-03-01'", "occurred_s": "1772323200",
        "occurred_on": "date '2026-03-01'", "asset_id": "'1'", "touch_key": "'t'", "kind": f"'{kind}'", "channel": "'c'",
        "person_key": "'0123456789abcdef0123456789abcdef'", "row_id": "uuid()", "segment": "'s'", "frame": "0", "entry": "0",
    }  # fmt: skip
    run.con.execute(f"insert into raw.touch ({', '.join(row)}) values ({', '.join(row.values())})")


def materialise(run: WarehouseRun, model: Model, **options: object) -> dg.ExecuteInProcessResult:
    @dg.asset(deps=[KEY])
    def downstream() -> None: ...

    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    assets = [sql_asset(model), downstream]
    return dg.materialize(assets, resources={"warehouse": run}, run_config=quiet, raise_on_error=False, **options)  # type: ignore[arg-type]


def verdicts(result: dg.ExecuteInProcessResult) -> dict[str, tuple[bool, str]]:
    return {each.check_name: (each.passed, each.severity.value) for each in result.get_asset_check_evaluations()}


def test_the_asset_declares_what_the_file_says(model: Model) -> None:
    asset = sql_asset(model)
    [spec] = asset.specs
    assert (spec.key, spec.group_name, [dep.asset_key for dep in spec.deps]) == (KEY, "staging", [dg.AssetKey(["raw", "touch"])])
    assert model.description in (spec.description or "")
    assert {check.name: check.blocking for check in asset.check_specs} == {
        "grain_is_unique": True,
        "shop_is_known": True,
        "no_store_qr": False,
    }


def test_an_asset_says_which_rows_are_rewritten_together(model: Model) -> None:
    told = {each.name: next(iter(sql_asset(each).specs)).description or "" for each in (model, *load_models())}
    assert told["staging.kind_count"].endswith("All rows are rewritten together.")
    assert told["reports.product_spend"].endswith("The rows of one shop and product_id are rewritten together.")
    assert told["reports.buyer_spend"].endswith("The rows of one shop and person_key are rewritten together.")


def test_a_materialisation_tells_rows_columns_and_a_preview(run: WarehouseRun, model: Model) -> None:
    touched(run, "a", "ad_referral")
    result = materialise(run, model)
    [event] = result.asset_materializations_for_node("staging__kind_count")
    told = {name: value.value for name, value in event.metadata.items()}
    assert (told["dagster/row_count"], told["changed_rows"], told["refreshed_partitions"]) == (1, 1, 1)
    assert [(column.name, column.type, column.description) for column in told["dagster/column_schema"].columns] == [
        ("shop_id", "varchar", None),
        ("kind", "varchar", "Kind of touch."),
        ("person_key", "varchar", None),
        ("touch_count", "bigint", None),
    ]
    assert "| a | ad_referral | 01234567… | 1 |" in told["preview"]


def test_a_failed_check_stops_the_run_and_leaves_the_table(run: WarehouseRun, model: Model) -> None:
    touched(run, "a", "ad_referral")
    assert materialise(run, model).success
    before = run.con.execute(TABLE).fetchall()
    touched(run, "nobody", "ad_referral")
    mark_all_dirty(run.con, [model])
    result = materialise(run, model)
    assert not result.success
    assert verdicts(result)["shop_is_known"] == (False, "ERROR")
    assert result.get_asset_materialization_events() == []
    assert {event.step_key for event in result.all_events} <= {None, "staging__kind_count"}, "what depends on it does not start"
    assert run.con.execute(TABLE).fetchall() == before
    assert not materialise(run, model).success, "the dirty keys wait until the check holds"


def test_a_warning_speaks_and_stands_until_rows_are_computed_again(run: WarehouseRun, model: Model) -> None:
    touched(run, "a", "store_qr")
    first = materialise(run, model)
    assert first.success
    assert verdicts(first)["no_store_qr"] == (False, "WARN")
    idle = materialise(run, model)
    assert idle.success
    assert verdicts(idle) == {"grain_is_unique": (True, "ERROR"), "shop_is_known": (True, "ERROR")}
    run.con.execute("update raw.touch set kind = 'ad_referral'")
    mark_all_dirty(run.con, [model])
    assert verdicts(materialise(run, model))["no_store_qr"] == (True, "WARN")


def test_checks_alone_are_refused(run: WarehouseRun, model: Model) -> None:
    result = materialise(run, model, selection=dg.AssetSelection.checks(dg.AssetCheckKey(KEY, "no_store_qr")))
    assert not result.success
    assert run.con.execute("select count(*) from duckdb_tables() where table_name = 'kind_count'").fetchall() == [(0,)]


def test_every_model_makes_a_valid_asset() -> None:
    for model in load_models():
        asset = sql_asset(model)
        assert asset.keys == {asset_key(model.name)}
        assert len(asset.check_specs) == len(model.checks) + 1, f"{model.name}: two checks of one name"


@given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.dates()), min_size=2, max_size=2), max_size=5))
def test_a_preview_has_a_line_per_row_and_a_cell_per_column(rows: list[list[object]]) -> None:
    lines = table_preview(["shop_id", "person_key"], rows).split("\n")
    assert len(lines) == len(rows) + 2
    assert all(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3 for line in lines)
