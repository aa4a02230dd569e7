-- dialect: duckdb
-- description: One row per distinct telling of a till receipt.
-- grain: row_id
create table if not exists raw.store_sale (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    asset_id varchar not null,
    receipt_key varchar not null,
    told_at timestamp not null,
    currency varchar not null,
    gross_minor bigint not null,
    discount_minor bigint not null default 0,
    refund_minor bigint not null default 0,
    tax_minor bigint not null default 0,
    item_count bigint,
    person_key varchar,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
