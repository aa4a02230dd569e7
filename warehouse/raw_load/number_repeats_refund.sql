-- dialect: duckdb
-- Exact repeats among the refund lines of a table export are separate lines: they are numbered within the file.
create temp table numbered as
with repeats as (
    select told.*, row_number() over (partition by segment, row_id order by frame, entry) as repeat_number
    from told
    where source = 'orders_table'
)
select repeats.* exclude (repeat_number)
    replace (
        concat(line_key, '-', repeat_number) as line_key,
        cast(md5(concat(row_id, '-', repeat_number)) as uuid) as row_id
    )
from repeats
union all
select told.* from told where source <> 'orders_table';
drop table told;
alter table numbered rename to told;
