"""How a command ends when the work failed: one line, exit status 1, no traceback."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import click
import duckdb

from pipelines.failure import first_line
from pipelines.landing.frames import UnreadableSegment
from pipelines.lock import LockTimeout
from pipelines.privacy.keys import KeyUnusable
from pipelines.retention import RetentionUnclear
from warehouse.checks import CheckFailed
from warehouse.connection import WarehouseUnreadable
from warehouse.load import LoadUnconfirmed

EXPECTED = (
    OSError,
    LockTimeout,
    WarehouseUnreadable,
    UnreadableSegment,
    KeyUnusable,
    RetentionUnclear,
    LoadUnconfirmed,
    CheckFailed,
    sqlite3.Error,
    duckdb.Error,
)


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """Turns what a user can cause (a full disk, a held lock, a failed check) into one clear line."""
    try:
        yield
    except EXPECTED as error:
        raise click.ClickException(first_line(error)) from error
