"""Dagster's SQLite storage, with an event log that opens its files once and not for each event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage, _event_logs_directory
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event


class HomeEventLog(SqliteEventLogStorage):
    """Keeps the index and the file of the current run open.

    Dagster's own opens, syncs and closes a file some thousand times a run, which cost more than computing the tables.
    """

    def __init__(self, base_dir: str) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as con, con.begin():
            yield con

    def dispose(self) -> None:
        self._close(self._engines.keys())
        super().dispose()

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            self._close(self._engines.keys() - {INDEX_SHARD_NAME})
            url = self.conn_string_for_shard(shard)
            engine = create_engine(url, pool_size=1, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
            event.listen(engine, "connect", _sync_seldom)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            self._engines[shard] = engine
        return self._engines[shard]

    def _close(self, shards: Any) -> None:
        for shard in list(shards):
            self._engines.pop(shard).dispose()


class HomeStorage(DagsterSqliteStorage):
    """Dagster's own storage of runs and schedules, beside our event log."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = HomeEventLog(_event_logs_directory(base_dir))

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> HomeStorage:
        return cls.from_local(inst_data=inst_data, **config_value)


def _sync_seldom(connection: Any, _record: object) -> None:
    """A write-ahead log keeps what is committed when the process dies; only a power cut may take the last events."""
    connection.execute("pragma synchronous = normal")
