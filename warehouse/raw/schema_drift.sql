-- dialect: duckdb
-- description: One row per field of a landed file that is not as documented: new, of another type, or missing; how often, and where it was met.
-- grain: segment, source, path, kind, json_type, first_frame
create table if not exists raw.schema_drift (
    segment varchar not null,
    source varchar not null,
    path varchar not null,
    kind varchar not null,
    json_type varchar not null,
    first_frame integer not null,
    last_frame integer not null,
    count bigint not null
);
