-- dialect: duckdb
-- description: One row per distinct telling of a message, echo, postback, reaction, delivery, read, opt-in or hand-over.
-- grain: row_id
create table if not exists raw.message_event (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    asset_id varchar not null,
    message_key varchar not null,
    kind varchar not null,
    direction varchar not null,
    person_key varchar,
    is_standby boolean not null default false,
    refers_to_key varchar,
    watermark_at timestamp,
    text_length bigint,
    product_id varchar,
    app varchar,
    status varchar,
    order_ref varchar,
    intent varchar,
    order_stage varchar,
    offers_reorder boolean not null default false,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
