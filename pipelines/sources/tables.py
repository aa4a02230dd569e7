"""Tables as an iterator of rows, in bounded memory: CSV and TSV, Parquet, and JSONL of flat objects.

A row is a mapping from column name to cell: text in CSV, plain Python values in Parquet and JSONL. A row that cannot be
read is `Quarantined`, and the rows after it are read.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import msgspec

from pipelines.sources.contract import Quarantined
from pipelines.sources.money import exact_number
from pipelines.sources.quarantine import Reason

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

Row = dict[str, Any] | Quarantined

_DELIMITERS = ",;\t|"
_BOM = b"\xef\xbb\xbf"
_LINE_BYTES = 1 << 20  # a longer line is taken in pieces, so that a file without line ends does not fill the memory
_PARQUET_BATCH_ROWS = 4096
_FREE_ROWS, _FREE_BYTES, _GREATEST_RATIO = 100_000, 1 << 26, 200  # above these a Parquet file has to hold what it claims


class TableError(ValueError):
    """A file that is no table at all: it has no header, or is not what its layout says."""


class Table(NamedTuple):
    """The header of a table and its rows, which can be read once."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


def read_csv(stream: BinaryIO) -> Table:
    """A CSV or TSV of UTF-8 with a header: the delimiter is the one that splits the header most. Raises TableError.

    Blank lines are no rows. A row with more or fewer cells than the header, or with bytes that are not UTF-8, is malformed.
    """
    lines = _Lines(stream)
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(chain([first], lines), delimiter=delimiter)
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise TableError(f"the header is not CSV: {error}") from error
    if lines.take_fault() or not any(header):
        raise TableError("the header is not UTF-8 text" if any(header) else "there is no header")
    columns = distinct_names(header)
    return Table(columns, _csv_rows(reader, lines, columns))


def read_parquet(stream: BinaryIO) -> Table:
    """A Parquet file, batch by batch. A stream that cannot seek is spooled to a temporary file first. Raises TableError."""
    import pyarrow.parquet  # costs 0.3 s, which commands that read no Parquet need not pay

    try:
        file = pyarrow.parquet.ParquetFile(stream if stream.seekable() else _spooled(stream))
    except (pyarrow.ArrowException, OSError) as error:
        raise TableError(f"not a Parquet file: {error}") from error
    _check_claims(file.metadata)
    columns = distinct_names(file.schema_arrow.names)
    return Table(columns, _parquet_rows(file, columns))


def read_jsonl(stream: BinaryIO) -> Table:
    """One object a line; the header is that of the first one. Fractions are exact decimals. Raises TableError."""
    rows = _jsonl_rows(stream)
    before: list[Row] = []
    for row in rows:
        before.append(row)
        if isinstance(row, dict):
            return Table(tuple(row), chain(before, rows))
    raise TableError("no line is a JSON object")


READERS: dict[str, Callable[[BinaryIO], Table]] = {"csv": read_csv, "parquet": read_parquet, "lines": read_jsonl}


class _Lines:
    """The decoded lines of a byte stream; a line that is not UTF-8 is passed on mended and remembered as a fault."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = _byte_lines(stream)
        self._at_start = True
        self._fault = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BOM)
        try:
            return line.decode()
        except UnicodeDecodeError:
            self._fault = True
            return line.decode(errors="replace")

    def take_fault(self) -> bool:
        """Whether a fault was met since the last call."""
        fault, self._fault = self._fault, False
        return fault


def _csv_rows(reader: Iterator[list[str]], lines: _Lines, columns: tuple[str, ...]) -> Iterator[Row]:
    width = len(columns)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.take_fault()
            yield Quarantined(Reason.MALFORMED_ROW, str(error))
            continue
        if lines.take_fault():
            yield Quarantined(Reason.MALFORMED_ROW, "not UTF-8")
        elif len(cells) == width:
            yield dict(zip(columns, cells, strict=True))
        elif cells:
            yield Quarantined(Reason.MALFORMED_ROW, f"{len(cells)} cells, {width} in the header")


def _check_claims(told: pyarrow.parquet.FileMetaData) -> None:
    """Raises TableError for a table that is small as a file and without bounds in memory."""
    groups = [told.row_group(number) for number in range(told.num_row_groups)]
    chunks = [group.column(number) for group in groups for number in range(group.num_columns)]
    stored = sum(chunk.total_compressed_size for chunk in chunks)
    held = sum(chunk.total_uncompressed_size for chunk in chunks)
    if told.num_rows > max(_FREE_ROWS, stored) or held > max(_FREE_BYTES, _GREATEST_RATIO * stored):
        raise TableError(f"its {stored:,} bytes claim to hold {told.num_rows:,} rows of {held:,} bytes")


def _parquet_rows(file: pyarrow.parquet.ParquetFile, columns: tuple[str, ...]) -> Iterator[Row]:
    """Raises TableError where a page cannot be read: half a table could be a false one."""
    import pyarrow

    try:
        for batch in file.iter_batches(_PARQUET_BATCH_ROWS):
            for cells in zip(*(_plain(column) for column in batch.columns), strict=True):
                yield dict(zip(columns, cells, strict=True))
    except (pyarrow.ArrowException, OSError, OverflowError, UnicodeDecodeError) as error:
        raise TableError(f"the Parquet file is damaged: {error}") from error


def _plain(column: pyarrow.Array) -> list[Any]:
    """Python values; times to the microsecond, because finer ones have no plain Python type."""
    import pyarrow

    kind = column.type
    if pyarrow.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pyarrow.timestamp("us", kind.tz), safe=False)
    return column.to_pylist()


def _byte_lines(stream: BinaryIO) -> Iterator[bytes]:
    buffered = io.BufferedReader(stream) if isinstance(stream, io.RawIOBase) else stream
    return iter(lambda: buffered.readline(_LINE_BYTES), b"")


def _jsonl_rows(stream: BinaryIO) -> Iterator[Row]:
    decode = msgspec.json.Decoder(float_hook=exact_number).decode
    for line in _byte_lines(stream):
        line = line.removeprefix(_BOM).strip()
        if not line:
            continue
        try:
            row = decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            yield Quarantined(Reason.MALFORMED_JSON)
            continue
        yield row if isinstance(row, dict) else Quarantined(Reason.WRONG_SHAPE, "a row is an object")


def distinct_names(header: Iterable[str]) -> tuple[str, ...]:
    """Column names without white space around them; a name met again gets the suffix `.2`, a blank one its position."""
    turns: dict[str, int] = {}  # how often each was met, for a header may hold one name 100,000 times
    for position, told in enumerate(header, 1):
        name = told.strip() or f"column_{position}"
        candidate, turn = name, turns.get(name, 1)
        while candidate in turns:
            turn += 1
            candidate = f"{name}.{turn}"
        turns[name] = turn
        turns.setdefault(candidate, 1)
    return tuple(turns)


def _spooled(stream: BinaryIO) -> pyarrow.MemoryMappedFile:
    import pyarrow

    with tempfile.NamedTemporaryFile() as spool:
        shutil.copyfileobj(stream, spool)
        spool.flush()
        return pyarrow.memory_map(spool.name)  # stays readable though its name goes
