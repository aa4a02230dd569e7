-- dialect: duckdb
-- Table exports tell an order as lines without ids. Exact repeats are separate lines, so they are numbered within the file;
-- the set of an order's lines is its version, so a second export of the same lines is the same version.
update told
set line_key = numbered.line_key, version_key = numbered.version_key, row_id = numbered.row_id
from (
    with repeats as (
        select rowid as told_rowid, shop_id, order_ref, line_key, row_id, told_at,
            row_number() over (partition by row_id order by frame, entry) as repeat_number
        from told
        where version_key = ''
    ),
    versions as (
        select shop_id, order_ref,
            md5(string_agg(concat(cast(row_id as varchar), '-', repeat_number), ',' order by row_id, repeat_number)) as version_key
        from repeats
        group by shop_id, order_ref
    )
    select told_rowid, versions.version_key,
        concat(line_key, '-', repeat_number) as line_key,
        cast(md5(concat(cast(row_id as varchar), '-', repeat_number, '-', versions.version_key)) as uuid) as row_id
    from repeats
    join versions using (shop_id, order_ref)
) as numbered
where told.rowid = numbered.told_rowid;
