"""Reads a path table from a CSV file, plain or as .gz or .zst.

Column names are ours (path, conversions, value, nulls), those of ChannelAttribution (path, total_conversions,
total_conversion_value, total_null) or of fractribution (transformedPath, conversions, revenue, nonConversions).
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.attribution.paths import Paths, counted
from pipelines.landing.content import Content, ContentError

_DELIMITERS = ",;\t|"
_NAMES = {
    "path": ("path", "transformedpath"),
    "conversions": ("conversions", "totalconversions"),
    "value": ("value", "totalconversionvalue", "revenue"),
    "nulls": ("nulls", "totalnull", "nonconversions"),
}
_NEEDED = ("path", "conversions")
_COUNTS = ("conversions", "value", "nulls")
PATH_SEPARATORS = ("->", "→", ">", "|", ";", ",")
_READ_BYTES = 1 << 20


class PathTableError(ValueError):
    """A file that is no path table; says which file, row and column, and what was expected."""


@dataclass(frozen=True, eq=False)
class PathTable:
    """The paths of a file, and the conversions and value of its rows with an empty path, which no channel can have."""

    paths: Paths
    unattributed_conversions: float
    unattributed_value: float


def read_paths(path: Path, separator: str | None = None) -> PathTable:
    """Raises PathTableError, and OSError where the file cannot be read.

    Without a separator of the channels it is the first of PATH_SEPARATORS that is in a path. Spaces around channels do not count.
    """
    lines, cells, counts = [], [], []
    for line, cell, *numbers in _rows(path):
        lines.append(line)
        cells.append(cell)
        counts.append(numbers)
    if not lines:
        raise PathTableError(f"{path}: no row below the header")
    between = separator or next((each for each in PATH_SEPARATORS if any(each in cell for cell in cells)), PATH_SEPARATORS[0])
    code_of: dict[str, int] = {}
    codes: list[int] = []
    offsets = [0]
    for line, cell in zip(lines, cells, strict=True):
        if cell:
            channels = [channel.strip() for channel in cell.split(between.strip() or between)]
            if not all(channels):
                raise _wrong(path, line, "path", cell, f"a channel on both sides of each {between!r}")
            codes += [code_of.setdefault(channel, len(code_of)) for channel in channels]
        offsets.append(len(codes))
    table = np.array(counts, np.float64).reshape(-1, 3)
    is_empty = np.diff(offsets) == 0
    paths = counted(tuple(code_of), np.array(codes, np.int64), np.array(offsets), *table.T)
    return PathTable(paths, float(table[is_empty, 0].sum()), float(table[is_empty, 1].sum()))


def _rows(path: Path) -> Iterator[tuple[int, str, float, float, float]]:
    """(line, path, conversions, value, nulls) of each row."""
    text = _text(path)
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(reader, [])
        place = _places(path, header)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                raise PathTableError(f"{path}, line {reader.line_num}: {len(cells)} cells, expected {len(header)} as in the header")
            line = reader.line_num
            conversions, value, nulls = (_number(path, line, kind, cells[place[kind]]) if kind in place else 0.0 for kind in _COUNTS)
            if value and not conversions:
                raise _wrong(path, line, "value", cells[place["value"]], "no value where there are no conversions")
            yield line, cells[place["path"]].strip(), conversions, value, nulls
    except csv.Error as error:
        raise PathTableError(f"{path}, line {reader.line_num}: not CSV: {error}") from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = Content(path, file)
            told = b"".join(iter(lambda: content.read(_READ_BYTES), b""))
    except ContentError as error:
        raise PathTableError(f"{path}: {error}") from error
    try:
        return told.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = told.count(b"\n", 0, error.start) + 1
        raise PathTableError(f"{path}, line {line}: expected UTF-8 text") from error


def _places(path: Path, header: list[str]) -> dict[str, int]:
    """Where each known column is."""
    plain = [name.strip().lower().replace("_", "") for name in header]
    found = {kind: [plain.index(name) for name in names if name in plain] for kind, names in _NAMES.items()}
    for kind in _NEEDED:
        if not found[kind]:
            raise PathTableError(f"{path}: no column {kind}, it has {', '.join(header) or 'none'}; expected {', '.join(_NAMES)}")
    return {kind: places[0] for kind, places in found.items() if places}


def _number(path: Path, line: int, kind: str, cell: str) -> float:
    told = cell.strip()
    if not told and kind not in _NEEDED:
        return 0.0
    try:
        number = float(told)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or (kind != "value" and number < 0):
        raise _wrong(path, line, kind, cell, "a number" if kind == "value" else "a number that is not negative")
    return number


def _wrong(path: Path, line: int, column: str, cell: str, expected: str) -> PathTableError:
    shown = cell if len(cell) <= 60 else f"{cell[:60]}…"
    return PathTableError(f"{path}, line {line}, column {column}: {shown!r}, expected {expected}")
