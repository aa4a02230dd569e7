-- dialect: duckdb
-- Exact repeats among the refund lines of a table export are separate lines: they are numbered within the file.
update told
set line_key = numbered.line_key, row_id = numbered.row_id
from (
    select rowid as told_rowid,
        concat(line_key, '-', row_number() over repeats) as line_key,
        cast(md5(concat(cast(row_id as varchar), '-', row_number() over repeats)) as uuid) as row_id
    from told
    where source = 'orders_table'
    window repeats as (partition by row_id order by frame, entry)
) as numbered
where told.rowid = numbered.told_rowid;
