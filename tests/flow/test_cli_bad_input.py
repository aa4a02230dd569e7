"""What the command does with input that cannot be taken and with a disk that is full.

One clear line with file and reason on standard error, exit status 1 (work failed) or 2 (wrong use), the warehouse as it was,
and the files beside the bad one loaded. Each command is a process of its own, as a user's is.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from warehouse.connection import open_warehouse

COMMAND = (sys.executable, "-m", "pipelines.cli")
NO_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")  # root obeys modes without these two


def threadmart(*words: object, before: Sequence[str] = (), limit: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*before, *COMMAND, *map(str, words)], capture_output=True, text=True, timeout=120, check=False, preexec_fn=limit)


def message(number: int, text: str = "hello") -> dict[str, Any]:
    """A Messenger delivery of one message."""
    sent = 1_700_000_000_000 + number * 1000
    item = {"sender": {"id": "77"}, "recipient": {"id": "1001"}, "timestamp": sent, "message": {"mid": f"m_{number}", "text": text}}
    return {"object": "page", "entry": [{"id": "1001", "time": sent, "messaging": [item]}]}


def deliveries(path: Path, numbers: range, text: str = "hello") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(message(number, text)) + "\n" for number in numbers), encoding="utf-8")
    return path


def raw_rows(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every raw table, sorted."""
    with open_warehouse(home / "warehouse.duckdb") as con:
        names = [name for (name,) in con.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall()]
        return {name: sorted(con.execute(f"select * from raw.{name}").fetchall(), key=repr) for name in names}


def loaded_paths(home: Path) -> set[str]:
    """Names of the files in the ledger."""
    with open_warehouse(home / "warehouse.duckdb") as con:
        return {Path(path).name for (path,) in con.execute("select path from raw.ledger").fetchall()}


def assert_one_line(result: subprocess.CompletedProcess[str], path: Path, *reasons: str) -> None:
    """Standard error holds one line about the file, which tells one of the reasons, and no traceback."""
    assert "Traceback" not in result.stderr
    told = [line for line in result.stderr.splitlines() if path.name in line]
    assert len(told) == 1, result.stderr
    assert any(reason in told[0].lower() for reason in reasons), told[0]


