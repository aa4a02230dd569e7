-- description: One row per shop in which identifiers are too shared to make anybody one person: a family's phone, a till's own card.
-- grain: shop_id
-- partition: full
-- input staging.shared_identifier: full
-- as_of: none
-- column shop_id: Shop.
-- column shared_identifier_count: Identifiers linked to more than 20 others; no person is joined through them.
-- column cut_link_count: Links that are not followed therefore.
-- column largest_link_count: Links of the most shared one.
-- check fail not_null: shop_id, shared_identifier_count, cut_link_count, largest_link_count
-- The rule is enough: there are few shared identifiers, and a shop's are all counted.
select
    shop_id,
    count(*) as shared_identifier_count,
    cast(sum(link_count) as bigint) as cut_link_count,
    max(link_count) as largest_link_count
from staging.shared_identifier
group by shop_id
