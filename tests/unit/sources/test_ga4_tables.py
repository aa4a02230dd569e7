"""GA4 events in tables: nested Parquet, JSON in the cells of a CSV, Fivetran's flattened rows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow
import pyarrow.parquet

from pipelines.shapes.drift import DriftWatch
from pipelines.sources.contract import Loaded
from pipelines.sources.registry import table_outcomes
from tests.web_events import desk, purchase, rows

CAMPAIGN = {"manual_source": "facebook", "manual_medium": "paid_social", "manual_campaign_name": "spring"}


def test_a_nested_parquet_export_tells_the_same_as_json() -> None:
    row = purchase(collected_traffic_source=CAMPAIGN)
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([row]), sink)
    sink.seek(0)
    ((name, outcome),) = table_outcomes("parquet", sink, desk(), None, DriftWatch().rows)
    assert name == "ga4"
    assert isinstance(outcome, Loaded)
    assert list(outcome.rows) == rows(row)


def test_trap_45_and_46_a_csv_with_a_column_twice_and_json_in_its_cells() -> None:
    row = purchase()
    cells = {name: json.dumps(cell) if isinstance(cell, list | dict) else str(cell) for name, cell in row.items()}
    text = io.StringIO()
    csv.writer(text).writerows([["﻿event_date", *list(cells)[1:], "event_date"], [*cells.values(), "x"]])
    ((name, outcome),) = table_outcomes("csv", io.BytesIO(text.getvalue().encode()), desk(), None, DriftWatch().rows)
    assert name == "ga4"
    assert isinstance(outcome, Loaded)
    assert list(outcome.rows) == rows(row)


def test_trap_45_the_flattened_fixture_names_a_column_twice(shared: Path) -> None:
    folder = shared / "fixtures/fivetran-dbt-ga4-export"
    (order, *_) = rows((folder / "event_1_purchase.json").read_bytes())
    assert (order.order_ref, order.currency, order.gross_minor) == ("no:txn_123", "USD", 2999)
    with (folder / "csv/event_data.csv").open("rb") as file:
        told = [outcome for _, outcome in table_outcomes("csv", file, desk(), None, DriftWatch().rows)]
    assert all(isinstance(outcome, Loaded) for outcome in told)
    assert isinstance(told[0], Loaded)
    assert order in told[0].rows
