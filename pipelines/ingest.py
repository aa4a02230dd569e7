"""Takes files in: lands each one and loads it, or says why not. One file's failure leaves the others alone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.admission import admit
from pipelines.failure import first_line
from pipelines.home import Home
from pipelines.landing.intake import Refused, file_sha256, land_file
from pipelines.landing.segments import SEALED
from pipelines.loading import Loader, Progress, is_enough, open_loader, repeated
from pipelines.privacy.keys import secret_key
from warehouse.load import LedgerRow

TRUTH = "truth.json"  # stands beside the deliveries of a made-up world and is none of them


@dataclass
class Ingested:
    """What one call took in. `refused` holds the reason, in one line, of each path that could not be taken."""

    files: list[LedgerRow] = field(default_factory=list)
    refused: dict[Path, str] = field(default_factory=dict)
    is_reloaded: bool = False


def find_files(home: Home, paths: Iterable[Path]) -> tuple[list[Path], dict[Path, str]]:
    """The files to take, and the directories that cannot be read, with the reason.

    Directories are walked; names with a leading dot, truth.json and the home itself are left out. shops.toml files come first, so that what
    they claim is never loaded as unclaimed.
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
    loader = open_loader(home, con)
    taking = _Taking(loader, secret_key(home.keys, "landing"), source, mapping, progress)
    files, taking.done.refused = find_files(home, paths)
    for path in files:
        taking.take(path)
    taking.load_waiting()
    if loader.outdated_segments():
        loader.reload_everything(progress)
        taking.done.is_reloaded = True
    return taking.done


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

    def take(self, found: Path) -> None:
        """Takes one file in, or says why not."""
        try:
            self._take(found)
        except Refused as refused:
            self.done.refused[found] = str(refused)
        except (OSError, duckdb.Error) as error:
            self.done.refused[found] = f"{found}: {first_line(error)}"

    def _take(self, path: Path) -> None:
        before = _state(path)
        sha256 = file_sha256(path)
        known = next((row for row in self.waiting if row.sha256 == sha256), None) or self.loader.ledger_row(sha256)
        is_read_anew = known is not None and self._was_not_understood(known)
        if known is not None and not is_read_anew:
            self.done.files.append(repeated(known, str(path)))
            return

        def check(head: bytes, layout: str) -> None:
            admit(path, head, layout, source=self.source, mapping=self.mapping)

        raw = self.loader.home.landing_raw
        segment = land_file(path, raw, self.digest_key, sha256, source=self.source, mapping=self.mapping, check=check)
        if _state(path) != before:
            segment.unlink()
            raise Refused(f"{path}: it changed while it was read")
        try:
            self.waiting.append(self.loader.normalise(segment.stem, self.progress))
        except OSError:
            segment.unlink(missing_ok=True)
            raise
        if known is not None:
            self.loader.forget(known)
        if is_enough(self.waiting):
            self.load_waiting()

    def _was_not_understood(self, known: LedgerRow) -> bool:
        """Whether a file was quarantined whole, and is now given with the word that was missing."""
        return (self.source or self.mapping) is not None and known.loaded == 0 and known.quarantined == known.records > 0

    def load_waiting(self) -> None:
        """Loads what is normalised; where that fails, each file by itself, so that one cannot hold up the others."""
        waiting, self.waiting = self.waiting, []
        try:
            self.done.files += self.loader.load(waiting) if waiting else []
        except (OSError, duckdb.Error) as error:
            if len(waiting) > 1:
                for row in waiting:
                    self.waiting = [row]
                    self.load_waiting()
            elif not self.loader.is_loaded(waiting[0].segment):
                (self.loader.home.landing_raw / f"{waiting[0].segment}{SEALED}").unlink(missing_ok=True)
                self.done.refused[Path(waiting[0].path)] = f"{waiting[0].path}: {first_line(error)}"


def dropped_files(home: Home) -> list[Path]:
    """Files that wait in the drop folder; names that begin with a dot are still being written."""
    return find_files(home, [home.drop])[0] if home.drop.is_dir() else []


def ingest_dropped(home: Home, con: duckdb.DuckDBPyConnection, progress: Progress | None) -> Ingested:
    """Takes in the drop folder: what is taken leaves it, what is refused moves to drop/.refused."""
    files = dropped_files(home)
    done = ingest_files(home, con, files, source=None, mapping=None, progress=progress)
    for path in files:
        if path in done.refused:
            aside = home.drop / ".refused" / path.relative_to(home.drop)
            aside.parent.mkdir(parents=True, exist_ok=True)
            path.rename(aside)
        else:
            path.unlink()
    return done


def _state(path: Path) -> tuple[int, int] | None:
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
