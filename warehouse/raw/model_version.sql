-- dialect: duckdb
-- description: One row per model: the version of its file that the stored table was computed with.
-- grain: model
create table if not exists raw.model_version (
    model varchar not null,
    version varchar not null
);
