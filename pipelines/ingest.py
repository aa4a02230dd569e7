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
from pipelines.loading import Loader, Progress, open_loader, repeated
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
    """Lands and loads files into an open warehouse; rebuilds where changed settings touch what is loaded."""
    loader = open_loader(home, con)
    done = Ingested()
    digest_key = secret_key(home.keys, "landing")
    for found in find_files(paths):
        try:
            if isinstance(found, Refused):
                raise found
            done.files.append(_take(loader, found, digest_key, source, mapping, progress))
        except Refused as refused:
            done.refused.append(str(refused))
        except (OSError, duckdb.Error) as error:
            done.refused.append(f"{found}: {_first_line(error)}")
    if loader.outdated_segments():
        loader.reload_everything(progress)
        done.is_rebuilt = True
    return done


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


def _take(
    loader: Loader, path: Path, digest_key: bytes, source: str | None, mapping: str | None, progress: Progress | None
) -> LedgerRow:
    known = loader.ledger_row(file_sha256(path))
    if known is not None:
        return repeated(known, str(path))

    def check(head: bytes, layout: str) -> None:
        admit(path, head, layout, source=source, mapping=mapping)

    landed = land_file(path, loader.home.landing_raw, digest_key, source=source, mapping=mapping, check=check)
    try:
        return loader.load(landed.segment, progress)
    except (OSError, duckdb.Error):
        if not loader.is_loaded(landed.segment):
            landed.segment.unlink(missing_ok=True)
        raise


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
