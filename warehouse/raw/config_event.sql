-- dialect: duckdb
-- description: One row per setting of a shop, each time it is told.
-- grain: row_id
create table if not exists raw.config_event (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    key varchar not null,
    value varchar not null,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
