"""Reading tables: every line of a file is one row or one refused row, whatever the file holds."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.contract import Quarantined
from pipelines.sources.quarantine import Reason
from pipelines.sources.tables import TableError, read_csv, read_jsonl, read_parquet

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
NAMES = st.lists(st.text("abcdefgh", min_size=1, max_size=4), min_size=2, max_size=5, unique=True)


@given(names=NAMES, delimiter=st.sampled_from(",;\t|"), bom=st.booleans(), data=st.data())
def test_a_csv_reads_back_as_written(names: list[str], delimiter: str, bom: bool, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=6))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([names, *rows])
    table = read_csv(io.BytesIO((b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode()))
    assert table.columns == tuple(names)
    assert list(table.rows) == [dict(zip(names, row, strict=True)) for row in rows]


@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_table_or_no_table(content: bytes) -> None:
    for read in (read_csv, read_jsonl):
        try:
            rows = list(read(io.BytesIO(b"a,b\n" + content)).rows)
        except TableError:
            continue
        assert all(isinstance(row, dict | Quarantined) for row in rows)


def test_a_row_that_cannot_be_read_does_not_take_its_neighbours_down() -> None:
    content = b'a,b\n1,2\n1,2,3\n1\n\n\xff,2\n"x\ny",2\n3,4\n'
    rows = list(read_csv(io.BytesIO(content)).rows)
    assert [row if isinstance(row, dict) else row.reason for row in rows] == [
        {"a": "1", "b": "2"},
        Reason.MALFORMED_ROW,
        Reason.MALFORMED_ROW,
        Reason.MALFORMED_ROW,
        {"a": "x\ny", "b": "2"},
        {"a": "3", "b": "4"},
    ]


def test_a_quote_that_never_ends_is_refused_and_not_held_in_memory() -> None:
    rows = list(read_csv(io.BytesIO(b'a,b\n1,"2\n' + b"x" * 400_000 + b"\n3,4\n")).rows)
    assert any(isinstance(row, Quarantined) for row in rows)


def test_names_met_twice_and_blank_names() -> None:
    assert read_csv(io.BytesIO(b"a,a, ,a.2,a\n")).columns == ("a", "a.2", "column_3", "a.2.2", "a.3")


@pytest.mark.parametrize("content", [b"", b"\n\n", b",,\n1,2,3\n", b"\xff\xfea\x00,\x00b\x00\n\x00"])
def test_a_file_without_a_header_is_no_table(content: bytes) -> None:
    with pytest.raises(TableError):
        read_csv(io.BytesIO(content))


def test_fixtures_with_a_byte_order_mark_and_a_name_met_twice(shared: Path) -> None:
    with (shared / "fixtures/fivetran-dbt-shopify/csv/shopify_order_line_data.csv").open("rb") as file:
        table = read_csv(file)
        assert table.columns[0] == "order_id"
        assert [row["price"] for row in table.rows if isinstance(row, dict)] == ["4.4", "2.8", "2.8"]
    (ga4,) = (shared / "fixtures/fivetran-dbt-ga4-export/csv").glob("*.csv")
    with ga4.open("rb") as file:
        assert "param_session_engaged.2" in read_csv(file).columns


def test_json_lines_keep_fractions_exact_and_refuse_what_is_no_object() -> None:
    table = read_jsonl(io.BytesIO(b'\n[1]\n{"id":23846784938030398,"price":0.1000000000000000055}\n{"id":\n7\n{"id":2}\n'))
    assert table.columns == ("id", "price")
    assert list(table.rows) == [
        Quarantined(Reason.WRONG_SHAPE, "a row is an object"),
        {"id": 23846784938030398, "price": Decimal("0.1000000000000000055")},
        Quarantined(Reason.MALFORMED_JSON),
        Quarantined(Reason.WRONG_SHAPE, "a row is an object"),
        {"id": 2},
    ]


class NoSeek(io.RawIOBase):
    """A stream that only goes forward, as landed files come."""

    def __init__(self, content: bytes) -> None:
        self._inner = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        return self._inner.readinto(buffer)


def test_parquet_gives_plain_values_also_from_a_stream_that_cannot_seek() -> None:
    content = io.BytesIO()
    nanoseconds = pa.array([1_600_000_000_123_456_789, None], pa.timestamp("ns"))
    pq.write_table(pa.table({"id": [1, 2], "price": [0.1, None], "at": nanoseconds}), content)
    rows = list(read_parquet(NoSeek(content.getvalue())).rows)  # type: ignore[arg-type]
    assert rows == [{"id": 1, "price": 0.1, "at": datetime(2020, 9, 13, 12, 26, 40, 123456)}, {"id": 2, "price": None, "at": None}]
    assert type(rows[0]["at"]) is datetime  # type: ignore[index]
    assert list(read_csv(NoSeek(b"a,b\n1,2\n")).rows) == [{"a": "1", "b": "2"}]  # type: ignore[arg-type]


def test_what_only_begins_like_parquet_is_no_table() -> None:
    with pytest.raises(TableError, match="not a Parquet file"):
        read_parquet(io.BytesIO(b"PAR1 and nothing else"))
