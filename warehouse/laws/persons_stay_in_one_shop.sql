-- law: A shop sees only its own: no person key occurs in shops of two owners.
with persons as (
    select shop_id, person_key from raw.message_event where person_key is not null
    union
    select shop_id, person_key from raw.order_event where person_key is not null
    union
    select shop_id, person_key from raw.touch where person_key is not null
    union
    select shop_id, person_key from raw.store_sale where person_key is not null
),
owned as (
    select persons.person_key, coalesce(nullif(shop.group_id, ''), persons.shop_id) as owner
    from persons
    left join staging.shop as shop on shop.shop_id = persons.shop_id
)
select person_key
from owned
group by person_key
having count(distinct owner) > 1
