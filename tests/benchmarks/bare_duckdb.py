"""Bare DuckDB on a file of message traffic: typed columns, one row per event, a table. What the load is measured against.

`python bare_duckdb.py WAREHOUSE FILE`. No landing, no keyed persons, no quarantine (bad lines are dropped), no duplicates found.
"""

from __future__ import annotations

import sys

import duckdb

PRODUCT = "struct(id varchar, retailer_id varchar)"
REFERRAL = f"""struct("ref" varchar, source varchar, "type" varchar, ad_id varchar, product {PRODUCT},
    ads_context_data struct(product_id varchar))"""
MESSAGE = f"""struct(mid varchar, "text" varchar, is_echo boolean, is_deleted boolean, app_id varchar, sticker_id varchar, metadata varchar,
    quick_reply struct(payload varchar), reply_to struct(mid varchar), attachments struct("type" varchar, payload json)[],
    referral {REFERRAL})"""
THREAD_ITEM = f"""struct(sender struct(id varchar, user_ref varchar), recipient struct(id varchar), "timestamp" bigint, message {MESSAGE},
    postback struct(mid varchar, title varchar, payload varchar, referral {REFERRAL}), referral {REFERRAL},
    optin struct("type" varchar, "ref" varchar, user_ref varchar), delivery struct(mids varchar[], watermark bigint),
    "read" struct(mid varchar, watermark bigint), reaction struct(mid varchar, action varchar, reaction varchar))"""
CHAT = """struct("from" varchar, id varchar, "timestamp" varchar, "type" varchar, "text" struct(body varchar),
    context struct(id varchar, referred_product struct(product_retailer_id varchar)),
    referral struct(source_type varchar, source_id varchar, ctwa_clid varchar),
    "order" struct(product_items struct(product_retailer_id varchar, quantity bigint, item_price varchar, currency varchar)[]),
    reaction struct(message_id varchar, emoji varchar))"""
STATUS = 'struct(id varchar, status varchar, "timestamp" varchar, recipient_id varchar)'
CHANGE = f"""struct(field varchar, "value" struct(metadata struct(phone_number_id varchar), contacts struct(wa_id varchar)[],
    messages {CHAT}[], statuses {STATUS}[]))"""
ENTRY = f'struct(id varchar, "time" bigint, messaging {THREAD_ITEM}[], standby {THREAD_ITEM}[], changes {CHANGE}[])'

LOAD = f"""
create table event as
with told as (
    select object, unnest(entry) as entry
    from read_json(?, format = 'newline_delimited', ignore_errors = true, columns = {{object: 'varchar', entry: '{ENTRY}[]'}})
)
select object, entry.id as asset_id, entry."time" as sent, unnest(entry.messaging) as item, unnest(entry.standby) as standby,
    unnest(flatten([change."value".messages for change in entry.changes])) as chat,
    unnest(flatten([change."value".statuses for change in entry.changes])) as status
from told
"""


def main() -> None:
    with duckdb.connect(sys.argv[1], config={"memory_limit": "1200MB"}) as con:
        con.execute(LOAD, [sys.argv[2]])
        [[events]] = con.execute("select count(*) from event").fetchall()
    sys.stdout.write(f"{events}\n")


if __name__ == "__main__":
    main()
