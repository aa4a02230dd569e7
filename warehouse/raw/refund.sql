-- dialect: duckdb
-- description: One row per refunded line, or part of a refund such as tax or shipping, as told.
-- grain: row_id
create table if not exists raw.refund (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    refund_key varchar not null,
    line_key varchar not null,
    kind varchar not null,
    currency varchar not null,
    refund_minor bigint not null,
    quantity bigint not null default 0,
    line_rounding_micro bigint not null default 0,
    order_ref varchar,
    product_id varchar,
    title varchar,
    person_key varchar,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
