-- dialect: duckdb
-- description: One row per marking of a key that a model still has to consume (the key's kind is the model's partition kind); rows may repeat.
-- grain: none
create table if not exists raw.dirty (
    model varchar not null,
    shop_id varchar not null,
    key varchar not null
);
