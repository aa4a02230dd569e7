"""What a run does, step by step; the command and Dagster call the same functions. Needs no Dagster."""

from __future__ import annotations

import duckdb

from pipelines.failure import first_line
from pipelines.home import Home
from pipelines.ingest import dropped_files, ingest_dropped
from pipelines.landing.deliveries import holds_unsealed, seal_received
from pipelines.loading import Ingested, Progress, landed_segments, open_loader
from pipelines.retention import aged_segments, expired_segments, raw_days
from warehouse.connection import open_warehouse
from warehouse.dirty import dirty_count
from warehouse.models import load_models
from warehouse.raw_tables import create_raw_tables
from warehouse.raw_version import outdated_tables
from warehouse.snapshot import latest


def nothing_new(home: Home) -> bool:
    """Whether all that is landed is loaded, refreshed by the models as their files say, and published."""
    if dropped_files(home) or holds_unsealed(home.landing_raw):
        return False
    landed = landed_segments(home)
    if not home.warehouse.exists():
        return not landed
    if latest(home.published) is None:
        return False
    with open_warehouse(home.warehouse, temp=home.tmp) as con:
        if outdated_tables(con):
            return False
        create_raw_tables(con)
        computed = set(con.execute("select model, version from raw.model_version").fetchall())
        if dirty_count(con) or computed != {(model.name, model.version) for model in load_models()}:
            return False
        known = {row[0] for row in con.execute("select segment from raw.ledger").fetchall()}
    return landed <= known


def nothing_to_do(home: Home, now_ms: int) -> bool:
    """Whether a run would change nothing: nothing is new, and no raw segment's time is over."""
    if not nothing_new(home):
        return False
    days = raw_days()
    if not aged_segments(home.landing_raw, days, now_ms):
        return True
    with open_warehouse(home.warehouse, temp=home.tmp) as con:
        return not expired_segments(open_loader(home, con), days, now_ms)


def load_landed(home: Home, con: duckdb.DuckDBPyConnection, progress: Progress | None = None) -> Ingested:
    """Takes in the drop folder, has receivers seal what they hold, and loads every landed segment that the ledger does not know.

    Loads everything again where settings changed for what is loaded: a run may have been killed before it did.
    """
    done = ingest_dropped(home, con, progress)
    try:
        seal_received(home.landing_raw)
    except OSError as error:
        done.refused[home.landing_raw] = f"what is being received: {first_line(error)}"
    loader = open_loader(home, con)
    landed = loader.load_landed(progress)
    done.files += landed.files
    done.refused |= landed.refused
    if loader.outdated_segments():
        loader.reload_everything(progress)
        done.is_reloaded = True
    return done
