-- dialect: duckdb
-- description: One row per consent granted or withdrawn.
-- grain: row_id
create table if not exists raw.consent_event (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    person_key varchar not null,
    purpose varchar not null,
    state varchar not null,
    basis varchar not null,
    order_ref varchar,
    proof varchar,
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
