-- law: A shop sees only its own: no person key occurs in two shops.
with persons as (
    select distinct shop_id, person_key from raw.message_event where person_key is not null
    union
    select distinct shop_id, person_key from raw.order_event where person_key is not null
)
select person_key
from persons
group by person_key
having count(distinct shop_id) > 1
