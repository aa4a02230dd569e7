"""Takes files in: lands each one and loads it, or says why not. One file's failure leaves the others alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.admission import admit
from pipelines.home import Home
from pipelines.landing.intake import Refused, file_sha256, land_file
from pipelines.landing.segments import SEALED
from pipelines.loading import Loader, Progress, is_enough, open_loader, repeated
from pipelines.privacy.keys import secret_key
from warehouse.load import LedgerRow

TRUTH = "truth.json"  # stands beside the deliveries of a made-up world and is none of them


@dataclass
class Ingested:
    """What one call took in. `refused` holds one line per file that could not be taken."""

    files: list[LedgerRow] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    is_rebuilt: bool = False


def find_files(paths: Iterable[Path]) -> Iterator[Path | Refused]:
    """The files to take: those named, and those below named directories (names with a leading dot and truth.json are left out).

    shops.toml files come first, so that what they claim is never loaded as unclaimed.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path, onerror=None):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                for name in folders:
                    if not os.access(Path(folder, name), os.R_OK | os.X_OK):
                        yield Refused(f"{Path(folder, name)}: the directory cannot be read")
                found += [Path(folder, name) for name in sorted(names) if not name.startswith(".") and name != TRUTH]
            if not os.access(path, os.R_OK | os.X_OK):
                yield Refused(f"{path}: the directory cannot be read")
        else:
            found.append(path)
    yield from sorted(found, key=lambda path: path.suffix != ".toml")


def ingest_files(
    home: Home, con: duckdb.DuckDBPyConnection, paths: Iterable[Path], *, source: str | None, mapping: str | None, progress: Progress | None
) -> Ingested:
    """Lands and loads files into an open warehouse; loads everything again where changed settings touch what is loaded."""
    loader = open_loader(home, con)
    taking = _Taking(loader, secret_key(home.keys, "landing"), source, mapping, progress)
    for found in find_files(paths):
        taking.take(found)
    taking.load_waiting()
    if loader.outdated_segments():
        loader.reload_everything(progress)
        taking.done.is_rebuilt = True
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

    def take(self, found: Path | Refused) -> None:
        """Takes one file in, or says why not."""
        try:
            if isinstance(found, Refused):
                raise found
            self._take(found)
        except Refused as refused:
            self.done.refused.append(str(refused))
        except (OSError, duckdb.Error) as error:
            self.done.refused.append(f"{found}: {_first_line(error)}")

    def _take(self, path: Path) -> None:
        sha256 = file_sha256(path)
        known = next((row for row in self.waiting if row.sha256 == sha256), None) or self.loader.ledger_row(sha256)
        if known is not None:
            self.done.files.append(repeated(known, str(path)))
            return

        def check(head: bytes, layout: str) -> None:
            admit(path, head, layout, source=self.source, mapping=self.mapping)

        raw = self.loader.home.landing_raw
        landed = land_file(path, raw, self.digest_key, source=self.source, mapping=self.mapping, check=check)
        try:
            self.waiting.append(self.loader.normalise(landed.segment, self.progress))
        except OSError:
            landed.segment.unlink(missing_ok=True)
            raise
        if is_enough(self.waiting):
            self.load_waiting()

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
                self.done.refused.append(f"{waiting[0].path}: {_first_line(error)}")


def dropped_files(home: Home) -> list[Path]:
    """Files that wait in the drop folder; names that begin with a dot are still being written."""
    return [found for found in find_files([home.drop]) if isinstance(found, Path)] if home.drop.is_dir() else []


def ingest_dropped(home: Home, con: duckdb.DuckDBPyConnection, progress: Progress | None) -> Ingested:
    """Takes in the drop folder: what is landed leaves it, what is refused moves to drop/.refused."""
    done = Ingested()
    for path in dropped_files(home):
        taken = ingest_files(home, con, [path], source=None, mapping=None, progress=progress)
        done.files += taken.files
        done.refused += taken.refused
        if taken.refused:
            (home.drop / ".refused").mkdir(exist_ok=True)
            path.rename(home.drop / ".refused" / path.name)
        else:
            path.unlink()
    return done


def _first_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).strip().splitlines()[0]


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
