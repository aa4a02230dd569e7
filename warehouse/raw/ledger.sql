-- dialect: duckdb
-- description: One row per landed file: what became of each of its records. records = loaded + duplicate + quarantined + erased.
-- grain: sha256
create table if not exists raw.ledger (
    sha256 varchar not null,
    path varchar not null,
    segment varchar not null,
    source varchar not null,
    landed_at timestamp not null,
    records bigint not null,
    loaded bigint not null,
    duplicate bigint not null,
    quarantined bigint not null,
    erased bigint not null,
    reasons varchar not null,
    assets varchar not null,
    touched_keys bigint not null
);
