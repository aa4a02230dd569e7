-- dialect: duckdb
-- description: One row per distinct telling of a contact with marketing.
-- grain: row_id
create table if not exists raw.touch (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    asset_id varchar not null,
    touch_key varchar not null,
    kind varchar not null,
    channel varchar not null,
    person_key varchar,
    ad_id varchar,
    ref varchar,
    click_key varchar,
    product_id varchar,
    app varchar,
    message_key varchar,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
