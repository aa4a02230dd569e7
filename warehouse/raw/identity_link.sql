-- dialect: duckdb
-- description: One row per statement that two identifiers of a shop belong to one person.
-- grain: row_id
create table if not exists raw.identity_link (
    shop_id varchar not null,
    source varchar not null,
    occurred_at timestamp not null,
    occurred_s bigint not null,
    occurred_on date not null,
    person_key varchar not null,
    linked_key varchar not null,
    reason varchar not null,
    state varchar not null default 'linked',
    row_id uuid not null,
    segment varchar not null,
    frame integer not null,
    entry integer not null
);
