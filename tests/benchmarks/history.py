"""A warehouse of made-up journeys, refreshed whole, then by one more day and by one late day; prints seconds as JSON.

    python -m tests.benchmarks.history FOLDER JOURNEYS DAYS

Journeys are spread evenly over the days: up to ten touches in the fourteen days before an order of two lines. The rows go straight
into `raw`, so that what is measured is the tables, not the loader.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

from tests.reference.warehouses import refresh_all
from warehouse.connection import open_warehouse, transaction
from warehouse.dirty import mark_consumers
from warehouse.models import load_models
from warehouse.raw_tables import create_raw_tables
from warehouse.refresh import reset_outdated

TOUCHES = 10
FIRST_S = 1_735_689_600  # 2025-01-01
ATTRIBUTION = ("attribution.", "reports.attribution", "reports.conversion_attribution", "reports.channel_effect")

JOURNEY = f"""
create temp table journey as
select
    j, 'p' || (j % (? * 3 // 5 + 1)) as person_key,
    cast({FIRST_S} + j * ? // ? * 86400 + hash(j) % 86400 as bigint) as ordered_s
from range(?) as journeys (j)
"""
EVENT = (
    "make_timestamp({second} * 1000000) as occurred_at, {second} as occurred_s,"
    " cast(make_timestamp({second} * 1000000) as date) as occurred_on"
)
PLACE = "cast(md5({key}) as uuid) as row_id, 'history' as segment, 0 as frame, 0 as entry"
TOUCH = f"""
create temp table told_touch as
with touch as (
    select j, k, person_key, hash(j, k) as h, ordered_s - 60 - cast(hash(k, j) % 1209000 as bigint) as touched_s
    from journey, range({TOUCHES}) as touches (k)
)
select
    'bench' as shop_id, 'messenger' as source, {EVENT.format(second="touched_s")}, '1' as asset_id, j || '.' || k as touch_key,
    case h % 20 when 0 then 'store_qr' when 1 then 'ad_impression' when 2 then 'link_referral' when 3 then 'link_referral'
        else 'ad_referral' end as kind,
    'channel_' || (h % 20) as channel, person_key, case when h % 20 > 3 then 'ad' || (h % 120) end as ad_id,
    cast(null as varchar) as ref, null as click_key, null as product_id, null as app, null as message_key,
    {PLACE.format(key="'t' || j || '.' || k")}
from touch
"""
ORDER = f"""
create temp table told_order as
select
    'bench' as shop_id, 'shopify' as source, {EVENT.format(second="ordered_s")}, '1' as asset_id, 'no:' || j as order_ref,
    'confirmed' as state, make_timestamp(ordered_s * 1000000) as told_at, ordered_s as told_s, person_key, 'EUR' as currency,
    3000 + j % 1000 as gross_minor, 100 as discount_minor, 0 as tax_minor, 0 as shipping_minor, 'v' as version_key,
    {PLACE.format(key="'o' || j")}
from journey
"""
LINE = f"""
create temp table told_line as
select
    'bench' as shop_id, 'shopify' as source, {EVENT.format(second="ordered_s")}, 'no:' || j as order_ref,
    make_timestamp(ordered_s * 1000000) as told_at, 'v' as version_key, cast(n as varchar) as line_key, 1 as quantity,
    1500 + (case n when 0 then j % 1000 else 0 end) as gross_minor, 'EUR' as currency, 0 as unit_price_micro, 50 as discount_minor,
    'sku' || (hash(j, n) % 200) as product_id, {PLACE.format(key="'l' || j || '.' || n")}
from journey, range(2) as lines (n)
"""
TOLD = {"touch": "told_touch", "order_event": "told_order", "order_line": "told_line"}


def made(con: duckdb.DuckDBPyConnection, journeys: int, days: int) -> None:
    """The rows of `days` + 1 days, in temporary tables."""
    con.execute(JOURNEY, [journeys, days + 1, journeys, journeys])
    for text in (TOUCH, ORDER, LINE):
        con.execute(text)


def store(con: duckdb.DuckDBPyConnection, where: str) -> int:
    """Moves the rows told on some days into raw; returns how many."""
    count = 0
    for table, told in TOLD.items():
        with transaction(con):
            con.execute(f"create temp table arriving as select * from {told} where {where}")
            con.execute(f"insert into raw.{table} by name select * from arriving")
            mark_consumers(con, f"raw.{table}", "arriving")
            [[rows]] = con.execute("select count(*) from arriving").fetchall()
            con.execute("drop table arriving")
        count += rows
    return count


def refreshed(con: duckdb.DuckDBPyConnection, prefixes: tuple[str, ...] = ("",)) -> dict[str, float]:
    """Seconds of each table, those with one of the prefixes only."""
    seconds = {}
    for model in load_models():
        if model.name.startswith(prefixes):
            started = time.monotonic()
            refresh_all(con, models=[model])
            seconds[model.name] = time.monotonic() - started
    return seconds


def main(folder: Path, journeys: int, days: int) -> dict[str, object]:
    day = f"occurred_s // 86400 - {FIRST_S // 86400}"
    late = days - 10
    with open_warehouse(folder / "history.duckdb", temp=folder / "tmp") as con:
        create_raw_tables(con)
        reset_outdated(con, load_models())
        made(con, journeys, days)
        events = store(con, f"{day} < {days} and {day} <> {late}")
        first = refreshed(con)
        added_events = store(con, f"{day} >= {days}")
        added = refreshed(con)
        late_events = store(con, f"{day} = {late}")
        again = refreshed(con)
    return {
        "events": events,
        "first_s": sum(first.values()),
        "attribution_s": sum(seconds for name, seconds in first.items() if name.startswith(ATTRIBUTION)),
        "added_events": added_events,
        "added_s": sum(added.values()),
        "late_events": late_events,
        "late_s": sum(again.values()),
        "slowest": [
            {name: round(seconds, 2) for name, seconds in sorted(each.items(), key=lambda item: -item[1])[:12]}
            for each in (first, added, again)
        ],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), indent=1) + "\n")
