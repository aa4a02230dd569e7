"""Golden cases: `<schema>.<table>/<case>/` holds input tables and `expect.csv`, as data only.

A case gives some tables upstream of the tested one; every model between them and it is computed. A column left out of an
input has the default below or is null; `null` is null. `expect.csv` names the columns that it compares.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from pipelines.attribution.solvers import SOLVERS
from tests.reference.warehouses import memory_warehouse
from warehouse.dirty import existing_tables, mark_all_dirty
from warehouse.models import Model, load_models
from warehouse.refresh import refresh

HERE = Path(__file__).parent
CASES = sorted(path.parent.relative_to(HERE).as_posix() for path in HERE.glob("*/*/expect.csv"))
OF_EVENT = {
    "occurred_s": "epoch_ms(occurred_at) // 1000",
    "occurred_on": "occurred_at",
    "told_at": "occurred_at",
    "told_s": "epoch_ms(coalesce(told_at, occurred_at)) // 1000",
}
DEFAULTS = {
    "shop_id": "'s'",
    "source": "'messenger'",
    "asset_id": "'1'",
    "row_id": "md5(cast(number as varchar))",
    "segment": "''",
    "frame": "0",
    "entry": "0",
    "version_key": "'v'",
    "quantity": "1",
    "unit_price_micro": "0",
    "is_standby": "false",
    "offers_reorder": "false",
    "discount_minor": "0",
    "tax_minor": "0",
    "shipping_minor": "0",
    "line_rounding_micro": "0",
    "refund_minor": "0",
    "impressions": "0",
    "clicks": "0",
    "account_id": "'account'",
    "currency": "'EUR'",
    "reporting_currency": "'EUR'",
    "basis": "'checkbox_plugin'",
    "reason": "'note_attribute'",
    "state": "'linked'",
    "attribution_window": "'7d_click'",
    "ordered_on": "ordered_at",
    "ordered_s": "epoch_ms(ordered_at) // 1000",
}


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with memory_warehouse() as con:
        yield con


def read(path: Path) -> list[dict[str, str | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: None if cell == "null" else cell for name, cell in row.items()} for row in csv.DictReader(file)]


def fill(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, str | None]]) -> None:
    """Writes rows of text into a table, cast to its types."""
    told = list(rows[0])
    con.execute("begin")  # DuckDB registers only where no result is left open
    con.register("case_rows", pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in told}))
    con.execute(f"create temp table told as select row_number() over () as number, {', '.join(told)} from case_rows")
    con.unregister("case_rows")
    for name in told:
        if name.endswith("_at"):
            con.execute(f"alter table told alter {name} type timestamp")
    types = con.execute("describe " + table).fetchall()
    from_event = OF_EVENT if "occurred_at" in told else {}
    defaults = {**DEFAULTS, **from_event} if "ordered_at" in told else {**DEFAULTS, **from_event, "ordered_on": "null", "ordered_s": "null"}
    values = ", ".join(f"cast({name if name in told else defaults.get(name, 'null')} as {kind}) as {name}" for name, kind, *_ in types)
    con.execute(f"insert into {table} select {values} from told")
    con.execute("drop table told")
    con.execute("commit")


def between(target: str, given: set[str]) -> list[Model]:
    """The models to compute: the target and what it reads, down to the given tables."""
    models = {model.name: model for model in load_models()}
    wanted, waiting = set(), [target]
    while waiting:
        name = waiting.pop()
        if name in models and name not in given | wanted:
            wanted.add(name)
            waiting.extend(each.name for each in models[name].inputs)
    return [model for name, model in models.items() if name in wanted]


@pytest.mark.parametrize("case", CASES)
def test_golden(warehouse: duckdb.DuckDBPyConnection, case: str) -> None:
    target, folder = case.split("/")[0], HERE / case
    for table in existing_tables(warehouse):
        warehouse.execute(f"delete from {table}")
    given = {path.stem: read(path) for path in sorted(folder.glob("*.csv")) if path.stem != "expect"}
    for table, rows in given.items():
        fill(warehouse, table, rows)
    for model in between(target, set(given)):
        mark_all_dirty(warehouse, [model])
        refresh(warehouse, model, SOLVERS)
    expected = read(folder / "expect.csv")
    columns = ", ".join(f"cast({name} as varchar)" for name in expected[0])
    found = [dict(zip(expected[0], row, strict=True)) for row in warehouse.execute(f"select {columns} from {target}").fetchall()]
    assert sorted(map(comparable, expected)) == sorted(map(comparable, found))


def comparable(row: dict[str, str | None]) -> tuple[str, ...]:
    """Cells as `column=text`, ratios to 12 digits."""
    ratio = re.compile(r"-?\d+\.\d+(e-?\d+)?")
    return tuple(f"{name}={f'{float(cell):.12g}' if cell and ratio.fullmatch(cell) else cell}" for name, cell in row.items())


def test_there_are_cases() -> None:
    assert len(CASES) >= 20
