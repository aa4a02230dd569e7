"""Files that are hostile as files: bombs, damage, foreign formats, and things in the file system that are no files."""

from __future__ import annotations

import gzip
import io
import os
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy
import pyarrow
import pyarrow.parquet
import zstandard

from tests.flow.test_cli_bad_input import deliveries

MIB = 1 << 20


class Hostile(NamedTuple):
    """A file to make. `loads` is how many of its records load, None where any number may; `words` stand beside it."""

    name: str
    make: Callable[[Path], object]
    loads: int | None = 0
    words: tuple[str, ...] = ()


def holding(content: bytes | Callable[[], bytes]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content if isinstance(content, bytes) else content())


def a_gibibyte(first: bytes) -> Callable[[Path], object]:
    """Those bytes and then NUL, which takes no place on the disk."""

    def make(path: Path) -> None:
        path.write_bytes(first)
        os.truncate(path, 1024 * MIB)

    return make


def _lines(count: int) -> bytes:
    return b"".join(b'{"number": %d}\n' % number for number in range(count))


def _gzip_bomb(unit: bytes) -> bytes:
    """1 GiB in 1 MiB: 16 members of 64 MiB."""
    packer = zlib.compressobj(9, wbits=31)
    member = b"".join([*(packer.compress(unit * (MIB // len(unit))) for _ in range(64)), packer.flush()])
    return 16 * member


def _zstd_bomb() -> bytes:
    packed = io.BytesIO()
    with zstandard.ZstdCompressor(level=1).stream_writer(packed, closefd=False) as packer:
        for _ in range(1024):
            packer.write(bytes(MIB))
    return packed.getvalue()


def _flipped(content: bytes, place: float) -> bytes:
    changed = bytearray(content)
    changed[int(place * len(content))] ^= 1
    return bytes(changed)


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("deliveries.json", _lines(100))
    return packed.getvalue()


def _parquet(table: pyarrow.Table, **options: object) -> bytes:
    told = io.BytesIO()
    pyarrow.parquet.write_table(table, told, **options)
    return told.getvalue()


def _orders() -> bytes:
    numbers = [f"A{number}" for number in range(2000)]
    return _parquet(pyarrow.table({"number": numbers, "note": [f"{number} red vases" for number in numbers]}), compression="none")


def _garbage(cell: str) -> bytes:
    chance = random.Random(1)
    return "".join(cell % chance.randrange(10**6) for _ in range(10**6)).encode()


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "inside.json").write_bytes(b"{")


def _unreadable(path: Path) -> None:
    path.write_bytes(_lines(3))
    path.chmod(0)


def _good_lines(path: Path) -> None:
    deliveries(path, range(500, 501))


def _marked(path: Path) -> None:
    _good_lines(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


FILES = (
    Hostile("gzip_bomb.json.gz", holding(lambda: _gzip_bomb(b"\0"))),
    Hostile("gzip_bomb_of_line_ends.jsonl.gz", holding(lambda: _gzip_bomb(b"\n"))),
    Hostile("gzip_bomb_of_records.jsonl.gz", holding(lambda: _gzip_bomb(b'{ "object" : "page", "entry" : [{}]}\n'.rjust(64)))),
    Hostile("gzip_bomb.csv.gz", holding(lambda: _gzip_bomb(b"a,b,c,d\n"))),
    Hostile("zstd_bomb.jsonl.zst", holding(_zstd_bomb)),
    Hostile("wrong_crc.jsonl.gz", holding(lambda: _flipped(gzip.compress(_lines(500)), 0.999))),
    Hostile("flipped.jsonl.gz", holding(lambda: _flipped(gzip.compress(_lines(500)), 0.5))),
    Hostile("cut.jsonl.gz", holding(lambda: gzip.compress(_lines(500))[:-20])),
    Hostile("cut.jsonl.zst", holding(lambda: zstandard.ZstdCompressor().compress(_lines(500))[:-20])),
    Hostile("flipped.jsonl.zst", holding(lambda: _flipped(zstandard.ZstdCompressor(write_checksum=True).compress(_lines(500)), 0.5))),
    Hostile("plain.jsonl.gz", holding(_lines(3))),
    Hostile("plain.jsonl.zst", holding(_lines(3))),
    Hostile("zip.json.gz", holding(_zip)),
    Hostile("zip.json", holding(_zip)),
    Hostile("empty.jsonl", holding(b"")),
    Hostile("only_line_ends.jsonl", holding(b"\n" * 100_000)),
    Hostile("line_of_a_gibibyte.jsonl", a_gibibyte(b'{"object":"page","entry":[{"id":"')),
    Hostile("document_of_a_gibibyte.json", a_gibibyte(b'{\n"object":"page",\n"entry":[{"id":"')),
    Hostile("table_of_a_gibibyte.csv", a_gibibyte(b'number,"')),
    Hostile("random.bin", holding(random.Random(2).randbytes(300_000))),
    Hostile("utf16.json", holding('{"object":"page","entry":[]}'.encode("utf-16"))),
    Hostile("utf16.csv", holding("number,total\n1,2\n".encode("utf-16"))),
    Hostile("latin1.jsonl", holding('{"object":"page","entry":[{"id":"Straße"}]}\n'.encode("latin-1"))),
    Hostile("byte_order_mark.jsonl", _marked, loads=1),
    Hostile("carriage_returns.jsonl", holding(_lines(50).replace(b"\n", b"\r"))),
    Hostile("carriage_returns.csv", holding(b"number,total\r1,2\r3,4\r")),
    Hostile("garbage_lines.jsonl", holding(lambda: _garbage("x%d\n"))),
    Hostile("garbage_rows.csv", holding(lambda: b"a,b\n" + _garbage("x,%d\n"))),
    Hostile("fifo.jsonl", os.mkfifo),
    Hostile("folder.json", _folder),
    Hostile("dangling.jsonl", lambda path: path.symlink_to("nowhere.jsonl")),
    Hostile("circle.jsonl", lambda path: path.symlink_to(path.name)),
    Hostile("device.jsonl", lambda path: path.symlink_to("/dev/zero")),
    Hostile("unreadable.jsonl", _unreadable),
    Hostile("odd '*?\"\\\n\t💐 \udcff name.jsonl", _good_lines, loads=1),
    Hostile("broken_footer.parquet", holding(lambda: _flipped(_orders(), 0.99999))),
    Hostile("cut.parquet", holding(lambda: _orders()[:-400])),
    Hostile("flipped.parquet", holding(lambda: _flipped(_orders(), 0.2))),
    Hostile("rows_bomb.parquet", holding(lambda: _parquet(pyarrow.table({"a": numpy.zeros(20_000_000, numpy.int8)})))),
    Hostile("bytes_bomb.parquet", holding(lambda: _parquet(pyarrow.table({"a": [bytes(96 * MIB)]}), compression="zstd"))),
)
