-- dialect: duckdb
-- description: One row per key that a model still has to consume (the key's kind is the model's partition kind).
-- grain: model, shop_id, key
create table if not exists raw.dirty (
    model varchar not null,
    shop_id varchar not null,
    key varchar not null
);
