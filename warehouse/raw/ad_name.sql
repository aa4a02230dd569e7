-- dialect: duckdb
-- description: One row per ad and day on which an ad log names what it runs in.
-- grain: row_id
create table if not exists raw.ad_name (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    account_id varchar not null,
    ad_id varchar not null,
    ad_name varchar,
    adset_id varchar,
    adset_name varchar,
    campaign_id varchar,
    campaign_name varchar,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
