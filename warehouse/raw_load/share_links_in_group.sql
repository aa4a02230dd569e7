-- dialect: duckdb
-- A link told in one shop of a group holds in all of them: their persons have one key.
insert into told
with setting as (
    select shop_id, arg_max(value, (occurred_at, row_id)) as group_id
    from raw.config_event
    where key = 'group'
    group by shop_id
)
select told.* replace (
    sibling.shop_id as shop_id,
    cast(md5(concat(told.row_id, '-', sibling.shop_id)) as uuid) as row_id,
    false as is_primary
)
from told
join setting as own on own.shop_id = told.shop_id and own.group_id <> ''
join setting as sibling on sibling.group_id = own.group_id and sibling.shop_id <> own.shop_id;
