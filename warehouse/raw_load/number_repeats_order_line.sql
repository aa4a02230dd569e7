-- dialect: duckdb
-- Table exports tell an order as lines without ids. Exact repeats are separate lines, so they are numbered within the file;
-- the set of an order's lines is its version, so a second export of the same lines is the same version.
create temp table numbered as
with repeats as (
    select told.*, row_number() over (partition by segment, row_id order by frame, entry) as repeat_number
    from told
    where version_key = ''
),
versions as (
    select segment, shop_id, order_ref,
        md5(array_to_string(list(concat(row_id, '-', repeat_number) order by row_id, repeat_number), ',')) as version_of_lines
    from repeats
    group by segment, shop_id, order_ref
)
select repeats.* exclude (repeat_number)
    replace (
        concat(repeats.line_key, '-', repeat_number) as line_key,
        version_of_lines as version_key,
        cast(md5(concat(repeats.row_id, '-', repeat_number, '-', version_of_lines)) as uuid) as row_id
    )
from repeats
join versions using (segment, shop_id, order_ref)
union all
select told.* from told where version_key <> '';
drop table told;
alter table numbered rename to told;
