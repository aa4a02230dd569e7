"""What an asset tells of the table behind it: its columns and some of its rows."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
import duckdb

from pipelines.markdown import table_preview

_PREVIEW_ROWS = 10


def table_metadata(con: duckdb.DuckDBPyConnection, table: str, descriptions: Mapping[str, str]) -> dict[str, dg.MetadataValue]:
    """The metadata of a stored table (`schema.table`); `descriptions` says what its columns mean, where that is known."""
    cursor = con.execute(f"select * from {table} limit {_PREVIEW_ROWS}")
    columns = [(column[0], str(column[1]).lower()) for column in cursor.description or ()]
    schema = dg.TableSchema([dg.TableColumn(name, kind, descriptions.get(name)) for name, kind in columns])
    preview = table_preview([name for name, _ in columns], cursor.fetchall())
    return {"dagster/column_schema": dg.MetadataValue.table_schema(schema), "preview": dg.MetadataValue.md(preview)}
