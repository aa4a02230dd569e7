-- description: People by the local day of their first touch ever, and how many reached each step within 28 days (2 419 200 s), in any order.
-- grain: shop_id, day_on
-- partition: day day_on
-- input metrics.funnel_person: day entered_on
-- as_of: none
-- column shop_id: Shop.
-- column day_on: Local day of the first touch.
-- column entered: People first touched that day.
-- column conversed: Of these, who wrote to the shop.
-- column interested: Who gave a sign of interest beyond a message: a like, a reaction, a share, a question about a product.
-- column carted: Who sent a cart.
-- column ordered: Who ordered.
-- column paid: Who paid an order.
-- column delivered: Who received an order.
-- column reordered: Who ordered a second time or confirmed a re-order by the Like thumb.
-- check fail not_null: shop_id, day_on
-- check fail nobody_reaches_without_entering: entered > 0 and conversed <= entered and ordered <= entered and reordered <= entered
-- The rule is enough: a person whose entry moves is a changed row of both days.
select
    person.shop_id,
    person.entered_on as day_on,
    count(case when person.place = 0 then 1 end) as entered,
    count(case when person.place = 1 then 1 end) as conversed,
    count(case when person.place = 2 then 1 end) as interested,
    count(case when person.place = 3 then 1 end) as carted,
    count(case when person.place = 4 then 1 end) as ordered,
    count(case when person.place = 5 then 1 end) as paid,
    count(case when person.place = 6 then 1 end) as delivered,
    count(case when person.place = 7 then 1 end) as reordered
from metrics.funnel_person as person
join scope_day as scope on scope.shop_id = person.shop_id and scope.day_on = person.entered_on
where person.funnel_order = 'any_order' and person.took_s <= 2419200
group by person.shop_id, person.entered_on
