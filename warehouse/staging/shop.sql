-- description: One row per claimed shop: its settings as last told.
-- grain: shop_id
-- partition: full
-- input raw.config_event: full
-- as_of: none
-- column shop_id: Shop.
-- column name: Name that its owner gave it.
-- column currency: ISO 4217 code that the shop counts in.
-- column reporting_currency: ISO 4217 code that its reports convert to; currency where none is set.
-- column zone: IANA time zone of its local days.
-- column is_sample: Whether its data is made up.
-- column group_id: Group of one owner's shops, which share the key of their persons; '' for none.
-- check fail not_null: shop_id
-- The rule is enough: there are as many rows as shops.
with ranked as (
    select
        shop_id, key, value,
        row_number() over (partition by shop_id, key order by occurred_at desc, row_id desc) as choice
    from raw.config_event
)

select
    shop_id,
    max(case when key = 'name' then value end) as name,
    max(case when key = 'currency' then value end) as currency,
    coalesce(max(case when key = 'reporting_currency' then value end), max(case when key = 'currency' then value end)) as reporting_currency,
    max(case when key = 'zone' then value end) as zone,
    coalesce(max(case when key = 'sample' then value end), 'false') = 'true' as is_sample,
    coalesce(max(case when key = 'group' then value end), '') as group_id
from ranked
where choice = 1
group by shop_id
