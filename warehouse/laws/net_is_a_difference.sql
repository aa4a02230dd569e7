-- law: Money is exact: net revenue is gross minus discount minus refund, on every day.
select shop_id, day_on
from reports.shop_spend_daily
where net_minor <> gross_minor - discount_minor - refund_minor
