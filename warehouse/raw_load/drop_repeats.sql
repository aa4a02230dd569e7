-- dialect: duckdb
-- Of the equal rows of a load one stays: a primary row before others, then the one told first.
delete from told where rowid in (
    with repeated as (
        select row_id from told group by row_id having count(*) > 1
    ),
    numbered as (
        select told.rowid as told_rowid,
            row_number() over (partition by row_id order by not is_primary, segment, frame, entry) as telling_number
        from told
        join repeated using (row_id)
    )
    select told_rowid from numbered where telling_number > 1
);
