-- dialect: duckdb
-- description: One row per refused record: why, and where it lies in landing.
-- grain: segment, frame, entry
create table if not exists raw.quarantine (
    segment varchar not null,
    frame integer not null,
    entry integer not null,
    source varchar not null,
    reason varchar not null,
    field varchar not null
);
