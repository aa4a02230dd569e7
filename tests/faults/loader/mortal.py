"""A process that dies at a chosen point, played within this one: from then on nothing that it does has an effect."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb


class Died(BaseException):
    """Passes every handler, as no handler runs in a killed process."""


class Mortal:
    """Counts what makes a load durable (syncs, renames, removals, commits) and dies at the given count."""

    def __init__(self, dies_at: int | None) -> None:
        self._left = dies_at
        self.is_dead = False

    def point(self) -> None:
        if self._left is not None:
            self._left -= 1
            self.is_dead = self.is_dead or self._left < 0
        if self.is_dead:
            raise Died

    def before(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(*arguments: Any, **named: Any) -> Any:
            self.point()
            return act(*arguments, **named)

        return acted

    def remove_tree(self, folder: Path, ignore_errors: bool = False) -> None:
        """Removes a file of the folder before the point, for a kill may find it half removed."""
        if not self.is_dead and (first := next(iter(sorted(Path(folder).glob("*"))), None)) and first.is_file():
            os.unlink(first)  # noqa: PTH108  # Path.unlink is a point
        self.point()
        _remove_tree(folder, ignore_errors=ignore_errors)


_remove_tree = shutil.rmtree


class MortalConnection:
    """A DuckDB connection of a mortal process: dies before a statement that changes something, and after a commit."""

    def __init__(self, con: duckdb.DuckDBPyConnection, mortal: Mortal) -> None:
        self._con = con
        self._mortal = mortal

    def execute(self, query: str, *parameters: Any) -> duckdb.DuckDBPyConnection:
        if self._mortal.is_dead or not _only_reads(query):
            self._mortal.point()
        done = self._con.execute(query, *parameters)
        if query == "commit":
            self._mortal.point()
        return done

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        if self._mortal.is_dead:
            self._mortal.point()
        return self._con.table(name)


def _only_reads(query: str) -> bool:
    return query.split(maxsplit=1)[0] in ("select", "begin", "set", "with")


@contextmanager
def mortal(con: duckdb.DuckDBPyConnection, dies_at: int | None) -> Iterator[Any]:
    """The connection to use in a process that dies at the `dies_at`-th point, if it gets there. What was not committed is rolled back."""
    life = Mortal(dies_at)
    with ExitStack() as patches:
        patches.enter_context(patch.object(os, "fsync", lambda _file: life.point()))
        patches.enter_context(patch.object(shutil, "rmtree", life.remove_tree))
        for name in ("rename", "unlink"):
            patches.enter_context(patch.object(Path, name, life.before(getattr(Path, name))))
        try:
            yield MortalConnection(con, life)
        finally:
            if life.is_dead:
                _roll_back(con)


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.TransactionException):  # none was open
        con.execute("rollback")
    con.execute("drop table if exists temp.told")
