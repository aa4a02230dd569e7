"""The laws, checked on what is stored: one query per law in warehouse/laws, which must return no row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.connection import transaction
from warehouse.dirty import mark_model_dirty
from warehouse.models import load_models
from warehouse.refresh import Solvers, refresh

LAWS = Path(__file__).parent / "laws"


@dataclass(frozen=True)
class Verdict:
    """Whether one law holds; `broken` counts what breaks it, `example` is the first of it."""

    law: str
    broken: int
    example: str = ""

    @property
    def holds(self) -> bool:
        return self.broken == 0


def check_laws(con: duckdb.DuckDBPyConnection) -> list[Verdict]:
    """The verdict of every law in warehouse/laws."""
    verdicts = []
    for path in sorted(LAWS.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        broken = con.execute(sql).fetchall()
        law = sql.splitlines()[0].removeprefix("-- law:").strip()
        verdicts.append(Verdict(law, len(broken), str(broken[0]) if broken else ""))
    return verdicts


def check_incremental_equals_full(con: duckdb.DuckDBPyConnection, solvers: Solvers) -> Verdict:
    """Recomputes every table from its inputs; what was stored must come out the same, row for row."""
    differing, example = 0, ""
    for model in load_models():
        with transaction(con):
            mark_model_dirty(con, model)
        done = refresh(con, model, solvers)
        if done.changed_rows:
            differing += done.changed_rows
            example = example or f"{model.name}: {done.changed_rows} rows"
    return Verdict("Incremental equals full: every table recomputed comes out as it is stored.", differing, example)
