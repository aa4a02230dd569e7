"""Loads landed segments into the warehouse, by way of their canonical folders."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path

import duckdb

from pipelines.failure import first_line
from pipelines.home import Home
from pipelines.landing.canonical import NORMALISER_VERSION, Summary
from pipelines.landing.canonical_folder import canonical_segments, discard, is_whole, read_summary
from pipelines.landing.frames import UnreadableSegment, segment_head
from pipelines.landing.segments import SEALED, sealed_segments
from pipelines.landing.unfinished import remove_unfinished
from pipelines.ledger import ledger_facts
from pipelines.normalise import normalise_segment
from pipelines.office import Office, office_of
from pipelines.sources.config import Directory, directory
from pipelines.sources.desk import Desk
from warehouse.connection import transaction
from warehouse.load import LedgerRow, load_canonical
from warehouse.raw_version import empty_warehouse, prepare_raw_tables

Progress = Callable[[int], None]  # is told how many more records are read
EMPTIED = "Another version made this warehouse: everything was loaded again from landing."
RECORDS_AT_ONCE = 50_000  # a load of its own costs about as much as normalising 2,000 records


@dataclass
class Ingested:
    """What was taken in. `refused` holds the reason, in one line, of each path that could not be taken."""

    files: list[LedgerRow] = field(default_factory=list)
    refused: dict[Path, str] = field(default_factory=dict)
    is_reloaded: bool = False  # because of changed settings
    is_emptied: bool = False  # another version made the warehouse, so all of landing was loaded again


@dataclass
class Loader:
    """Normalises and loads landed segments into an open warehouse."""

    home: Home
    con: duckdb.DuckDBPyConnection
    is_emptied: bool = False  # the warehouse was made by another version

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
    def office(self) -> Office:
        return office_of(self.home, self.directory)

    @property
    def desk(self) -> Desk:
        """The desk under the configuration in force; what it learns is thrown away with it."""
        return self.office.desk

    def normalise(self, segment: str, progress: Progress | None = None) -> LedgerRow:
        """What is known of a segment before its load; its canonical folder is written unless it still holds.

        Without its raw segment a canonical folder holds as it is. Raises UnreadableSegment, OSError.
        """
        raw = self.home.landing_raw / f"{segment}{SEALED}"
        canonical = self.home.landing_canonical / segment
        summary = read_summary(canonical)
        if summary is not None and (not raw.exists() or _still_holds(summary, self.desk)) and is_whole(canonical):
            return ledger_facts(summary, segment)
        if not raw.exists():
            raise UnreadableSegment("its canonical folder is damaged, and its raw segment has expired")
        return self.normalise_anew(segment, progress)

    def normalise_anew(self, segment: str, progress: Progress | None = None) -> LedgerRow:
        """Writes the canonical folder of a segment in place of the one there is. Raises UnreadableSegment, OSError."""
        raw = self.home.landing_raw / f"{segment}{SEALED}"
        _, summary = normalise_segment(raw, self.home.landing_canonical, self.office, progress)
        return ledger_facts(summary, segment)

    def still_holds(self, segment: str) -> bool:
        """Whether the canonical folder of a segment is what this version would make of it under the settings in force."""
        summary = read_summary(self.home.landing_canonical / segment)
        return summary is not None and _still_holds(summary, self.desk)

    def forget(self, row: LedgerRow) -> None:
        """Removes a file from ledger, quarantine and landing, because it is taken anew. Its loaded rows stay until a reload."""
        with transaction(self.con):
            for table in ("quarantine", "schema_drift"):
                self.con.execute(f"delete from raw.{table} where segment = ?", [row.segment])
            self.con.execute("delete from raw.ledger where sha256 = ?", [row.sha256])
        self._discard(row.segment)

    def load(self, files: list[LedgerRow]) -> list[LedgerRow]:
        """Loads normalised segments in one transaction. Raises LoadUnconfirmed, duckdb.Error."""
        rows = load_canonical(self.con, self.home.landing_canonical, files)
        if any(row.source == "config" for row in rows):
            self._forget_settings()
        return rows

    def _forget_settings(self) -> None:
        for made_from_settings in ("directory", "office"):
            self.__dict__.pop(made_from_settings, None)

    def load_each(self, files: list[LedgerRow], failed: Callable[[LedgerRow, Exception], None]) -> list[LedgerRow]:
        """Loads normalised segments; where that fails each by itself, so that one cannot hold up the others.

        A canonical folder that cannot be read is made anew from its raw segment. What fails even then is told to `failed`.
        """
        try:
            return self.load(files) if files else []
        except (OSError, duckdb.Error):
            if len(files) > 1:
                return [row for file in files for row in self.load_each([file], failed)]
        [file] = files
        try:
            if (self.home.landing_raw / f"{file.segment}{SEALED}").exists():
                discard(self.home.landing_canonical / file.segment)
            return self.load([self.normalise(file.segment)])
        except (OSError, duckdb.Error) as error:
            failed(file, error)
            return []

    def load_landed(self, progress: Progress | None = None) -> Ingested:
        """Loads every segment that the ledger does not know, settings first, many small ones at once.

        A segment that cannot be read is named in `refused`, and the others are loaded. A file that was landed twice, by an
        ingest that was killed before its load, is loaded once.
        """
        remove_unfinished(self.home.landing_raw, self.home.landing_canonical)
        done = Ingested()
        waiting: list[LedgerRow] = []

        def failed(file: LedgerRow, error: Exception) -> None:
            done.refused[Path(file.path)] = f"{file.path}: {first_line(error)}"

        for segment in self.unloaded():
            try:
                file = self.normalise(segment, progress)
            except UnreadableSegment as error:
                done.refused[Path(segment)] = f"landed segment {segment}: {first_line(error)}"
                continue
            if self.ledger_row(file.sha256) or any(file.sha256 == other.sha256 for other in waiting):
                self._discard(segment)
                continue
            waiting.append(file)
            if is_enough(waiting):
                done.files += self.load_each(waiting, failed)
                waiting = []
        done.files += self.load_each(waiting, failed)
        return done

    def _discard(self, segment: str) -> None:
        discard(self.home.landing_canonical / segment)
        (self.home.landing_raw / f"{segment}{SEALED}").unlink(missing_ok=True)

    def unloaded(self) -> list[str]:
        """Segments of either tier that are not in the ledger, shops.toml files first."""
        return sorted(landed_segments(self.home) - self.known_segments(), key=lambda segment: (not self._is_settings(segment), segment))

    def known_segments(self) -> set[str]:
        """Segments that are loaded."""
        return {row[0] for row in self.con.execute("select segment from raw.ledger").fetchall()}

    def _is_settings(self, segment: str) -> bool:
        if (summary := read_summary(self.home.landing_canonical / segment)) is not None:
            return summary.source == "config"
        with suppress(UnreadableSegment, FileNotFoundError):
            return segment_head(self.home.landing_raw / f"{segment}{SEALED}")[0].layout == "config"
        return False

    def settings_in_force(self) -> str | None:
        """The sha256 of the shops.toml that was landed last."""
        rows = self.con.execute("select sha256 from raw.ledger where source = 'config' order by segment desc limit 1").fetchall()
        return rows[0][0] if rows else None

    def mapping_of(self, row: LedgerRow) -> str | None:
        """The mapping that a loaded file was read with."""
        return summary.mapping if (summary := read_summary(self.home.landing_canonical / row.segment)) is not None else None

    def ledger_row(self, sha256: str) -> LedgerRow | None:
        """The ledger row of a file that is loaded already."""
        names = [each.name for each in fields(LedgerRow)]
        rows = self.con.execute(f"select {', '.join(names)} from raw.ledger where sha256 = ?", [sha256]).fetchall()
        if not rows:
            return None
        told = dict(zip(names, rows[0], strict=True))
        return LedgerRow(**{**told, "reasons": json.loads(told["reasons"]), "assets": tuple(map(tuple, json.loads(told["assets"])))})

    def outdated_segments(self) -> list[str]:
        """Loaded segments whose rows were made with other settings or code than those in force, and can be read again from raw."""
        return [name for name, has_raw, summary in self._loaded() if has_raw and not _still_holds(summary, self.desk)]

    def outdated_without_raw(self) -> list[str]:
        """Loaded segments of other settings whose raw is gone: `threadmart rekey` moves their rows."""
        return [
            name for name, has_raw, told in self._loaded() if not has_raw and told.settings_digest != self.desk.settings_digest(told.assets)
        ]

    def _loaded(self) -> Iterator[tuple[str, bool, Summary]]:
        """Name, whether its raw segment is there, and summary of each loaded segment that has a readable one."""
        for (name,) in self.con.execute("select segment from raw.ledger where source <> 'config' order by segment").fetchall():
            if (summary := read_summary(self.home.landing_canonical / name)) is not None:
                yield name, (self.home.landing_raw / f"{name}{SEALED}").exists(), summary

    def empty(self) -> None:
        """Makes the next load read all of landing."""
        empty_warehouse(self.con)
        self._forget_settings()

    def reload_everything(self, progress: Progress | None = None, *, in_place_of: Collection[LedgerRow] = ()) -> Ingested:
        """Empties the warehouse and loads all of landing again, but for files of it that were landed anew."""
        self.empty()
        for row in in_place_of:
            self._discard(row.segment)
        return self.load_landed(progress)


def is_enough(waiting: list[LedgerRow]) -> bool:
    """Whether normalised files should be loaded now: settings at once, because what follows is read by them."""
    return waiting[-1].source == "config" or sum(file.records for file in waiting) >= RECORDS_AT_ONCE


def open_loader(home: Home, con: duckdb.DuckDBPyConnection) -> Loader:
    """A loader on an open warehouse, whose raw tables are made."""
    return Loader(home.make(), con, prepare_raw_tables(con))


def landed_segments(home: Home) -> set[str]:
    """Names of the segments in either tier."""
    return {path.stem for path in sealed_segments(home.landing_raw)} | set(canonical_segments(home.landing_canonical))


def _still_holds(summary: Summary, desk: Desk) -> bool:
    same_code = summary.normaliser_version == NORMALISER_VERSION
    return same_code and summary.settings_digest == desk.settings_digest(summary.assets)
