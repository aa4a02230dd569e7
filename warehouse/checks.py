"""The checks of a table, run on the rows just computed (`fresh`) before they are stored."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse.models import Check, Model


@dataclass(frozen=True)
class CheckOutcome:
    """What a check found among the rows just computed."""

    name: str
    severity: str
    failing_rows: int

    @property
    def passed(self) -> bool:
        return self.failing_rows == 0


class CheckFailed(Exception):
    """A `fail` check does not hold: nothing was written."""

    def __init__(self, model: str, outcomes: tuple[CheckOutcome, ...]) -> None:
        self.model, self.outcomes = model, outcomes
        broken = ", ".join(f"{o.name} ({o.failing_rows} rows)" for o in outcomes if not o.passed and o.severity == "fail")
        super().__init__(f"{model}: failed {broken}; its table is unchanged")


def run_checks(con: duckdb.DuckDBPyConnection, model: Model) -> tuple[CheckOutcome, ...]:
    """The outcome of every check of the model, that of its grain first. Raises CheckFailed."""
    grain = ", ".join(model.grain)
    unique = Check("fail", "grain_is_unique", f"select {grain} from fresh group by {grain} having count(*) > 1")
    # equal rows have equal hashes, and it costs a third to find that there are none
    counts = [f"count(*) > count(distinct hash({grain}))", *(f"coalesce({_failing_rows(check)}, 0)" for check in model.checks)]
    [[has_equal_hashes, *failing]] = con.execute(f"select {', '.join(counts)} from fresh").fetchall()  # one pass for all
    [[repeated]] = con.execute(f"select count(*) from ({unique.text})").fetchall() if has_equal_hashes else [[0]]
    told = zip((unique, *model.checks), (repeated, *failing), strict=True)
    outcomes = tuple(CheckOutcome(check.name, check.severity, int(rows)) for check, rows in told)
    if any(not outcome.passed and outcome.severity == "fail" for outcome in outcomes):
        raise CheckFailed(model.name, outcomes)
    return outcomes


def _failing_rows(check: Check) -> str:
    """An expression over `fresh`: how many rows the check refuses."""
    if check.name == "not_null":
        broken = " or ".join(f"{column.strip()} is null" for column in check.text.split(","))
    elif check.text.lower().startswith(("select", "with")):
        return f"(select count(*) from ({check.text}))"
    else:
        broken = f"not coalesce({check.text}, false)"
    return f"count(*) filter (where {broken})"
