"""Each law of `threadmart verify` can be broken: a check that cannot fail says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.attribution.solvers import SOLVERS
from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.simulate.command import simulate
from warehouse.connection import open_warehouse
from warehouse.laws import LAWS, check_incremental_equals_full, check_laws
from warehouse.models import load_models
from warehouse.refresh import refresh, reset_outdated

BREAK = {
    "all_ad_spend_counts": "delete from reports.attribution_daily where level = 'ad' and ad_spend_minor > 0",
    "attribution_conserves_money": "delete from reports.attribution_daily where level = 'campaign' and model = 'linear'",
    "attribution_conserves_orders": "delete from reports.attribution_daily where level_id = 'unattributed'",
    "cash_equals_accrual": "update reports.category_spend_daily set cash_refund_minor = cash_refund_minor + 1",
    "cash_refunds_are_credited": "update reports.attribution_daily set cash_refund_minor = cash_refund_minor + 1 where level = 'product'",
    "ledger_conserves_records": "update raw.ledger set loaded = loaded + 1",
    "ledger_names_a_file_once": "insert into raw.ledger select * from raw.ledger limit 1",
    "months_are_sums_of_days": "update reports.attribution set net_minor = net_minor + 1",
    "net_is_a_difference": "update reports.shop_spend_daily set net_minor = net_minor + 1",
    "paths_tell_every_order": "delete from reports.attribution_path where path = 'unattributed'",
    "persons_stay_in_one_shop": "update raw.message_event set person_key = 'same'",
    "quarantine_agrees_with_ledger": "delete from raw.quarantine",
    "sales_add_up": "update reports.sales_daily set gross_minor = gross_minor + 1",
    "rows_are_distinct": "insert into raw.touch select * from raw.touch limit 1",
}


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    simulate(tmp_path / "world", shops=2, days=5, events=1000, seed=3)
    home = Home(tmp_path / "home")
    with open_warehouse(home.warehouse) as opened:
        ingest_files(home, opened, [tmp_path / "world"], source=None, mapping=None, progress=None)
        reset_outdated(opened, load_models())
        for model in load_models():
            refresh(opened, model, SOLVERS)
        yield opened


def test_every_law_holds_and_every_law_can_be_broken(con: duckdb.DuckDBPyConnection) -> None:
    assert set(BREAK) == {path.stem for path in LAWS.glob("*.sql")}
    assert [verdict.law for verdict in check_laws(con) if not verdict.holds] == []
    for name, statement in BREAK.items():
        law = (LAWS / f"{name}.sql").read_text().splitlines()[0].removeprefix("-- law:").strip()
        con.execute("begin")
        con.execute(statement)
        assert law in [verdict.law for verdict in check_laws(con) if not verdict.holds], name
        con.execute("rollback")


def test_a_table_that_is_not_what_its_inputs_give_is_named(con: duckdb.DuckDBPyConnection) -> None:
    assert check_incremental_equals_full(con, SOLVERS).holds
    con.execute("update staging.orders set gross_minor = gross_minor + 1, net_minor = net_minor + 1")
    verdict = check_incremental_equals_full(con, SOLVERS)
    assert not verdict.holds
    assert verdict.example.startswith("staging.orders")
