-- dialect: duckdb
-- description: One row per distinct telling of a state of an order.
-- grain: row_id
create table if not exists raw.order_event (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    asset_id varchar not null,
    order_ref varchar not null,
    state varchar not null,
    told_at timestamp not null,
    told_s bigint not null,
    person_key varchar,
    currency varchar,
    gross_minor bigint,
    discount_minor bigint,
    tax_minor bigint,
    shipping_minor bigint,
    version_key varchar,
    message_key varchar,
    payment_method varchar,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
