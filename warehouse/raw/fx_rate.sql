-- dialect: duckdb
-- description: One row per distinct telling of what a euro cost in a currency on a day; shop_id is ''.
-- grain: row_id
create table if not exists raw.fx_rate (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    currency varchar not null,
    rate_e9 bigint not null,
    told_at timestamp,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
