"""Loads landed segments into the warehouse, by way of their canonical folders."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import duckdb

from pipelines.home import Home
from pipelines.landing.canonical import NORMALISER_VERSION, Summary, canonical_segments, read_summary
from pipelines.landing.frames import FileFacts, Frame, UnreadableSegment, read_frames
from pipelines.landing.segments import SEALED, sealed_segments
from pipelines.normalise import normalise_segment
from pipelines.privacy.keys import keyring
from pipelines.privacy.vault import Vault
from pipelines.sources.config import Directory, directory
from pipelines.sources.desk import Desk
from warehouse.connection import transaction
from warehouse.load import LedgerRow, load_canonical
from warehouse.models import load_models
from warehouse.raw_tables import create_raw_tables, raw_tables

Progress = Callable[[int], None]  # is told how many more records are read
RECORDS_AT_ONCE = 50_000  # a load of its own costs about as much as normalising 2,000 records


@dataclass
class Loader:
    """Normalises and loads landed segments into an open warehouse."""

    home: Home
    con: duckdb.DuckDBPyConnection

    @cached_property
    def directory(self) -> Directory:
        """The configuration in force: each shop as it was last told."""
        rows = self.con.execute(
            """
            select shop_id, key, value from raw.config_event as told
            where occurred_at = (select max(occurred_at) from raw.config_event as later where later.shop_id = told.shop_id)
            order by occurred_at, shop_id, key
            """
        ).fetchall()
        return directory(rows)

    @cached_property
    def _desk(self) -> Desk:
        return Desk(self.directory.shops_by_asset, self._shop_key)

    @cached_property
    def _vault(self) -> Vault:
        return Vault(self.home.vault, self._shop_key)

    @cached_property
    def _shop_key(self) -> Callable[[str], bytes]:
        return keyring(self.home.keys, self.directory.sample_shops)

    def normalise(self, segment: str, progress: Progress | None = None) -> LedgerRow:
        """What is known of a segment before its load; its canonical folder is written unless it still holds.

        Without its raw segment a canonical folder holds as it is. Raises UnreadableSegment, OSError.
        """
        raw = self.home.landing_raw / f"{segment}{SEALED}"
        summary = read_summary(self.home.landing_canonical / segment)
        if summary is None or (raw.exists() and not _still_holds(summary, self._desk)):
            _, summary = normalise_segment(raw, self.home.landing_canonical, self._desk, self._vault.keep, progress)
        return _ledger_facts(summary, segment)

    def forget(self, row: LedgerRow) -> None:
        """Removes a file of which nothing was loaded from ledger, quarantine and landing, because it is taken anew."""
        with transaction(self.con):
            self.con.execute("delete from raw.quarantine where segment = ?", [row.segment])
            self.con.execute("delete from raw.ledger where sha256 = ?", [row.sha256])
        (self.home.landing_raw / f"{row.segment}{SEALED}").unlink(missing_ok=True)
        shutil.rmtree(self.home.landing_canonical / row.segment, ignore_errors=True)

    def load(self, files: list[LedgerRow]) -> list[LedgerRow]:
        """Loads normalised segments in one transaction. Raises LoadUnconfirmed, duckdb.Error."""
        rows = load_canonical(self.con, self.home.landing_canonical, files)
        if any(row.source == "config" for row in rows):
            self._forget_settings()
        return rows

    def _forget_settings(self) -> None:
        for made_from_settings in ("directory", "_desk", "_vault", "_shop_key"):
            self.__dict__.pop(made_from_settings, None)

    def load_landed(self, progress: Progress | None = None) -> list[LedgerRow]:
        """Loads every sealed segment that the ledger does not know, settings first, many small ones at once."""
        loaded: list[LedgerRow] = []
        waiting: list[LedgerRow] = []
        for segment in self.unloaded():
            waiting.append(self.normalise(segment, progress))
            if is_enough(waiting):
                loaded += self.load(waiting)
                waiting = []
        return loaded + (self.load(waiting) if waiting else [])

    def unloaded(self) -> list[str]:
        """Segments of either tier that are not in the ledger, shops.toml files first."""
        known = {row[0] for row in self.con.execute("select segment from raw.ledger").fetchall()}
        landed = {path.stem for path in sealed_segments(self.home.landing_raw)} | set(canonical_segments(self.home.landing_canonical))
        return sorted(landed - known, key=lambda segment: (not self._is_settings(segment), segment))

    def _is_settings(self, segment: str) -> bool:
        raw = self.home.landing_raw / f"{segment}{SEALED}"
        if raw.exists():
            return segment_facts(raw).layout == "config"
        summary = read_summary(self.home.landing_canonical / segment)
        return summary is not None and summary.source == "config"

    def ledger_row(self, sha256: str) -> LedgerRow | None:
        """The ledger row of a file that is loaded already."""
        names = [each.name for each in fields(LedgerRow)]
        rows = self.con.execute(f"select {', '.join(names)} from raw.ledger where sha256 = ?", [sha256]).fetchall()
        if not rows:
            return None
        told = dict(zip(names, rows[0], strict=True))
        return LedgerRow(**{**told, "reasons": json.loads(told["reasons"]), "assets": tuple(map(tuple, json.loads(told["assets"])))})

    def is_loaded(self, segment: str) -> bool:
        """Whether the ledger knows the segment of that name."""
        return bool(self.con.execute("select 1 from raw.ledger where segment = ?", [segment]).fetchall())

    def outdated_segments(self) -> list[str]:
        """Loaded segments whose rows were made with other shop settings than those in force."""
        return [
            segment
            for (segment,) in self.con.execute("select segment from raw.ledger where source <> 'config'").fetchall()
            if (summary := read_summary(self.home.landing_canonical / segment)) is not None and not _still_holds(summary, self._desk)
        ]

    def reload_everything(self, progress: Progress | None = None) -> list[LedgerRow]:
        """Empties raw and loads all of landing again; the models follow by their dirty keys."""
        with transaction(self.con):
            for table in (*raw_tables(), "quarantine", "ledger", "dirty"):
                self.con.execute(f"delete from raw.{table}")
            for model in load_models():
                self.con.execute(f"drop table if exists {model.name}")
            self.con.execute("delete from raw.model_version")
        self._forget_settings()
        return self.load_landed(progress)


def is_enough(waiting: list[LedgerRow]) -> bool:
    """Whether normalised files should be loaded now: settings at once, because what follows is read by them."""
    return waiting[-1].source == "config" or sum(file.records for file in waiting) >= RECORDS_AT_ONCE


def open_loader(home: Home, con: duckdb.DuckDBPyConnection) -> Loader:
    """A loader on an open warehouse whose raw tables exist."""
    create_raw_tables(con)
    return Loader(home.make(), con)


def segment_facts(segment: Path) -> FileFacts:
    """What the first frame says. Raises UnreadableSegment."""
    head = next(read_frames(segment), None)
    if not isinstance(head, Frame) or head.header.file is None:
        raise UnreadableSegment(f"{segment}: its first frame is damaged")
    return head.header.file


def _still_holds(summary: Summary, desk: Desk) -> bool:
    same_code = summary.normaliser_version == NORMALISER_VERSION
    return same_code and summary.settings_digest == desk.settings_digest(summary.assets)


def _ledger_facts(summary: Summary, segment: str) -> LedgerRow:
    return LedgerRow(
        path=summary.path,
        source=summary.source,
        sha256=summary.sha256,
        segment=segment,
        landed_at=datetime.fromtimestamp(summary.received_ms // 1000, UTC).replace(tzinfo=None),
        records=summary.records,
        quarantined=summary.quarantined,
        erased=summary.erased,
        reasons=summary.reasons,
        assets=tuple(summary.assets),
    )


def repeated(row: LedgerRow, path: str) -> LedgerRow:
    """The ledger row to show for a file that was loaded before: all its records are duplicates."""
    return replace(row, path=path, loaded=0, duplicate=row.records, quarantined=0, erased=0, reasons={}, touched_keys=0)
