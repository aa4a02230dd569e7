"""Which files make a table that lies in several files, and whether they can be joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from pipelines.failure import shown
from pipelines.landing.intake import Refused, read_pieces
from pipelines.landing.streams import PieceStream
from pipelines.sources.cells import text_of
from pipelines.sources.contract import Quarantined
from pipelines.sources.mapping import TableMapping
from pipelines.sources.refusal import attempt
from pipelines.sources.tables import READERS, Table, TableError


def find_sets(mapping: TableMapping, paths: Iterable[Path], files: Sequence[Path]) -> list[list[Path]]:
    """The files of each set: those named in `paths` are one, those of each folder walked are one.

    A walked folder without any file of the mapping holds no set, and its other files are not asked for.
    """
    named = {path for path in paths if not path.is_dir()}
    groups: dict[Path | None, list[Path]] = {}
    for path in files:
        groups.setdefault(None if path in named else path.parent, []).append(path)
    return [group for folder, group in groups.items() if folder is None or any(_matches(path, mapping.files) for path in group)]


def chosen_files(mapping: TableMapping, group: Sequence[Path]) -> list[Path]:
    """The file behind each name pattern of the mapping, in its order. Raises Refused."""
    chosen = []
    for pattern in mapping.files:
        found = [path for path in group if _matches(path, [pattern])]
        if len(found) != 1:
            told = " and ".join(path.name for path in found) or "there is none"
            raise Refused(f"{shown(group[0].parent)}: the mapping asks for one file named {pattern}: {told}")
        chosen += found
    return chosen


def check_set(mapping: TableMapping, paths: Sequence[Path]) -> None:
    """Looks at the columns of all files, and at the keys that must be distinct. Raises Refused."""
    columns = [_columns(path) for path in paths]
    for name in mapping.named_columns:
        holders = [path.name for path, held in zip(paths, columns, strict=True) if name in held]
        is_key = any(join.on == name for join in mapping.join)
        if not holders:
            raise Refused(f"{shown(paths[0])}: neither it nor the files beside it have a column {name!r}; {_listed(paths, columns)}")
        if len(holders) > 1 and not is_key:
            raise Refused(f"{shown(paths[0])}: the column {name!r} is in {' and in '.join(holders)}, so it is not clear which is meant")
    before = set(columns[0])
    for join, path, held in zip(mapping.join, paths[1:], columns[1:], strict=True):
        if join.on not in held:
            raise Refused(f"{shown(path)}: the table has no column {join.on!r} to join by; it has {', '.join(map(repr, held))}")
        if join.on not in before:
            listed = _listed(paths, columns)
            raise Refused(f"{shown(paths[0])}: no file before {path.name} has a column {join.on!r} to join it by; {listed}")
        before |= set(held)
        if join.rows == "one":
            _require_distinct(path, join.on)
        elif join.on in columns[0]:
            _require_distinct(paths[0], join.on)


def _matches(path: Path, patterns: Iterable[str]) -> bool:
    name = path.name.removesuffix(".gz").removesuffix(".zst")
    return any(fnmatchcase(path.name, pattern) or fnmatchcase(name, pattern) for pattern in patterns)


def _listed(paths: Sequence[Path], columns: Sequence[tuple[str, ...]]) -> str:
    return "; ".join(f"{path.name} has {', '.join(map(repr, held))}" for path, held in zip(paths, columns, strict=True))


def _columns(path: Path) -> tuple[str, ...]:
    return _table(path).columns


def _require_distinct(path: Path, column: str) -> None:
    seen: set[str] = set()
    for number, row in enumerate(_table(path).rows, 1):
        key = None if isinstance(row, Quarantined) else attempt(text_of, row.get(column))
        if isinstance(key, str):
            if key in seen:
                raise Refused(f"{shown(path)}: row {number} repeats the {column!r} of an earlier row; to join by it, it must be distinct")
            seen.add(key)


def _table(path: Path) -> Table:
    pieces = read_pieces(path)
    layout, first = next(pieces)
    if layout not in READERS:
        raise Refused(f"{shown(path)}: a mapping reads tables (CSV, Parquet, JSONL of flat objects), and this is none")
    try:
        return READERS[layout](cast(BinaryIO, PieceStream(chain([first], (piece for _, piece in pieces)))))
    except TableError as error:
        raise Refused(f"{shown(path)}: {error}") from error
