-- dialect: duckdb
-- description: One row per line of an order in one told version of it.
-- grain: row_id
create table if not exists raw.order_line (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    order_ref varchar not null,
    told_at timestamp not null,
    version_key varchar not null,
    line_key varchar not null,
    quantity bigint not null,
    gross_minor bigint not null,
    currency varchar not null,
    unit_price_micro bigint not null,
    line_rounding_micro bigint not null default 0,
    discount_minor bigint not null default 0,
    tax_minor bigint not null default 0,
    shipping_minor bigint not null default 0,
    product_id varchar,
    title varchar,
    category varchar,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
