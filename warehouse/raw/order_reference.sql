-- dialect: duckdb
-- description: One row per other name of an order.
-- grain: row_id
create table if not exists raw.order_reference (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    order_ref varchar not null,
    same_as_ref varchar not null,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
