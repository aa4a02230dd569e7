"""A warehouse of made-up journeys: refreshed whole, then by one more day and by one late day. Each step is a process of its own.

    python -m tests.benchmarks.history FOLDER made JOURNEYS DAYS
    python -m tests.benchmarks.history FOLDER one_window|attribution|others|added|late

Journeys are spread evenly over the days before 31 December, the day to be added: ten touches in the fourteen days before an order of two
lines. Twenty channels, the k-th touched about 1/k as often as the first. The rows go straight into `raw`, so that what is measured is the
tables, not the loader. Each step prints {"rows", "wall_s", "cpu_s", "seconds" of each table} as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

from tests.reference.warehouses import refresh_all, upstream
from warehouse.connection import REFRESH_MEMORY_LIMIT, open_warehouse, transaction
from warehouse.dirty import mark_consumers
from warehouse.models import Model, load_models
from warehouse.raw_tables import create_raw_tables
from warehouse.refresh import reset_outdated

TOUCHES = 10
ADDED_S = 1_767_139_200  # 2025-12-31, so that a history of any length adds the same day to the same month
LATE_DAYS = 10
ATTRIBUTION = ("attribution.", "reports.attribution", "reports.conversion_attribution", "reports.channel_effect")

JOURNEY = f"""
create temp table journey as
select
    j, 'p' || (j % ($journeys * 3 // 5 + 1)) as person_key,
    cast({ADDED_S} - $days * 86400 + j * ($days + 1) // $journeys * 86400 + hash(j) % 86400 as bigint) as ordered_s
from range($journeys) as journeys (j)
"""
EVENT = (
    "make_timestamp({second} * 1000000) as occurred_at, {second} as occurred_s,"
    " cast(make_timestamp({second} * 1000000) as date) as occurred_on"
)
PLACE = "cast(md5({key}) as uuid) as row_id, 'history' as segment, 0 as frame, 0 as entry"
TOUCH = f"""
create temp table told_touch as
with touch as (
    select
        j, k, person_key, hash(j, k) as h, ordered_s - 60 - cast(hash(k, j) % 1209000 as bigint) as touched_s,
        cast(floor(pow(21, hash(j, k) % 1000003 / 1000003)) as bigint) as c -- 1 to 20
    from journey, range({TOUCHES}) as touches (k)
)
select
    'bench' as shop_id, 'messenger' as source, {EVENT.format(second="touched_s")}, '1' as asset_id, j || '.' || k as touch_key,
    case c when 2 then 'ad_impression' when 3 then 'link_referral' when 6 then 'link_referral' when 9 then 'store_qr'
        else 'ad_referral' end as kind,
    'channel_' || c as channel, person_key, case when c not in (3, 6, 9) then 'ad' || c || '.' || (h % 6) end as ad_id,
    cast(null as varchar) as ref, null as click_key, null as product_id, null as app, null as message_key,
    {PLACE.format(key="'t' || j || '.' || k")}
from touch
"""
ORDER = f"""
create temp table told_order_event as
select
    'bench' as shop_id, 'shopify' as source, {EVENT.format(second="ordered_s")}, '1' as asset_id, 'no:' || j as order_ref,
    'confirmed' as state, make_timestamp(ordered_s * 1000000) as told_at, ordered_s as told_s, person_key, 'EUR' as currency,
    3000 + j % 1000 as gross_minor, 100 as discount_minor, 0 as tax_minor, 0 as shipping_minor, 'v' as version_key,
    {PLACE.format(key="'o' || j")}
from journey
"""
LINE = f"""
create temp table told_order_line as
select
    'bench' as shop_id, 'shopify' as source, {EVENT.format(second="ordered_s")}, 'no:' || j as order_ref,
    make_timestamp(ordered_s * 1000000) as told_at, 'v' as version_key, cast(n as varchar) as line_key, 1 as quantity,
    1500 + (case n when 0 then j % 1000 else 0 end) as gross_minor, 'EUR' as currency, 0 as unit_price_micro, 50 as discount_minor,
    'sku' || (hash(j, n) % 200) as product_id, {PLACE.format(key="'l' || j || '.' || n")}
from journey, range(2) as lines (n)
"""
ONE_WINDOW = f"""
select
    'bench' as shop_id, 'config' as source, {EVENT.format(second=f"cast({ADDED_S} as bigint)")},
    'attribution.presets' as key, '7d_click' as value,
    {PLACE.format(key="'presets'")}
"""
TABLES = ("touch", "order_event", "order_line")
DAY = f"(occurred_s - {ADDED_S}) // 86400"  # 0 is the day to be added
DAY_OF = {"added": f"{DAY} >= 0", "late": f"{DAY} = -{LATE_DAYS}"}


def make(con: duckdb.DuckDBPyConnection, folder: Path, journeys: int, days: int) -> int:
    """Stores what was told before; puts the rows of the two other days into files. Returns how many are stored."""
    create_raw_tables(con)
    reset_outdated(con, load_models())
    con.execute(JOURNEY, {"journeys": journeys, "days": days})
    for text in (TOUCH, ORDER, LINE):
        con.execute(text)
    for table in TABLES:
        for name, where in DAY_OF.items():
            con.execute(f"copy (select * from told_{table} where {where}) to '{folder}/{name}_{table}.parquet'")
    return store(con, {table: f"told_{table} where not ({' or '.join(DAY_OF.values())})" for table in TABLES})


def store(con: duckdb.DuckDBPyConnection, told: dict[str, str]) -> int:
    """Stores rows as the loader does; returns how many."""
    count = 0
    for table, rows in told.items():
        with transaction(con):
            con.execute(f"create temp table arriving as select * from {rows}")
            con.execute(f"insert into raw.{table} by name select * from arriving")
            mark_consumers(con, f"raw.{table}", "arriving")
            [[stored]] = con.execute("select count(*) from arriving").fetchall()
            con.execute("drop table arriving")
        count += stored
    return count


def models_of(name: str) -> list[Model]:
    """What a step refreshes: `made` what attribution reads, `attribution` its own tables, `one_window` nothing, the others everything."""
    if name == "one_window":
        return []
    own = [model for model in load_models() if model.name.startswith(ATTRIBUTION)]
    if name == "made":
        return [model for model in upstream(*(model.name for model in own)) if model not in own]
    return own if name == "attribution" else list(load_models())


def refreshed(con: duckdb.DuckDBPyConnection, models: list[Model]) -> dict[str, float]:
    """Seconds of each table."""
    seconds = {}
    for model in models:
        started = time.monotonic()
        refresh_all(con, models=[model])
        seconds[model.name] = time.monotonic() - started
    return seconds


def step(con: duckdb.DuckDBPyConnection, folder: Path, name: str, *words: str) -> dict[str, object]:
    """One step, what it stores and the tables it refreshes."""
    rows, models = 0, models_of(name)
    wall, cpu = time.monotonic(), time.process_time()
    if name == "made":
        rows = make(con, folder, int(words[0]), int(words[1]))
    elif name == "one_window":
        rows = store(con, {"config_event": f"({ONE_WINDOW})"})
    elif name in DAY_OF:
        rows = store(con, {table: f"'{folder}/{name}_{table}.parquet'" for table in TABLES})
    seconds = refreshed(con, models)
    slowest = dict(sorted(((name, round(each, 2)) for name, each in seconds.items()), key=lambda item: -item[1])[:20])
    return {"rows": rows, "wall_s": time.monotonic() - wall, "cpu_s": time.process_time() - cpu, "seconds": slowest}


def main() -> None:
    folder = Path(sys.argv[1])
    with open_warehouse(folder / "history.duckdb", temp=folder / "tmp", memory_limit=REFRESH_MEMORY_LIMIT) as con:
        sys.stdout.write(json.dumps(step(con, folder, *sys.argv[2:]), indent=1) + "\n")


if __name__ == "__main__":
    main()
