"""The only place that opens the warehouse file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

HARDENING = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
RARELY_CHECKPOINTED = {"checkpoint_threshold": "256MB"}  # what each table's refresh adds to the log is written down at once at the end
UNORDERED = {"preserve_insertion_order": "false"}  # every reader that needs an order asks for it; a table is written twice otherwise
ROW_GROUP = 30_720  # rows written, compressed and skipped together: DuckDB's 122,880 are more than most tables gain in a day
MEMORY_LIMIT = "1200MB"
REFRESH_MEMORY_LIMIT = "2000MB"  # groups of a year of orders, which DuckDB cannot all spill


class WarehouseUnreadable(Exception):
    """The warehouse file cannot be opened; landing still holds everything it held."""


@contextmanager
def open_warehouse(path: Path, *, temp: Path | None = None, memory_limit: str = MEMORY_LIMIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens (and creates) the warehouse for writing, in UTC; spills to `temp`. Raises WarehouseUnreadable."""
    path.parent.mkdir(parents=True, exist_ok=True)
    spill = str(temp or path.parent / "tmp")
    limits = {"memory_limit": memory_limit, "temp_directory": spill}
    if not path.exists():
        _create(path)
    con = duckdb.connect(config={**HARDENING, **UNORDERED, **RARELY_CHECKPOINTED, **limits})
    try:
        con.execute(f"attach {quoted(str(path))} as warehouse (row_group_size {ROW_GROUP})")
        con.execute("use warehouse")
    except duckdb.Error as error:
        con.close()
        reason = str(error).splitlines()[0]
        raise WarehouseUnreadable(f"{path}: {reason}; `threadmart rebuild` makes it anew from landing") from error
    try:
        con.execute("set TimeZone = 'UTC'")
        yield con
    finally:
        con.close()


def _create(path: Path) -> None:
    """Makes an empty warehouse file, whole or not at all: DuckDB opens none whose first blocks a kill or a full disk left out."""
    building = path.with_name(f".{path.name}")
    building.unlink(missing_ok=True)
    try:
        duckdb.connect(str(building), config={**HARDENING}).close()
        building.rename(path)
    except duckdb.Error as error:
        building.unlink(missing_ok=True)
        raise WarehouseUnreadable(f"{path}: {str(error).splitlines()[0]}") from error


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing. Rolls back on any error and raises it: COMMIT of an aborted transaction says nothing in DuckDB 2.0."""
    con.execute("begin")
    try:
        yield
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")


def quoted(text: str) -> str:
    """Text as SQL tells it, where no parameter may stand."""
    return "'" + text.replace("'", "''") + "'"
