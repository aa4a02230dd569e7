-- dialect: duckdb
-- description: One row per distinct telling of one ad on one day (restatements are further rows).
-- grain: row_id
create table if not exists raw.ad_spend (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    account_id varchar not null,
    ad_id varchar not null,
    currency varchar not null,
    ad_spend_minor bigint not null,
    impressions bigint not null default 0,
    clicks bigint not null default 0,
    told_at timestamp,
    ad_name varchar,
    adset_id varchar,
    adset_name varchar,
    campaign_id varchar,
    campaign_name varchar,
    claimed_order_count bigint,
    claimed_value_minor bigint,
    conversation_started_count bigint,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