@pytest.fixture
def filled(home: Path, tmp_path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The raw rows of a home that holds one good file."""
    assert threadmart("ingest", deliveries(tmp_path / "first.jsonl", range(3))).returncode == 0
    before = raw_rows(home)
    assert len(before["message_event"]) == 3
    return before


def missing(path: Path) -> None:
    assert not path.exists()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def blank(path: Path) -> None:
    path.write_bytes(b"\n \n")


def truncated(path: Path) -> None:
    whole = gzip.compress(b"".join(json.dumps(message(n)).encode() + b"\n" for n in range(500, 900)))
    path.write_bytes(whole[: len(whole) // 2])


def damaged(path: Path) -> None:
    whole = bytearray(gzip.compress(b"".join(json.dumps(message(n)).encode() + b"\n" for n in range(500, 900))))
    whole[len(whole) // 2] ^= 0xFF
    path.write_bytes(whole)


def uncompressed(path: Path) -> None:
    deliveries(path, range(500, 510))


def not_parquet(path: Path) -> None:
    path.write_text("id,total\n1,2\n", encoding="utf-8")


BAD_FILES = [
    ("bad.jsonl", missing, ("no such file", "does not exist")),
    ("bad.jsonl", empty, ("empty",)),
    ("bad.jsonl", blank, ("empty",)),
    ("bad.jsonl.gz", truncated, ("ends too early", "truncated", "cut off")),
    ("bad.jsonl.gz", damaged, ("damaged", "corrupt")),
    ("bad.jsonl.gz", uncompressed, ("not compressed with gzip",)),
    ("bad.jsonl.zst", uncompressed, ("not compressed with zstd",)),
    ("bad.parquet", not_parquet, ("not a parquet file",)),
]


@pytest.mark.parametrize(("name", "spoil", "reasons"), BAD_FILES, ids=[f"{spoil.__name__}-{name}" for name, spoil, _ in BAD_FILES])
def test_a_bad_file_is_told_and_the_others_are_loaded(
    home: Path, tmp_path: Path, filled: dict[str, list[tuple[Any, ...]]], name: str, spoil: Callable[[Path], None], reasons: tuple[str, ...]
) -> None:
    bad = tmp_path / "input" / name
    good = deliveries(tmp_path / "input" / "good.jsonl", range(100, 104))
    spoil(bad)
    alone = threadmart("ingest", bad)
    assert alone.returncode in (1, 2)
    assert_one_line(alone, bad, *reasons)
    assert raw_rows(home) == filled
    beside = threadmart("ingest", bad, good, "--json")
    assert beside.returncode == alone.returncode
    assert_one_line(beside, bad, *reasons)
    assert [Path(row["path"]).name for row in json.loads(beside.stdout)["files"]] == ["good.jsonl"]
    assert len(raw_rows(home)["message_event"]) == 7
    assert loaded_paths(home) == {"first.jsonl", "good.jsonl"}
    assert threadmart("ingest", good).returncode == 0


def test_a_refused_file_leaves_no_segment_behind(home: Path, tmp_path: Path, filled: object) -> None:
    landed = sorted((home / "landing" / "raw").rglob("*"))
    truncated(tmp_path / "bad.jsonl.gz")
    assert threadmart("ingest", tmp_path / "bad.jsonl.gz").returncode == 1
    assert sorted((home / "landing" / "raw").rglob("*")) == landed


def test_a_directory_that_cannot_be_read_is_told_and_the_rest_is_loaded(home: Path, tmp_path: Path) -> None:
    before = NO_RIGHTS if os.geteuid() == 0 else ()
    if before and (not shutil.which("setpriv") or subprocess.run([*before, "true"], check=False).returncode):
        pytest.skip("root reads everything here, and setpriv cannot take that right away")
    world = tmp_path / "world"
    deliveries(world / "open" / "good.jsonl", range(4))
    deliveries(world / "closed" / "hidden.jsonl", range(100, 104))
    (world / "closed").chmod(0)
    try:
        result = threadmart("ingest", world, before=before)
    finally:
        (world / "closed").chmod(0o700)
    assert result.returncode == 1
    assert_one_line(result, world / "closed", "cannot be read", "permission denied")
    assert loaded_paths(home) == {"good.jsonl"}


def test_a_source_that_does_not_exist_is_wrong_use(home: Path, tmp_path: Path) -> None:
    result = threadmart("ingest", deliveries(tmp_path / "good.jsonl", range(4)), "--source", "telegraph")
    assert result.returncode == 2
    assert "telegraph" in result.stderr
    assert "messenger" in result.stderr, "the line names the sources there are"
    assert not (home / "warehouse.duckdb").exists() or raw_rows(home)["message_event"] == []


def test_a_source_that_does_not_fit_the_file_is_told(home: Path, tmp_path: Path, filled: dict[str, list[tuple[Any, ...]]]) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("number,total\n1,2\n", encoding="utf-8")
    result = threadmart("ingest", path, "--source", "messenger")
    assert result.returncode in (1, 2)
    assert_one_line(result, path, "messenger")
    assert raw_rows(home) == filled


def test_a_mapping_that_names_an_absent_column_is_told(home: Path, tmp_path: Path, filled: dict[str, list[tuple[Any, ...]]]) -> None:
    example = Path(__file__).parents[2] / "examples" / "uci_online_retail.toml"
    path = tmp_path / "orders.csv"
    path.write_text("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,Country\n", encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.write("1,A,Lamp,1,2011-01-04 10:00:00,2.55,Norway\n")
    result = threadmart("ingest", path, "--mapping", example)
    assert result.returncode in (1, 2)
    assert "CustomerID" in result.stderr
    assert "Traceback" not in result.stderr
    assert raw_rows(home) == filled


def test_a_mapping_that_is_not_there_is_wrong_use(home: Path, tmp_path: Path) -> None:
    result = threadmart("ingest", deliveries(tmp_path / "good.jsonl", range(4)), "--mapping", tmp_path / "absent.toml")
    assert result.returncode == 2
    assert "absent.toml" in result.stderr


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """4,000 messages: some 14 KiB in raw landing, 150 KiB of canonical rows, 1 MiB more of warehouse."""
    return deliveries(tmp_path / "many.jsonl", range(1000, 5000), text="a lamp, please " * 9)


def on_a_disk_of(kib: int) -> Callable[[], None]:
    """No file may grow beyond the limit, which a write meets as it meets a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (kib * 1024, kib * 1024))


@pytest.mark.parametrize(("kib", "where"), [(8, "landing"), (64, "canonical rows"), (400, "warehouse")])
def test_a_full_disk_is_told_and_leaves_all_as_it_was(
    home: Path, filled: dict[str, list[tuple[Any, ...]]], many: Path, kib: int, where: str
) -> None:
    result = threadmart("ingest", many, limit=on_a_disk_of(kib))
    assert result.returncode == 1, where
    assert_one_line(result, many, "file too large")
    assert raw_rows(home) == filled
    assert threadmart("ingest", many).returncode == 0
    assert len(raw_rows(home)["message_event"]) == 4003
    assert loaded_paths(home) == {"first.jsonl", "many.jsonl"}


def test_a_disk_that_is_full_after_the_commit_loses_nothing(home: Path, filled: object, many: Path) -> None:
    """The write-ahead log holds the load; it cannot be moved into the warehouse file yet."""
    assert threadmart("ingest", many, limit=on_a_disk_of(1200)).returncode == 0
    assert len(raw_rows(home)["message_event"]) == 4003
    assert threadmart("ingest", many, "--json").returncode == 0
    assert len(raw_rows(home)["message_event"]) == 4003


def test_refused_records_are_normal(home: Path, tmp_path: Path) -> None:
    path = deliveries(tmp_path / "mixed.jsonl", range(3))
    with path.open("a", encoding="utf-8") as file:
        file.write("{not json\n")
    result = threadmart("ingest", path, "--json")
    assert result.returncode == 0
    (row,) = json.loads(result.stdout)["files"]
    assert (row["records"], row["loaded"], row["quarantined"], row["reasons"]) == (4, 3, 1, {"malformed_json": 1})


def test_a_report_that_does_not_exist_is_wrong_use(home: Path) -> None:
    result = threadmart("report", "no_such_report")
    assert result.returncode == 2
    assert "no_such_report" in result.stderr
