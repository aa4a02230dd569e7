"""Takes files in: lands each one and loads it, or says why not. One file's failure leaves the others alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.admission import admit
from pipelines.failure import first_line, shown
from pipelines.home import Home
from pipelines.landing.frames import UnreadableSegment
from pipelines.landing.intake import Refused, check_head, file_sha256, land_file
from pipelines.landing.joined import land_set, set_sha256, shown_set
from pipelines.ledger import repeated
from pipelines.loading import Ingested, Loader, Progress, is_enough, open_loader
from pipelines.privacy.keys import secret_key
from pipelines.sources.mapping import TableMapping, parse_mapping
from pipelines.sources.orders_table import NAME as ORDERS_TABLE
from pipelines.table_set import check_set, chosen_files, find_sets
from warehouse.load import LedgerRow

TRUTH = "truth.json"  # stands beside the deliveries of a made-up world and is none of them


def find_files(home: Home, paths: Iterable[Path]) -> tuple[list[Path], dict[Path, str]]:
    """The files to take, and the directories that cannot be read, with the reason.

    Directories are walked; names with a leading dot, truth.json and the home itself are left out. shops.toml files come
    first, so that what they claim is never loaded as unclaimed.
    """
    found: list[Path] = []
    refused: dict[Path, str] = {}

    def note(error: OSError) -> None:
        refused[Path(error.filename)] = first_line(error)

    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        for folder, folders, names in os.walk(path, onerror=note):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and Path(folder, name).absolute() != home.path)
            found += [Path(folder, name) for name in sorted(names) if not name.startswith(".") and name != TRUTH]
    return sorted(found, key=lambda path: path.suffix != ".toml"), refused


def ingest_files(
    home: Home, con: duckdb.DuckDBPyConnection, paths: Iterable[Path], *, source: str | None, mapping: str | None, progress: Progress | None
) -> Ingested:
    """Lands and loads files into an open warehouse; loads everything again where changed settings touch what is loaded."""
    paths = list(paths)
    loader = open_loader(home, con)
    loader.load_landed(progress)  # what a killed call left behind: else its files would be landed twice
    taking = _Taking(loader, secret_key(home.keys, "landing"), source, mapping, progress)
    files, taking.done.refused = find_files(home, paths)
    told = parse_mapping(mapping, "mapping") if mapping else None
    if told and told.files:
        files, others = [path for path in files if path.suffix == ".toml"], [path for path in files if path.suffix != ".toml"]
    for path in files:
        taking.take(path)
    if told and told.files:
        for group in find_sets(told, paths, others):
            taking.take_set(told, group)
    taking.load_waiting()
    taking.done.is_emptied = loader.is_emptied
    if taking.must_reload or taking.anew or loader.outdated_segments():
        taking.reload()
    place = {shown(path): number for number, path in enumerate(files)}
    taking.done.files.sort(key=lambda row: place.get(row.path, 0))
    return taking.done


def dropped_files(home: Home) -> list[Path]:
    """Files that wait in the drop folder; names that begin with a dot are still being written."""
    return find_files(home, [home.drop])[0] if home.drop.is_dir() else []


def ingest_dropped(home: Home, con: duckdb.DuckDBPyConnection, progress: Progress | None) -> Ingested:
    """Takes in the drop folder: what is taken leaves it, what is refused moves to drop/.refused."""
    states = {path: _state(path) for path in dropped_files(home)}
    done = ingest_files(home, con, states, source=None, mapping=None, progress=progress)
    for path, state in states.items():
        if path in done.refused:
            aside = home.drop / ".refused" / path.relative_to(home.drop)
            aside.parent.mkdir(parents=True, exist_ok=True)
            path.rename(aside)
        elif _state(path) == state:  # else it grew, and the next run takes it as it is then
            path.unlink()
    return done


@dataclass
class _Taking:
    """Files on their way in: each is landed and normalised by itself, many small ones are loaded together."""

    loader: Loader
    digest_key: bytes
    source: str | None
    mapping: str | None
    progress: Progress | None
    done: Ingested = field(default_factory=Ingested)
    waiting: list[LedgerRow] = field(default_factory=list)
    anew: dict[str, LedgerRow] = field(default_factory=dict)  # by the hash of tables with another mapping: what is loaded of them
    must_reload: bool = False

    def take(self, path: Path) -> None:
        """Takes one file in, or says why not."""
        self._attempt(path, lambda: self._take_file(path))

    def take_set(self, mapping: TableMapping, group: list[Path]) -> None:
        """Takes in the files of one table as one, or says why not."""
        self._attempt(group[0].parent, lambda: self._take_set(mapping, group))

    def _attempt(self, path: Path, take: Callable[[], None]) -> None:
        try:
            take()
        except Refused as refused:
            self.done.refused[path] = str(refused)
        except (OSError, duckdb.Error) as error:
            self.done.refused[path] = f"{shown(path)}: {first_line(error)}"

    def _take_file(self, path: Path) -> None:
        def land(sha256: str) -> Path:
            raw = self.loader.home.landing_raw
            return land_file(path, raw, self.digest_key, sha256, source=self.source, mapping=self.mapping, check=self._check(path))

        def check() -> None:
            if self.source or self.mapping:
                check_head(path, self._check(path))

        self._take([path], lambda: file_sha256(path), check, land)

    def _take_set(self, mapping: TableMapping, group: list[Path]) -> None:
        paths = chosen_files(mapping, group)

        def land(sha256: str) -> Path:
            check_set(mapping, paths)
            raw = self.loader.home.landing_raw
            return land_set(paths, raw, self.digest_key, sha256, source=ORDERS_TABLE, mapping=self.mapping or "")

        self._take(paths, lambda: set_sha256(paths), lambda: check_set(mapping, paths), land)

    def _take(self, paths: list[Path], hashed: Callable[[], str], check: Callable[[], None], land: Callable[[str], Path]) -> None:
        """Lands and normalises what `paths` hold, known by its hash; `check` is asked where it is known already."""
        before = [_state(path) for path in paths]
        sha256 = hashed()
        known = next((row for row in self.waiting if row.sha256 == sha256), None) or self.loader.ledger_row(sha256)
        if known is not None and (sha256 in self.anew or not self._is_taken_anew(known)):
            check()
            self.done.files.append(repeated(known, shown_set(paths)))
            return
        segment = land(sha256)
        if [_state(path) for path in paths] != before:
            segment.unlink()
            raise Refused(f"{shown_set(paths)}: it changed while it was read")
        try:
            file = self.loader.normalise(segment.stem, self.progress)
        except UnreadableSegment as error:
            segment.unlink(missing_ok=True)
            raise Refused(f"{shown_set(paths)}: {first_line(error)}") from error
        except OSError:
            segment.unlink(missing_ok=True)
            raise
        if known is not None and known.source == ORDERS_TABLE and known.loaded:
            self.anew[sha256] = known  # until the reload it stays what is loaded: a kill leaves that
            return
        if known is not None:
            self.loader.forget(known)
            self.must_reload = self.must_reload or known.loaded > 0
        self.waiting.append(file)
        if is_enough(self.waiting):
            self.load_waiting()

    def _is_taken_anew(self, known: LedgerRow) -> bool:
        """Whether a known file tells something new: settings to go back to, or a table that is given another mapping."""
        if known.source == "config":
            return known.sha256 != self.loader.settings_in_force()
        if known.loaded == 0 and known.quarantined == known.records > 0:
            return (self.source or self.mapping) is not None
        return self.mapping is not None and known.source == ORDERS_TABLE and self.loader.mapping_of(known) != self.mapping

    def _check(self, path: Path) -> Callable[[bytes, str], None]:
        return lambda head, layout: admit(path, head, layout, source=self.source, mapping=self.mapping)

    def load_waiting(self) -> None:
        """Loads what is normalised; a file that fails is refused, and leaves nothing in landing."""

        def failed(file: LedgerRow, error: Exception) -> None:
            self.loader.forget(file)
            self.done.refused[Path(file.path)] = f"{file.path}: {first_line(error)}"

        waiting, self.waiting = self.waiting, []
        self.done.files += self.loader.load_each(waiting, failed)

    def reload(self) -> None:
        """Loads all of landing again, with what was landed anew in place of what was loaded of it."""
        loaded = self.loader.reload_everything(self.progress, in_place_of=self.anew.values())
        self.done.files += [row for row in loaded.files if row.sha256 in self.anew]
        self.done.refused |= loaded.refused
        self.done.is_reloaded = True


def _state(path: Path) -> tuple[int, int] | None:
    """What changes when a file is written to."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns


def totals(files: Iterable[LedgerRow]) -> dict[str, int | dict[str, int]]:
    """Sums over ledger rows."""
    names = ("records", "loaded", "duplicate", "quarantined", "erased")
    sums: dict[str, int | dict[str, int]] = dict.fromkeys(names, 0)
    reasons: dict[str, int] = {}
    for row in files:
        for name in names:
            sums[name] += getattr(row, name)
        for code, count in row.reasons.items():
            reasons[code] = reasons.get(code, 0) + count
    return {**sums, "reasons": dict(sorted(reasons.items()))}


def as_json(row: LedgerRow) -> dict[str, object]:
    """The ledger row as `ingest --json` prints it."""
    names = ("path", "source", "sha256", "records", "loaded", "duplicate", "quarantined", "erased", "reasons")
    return {name: getattr(row, name) for name in names}
