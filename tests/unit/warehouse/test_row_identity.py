"""A row's identity is its content: equal rows have equal ids, and nothing that differs shares one."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sources.rows import ROW_TYPES
from warehouse.raw_tables import canonical_columns, row_id

POINTER = {"frame", "entry", "is_primary"}
TEXT = st.none() | st.text(st.sampled_from("a,-1\x1e\x1f|"), max_size=4)
COLUMNS = [name for name in canonical_columns("identity_link") if name not in POINTER]
TEXTS = [name for name, kind in canonical_columns("identity_link").items() if kind == "varchar"]
ROWS = st.tuples(*(TEXT if name in TEXTS else st.none() | st.integers(0, 2) for name in COLUMNS))


def _ids(con: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> list[str]:
    kinds = canonical_columns("identity_link")
    con.execute(f"create temp table told ({', '.join(f'{name} {kinds[name]}' for name in COLUMNS)})")
    con.executemany(f"insert into told values ({', '.join('?' for _ in COLUMNS)})", rows)
    return [str(told) for (told,) in con.execute(f"select {row_id('identity_link')} from told order by rowid").fetchall()]


@settings(deadline=None, max_examples=60)
@given(first=ROWS, second=ROWS, place=st.integers(0, len(COLUMNS) - 2))
def test_ids_are_equal_where_rows_are(first: tuple[Any, ...], second: tuple[Any, ...], place: int) -> None:
    shifted = (*first[:place], first[place + 1], first[place], *first[place + 2 :]) if COLUMNS[place] in TEXTS else first
    shifted = shifted if COLUMNS[place + 1] in TEXTS else first
    with duckdb.connect() as con:
        ids = _ids(con, [first, second, shifted, first])
    rows = [first, second, shifted, first]
    assert all((ids[a] == ids[b]) == (rows[a] == rows[b]) for a in range(4) for b in range(4))


@pytest.mark.parametrize("kind", ROW_TYPES)
def test_the_canonical_columns_are_the_fields_of_the_row(kind: Any) -> None:
    assert set(kind.__struct_fields__) == set(canonical_columns(kind.table))
