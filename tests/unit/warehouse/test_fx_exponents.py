"""SQL cannot ask warehouse/currency.py: what it says of exponents is held equal to it."""

from __future__ import annotations

from tests.reference.warehouses import memory_warehouse
from warehouse.currency import EXPONENTS
from warehouse.dirty import mark_all_dirty
from warehouse.models import load_models
from warehouse.refresh import refresh


def test_a_rate_is_told_in_minor_units_of_its_currency() -> None:
    [model] = [model for model in load_models() if model.name == "staging.fx_in_force"]
    with memory_warehouse() as con:
        con.executemany("insert into staging.fx_rate values ('', date '2026-03-02', ?, 5)", [[code] for code in EXPONENTS])
        mark_all_dirty(con, [model])
        refresh(con, model)
        found = dict(con.execute("select currency, cast(minor_e9 as bigint) from staging.fx_in_force").fetchall())
    assert found == {code: 5 * 10**digits for code, digits in EXPONENTS.items()}
