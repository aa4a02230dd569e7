-- law: Nothing is lost: every quarantined record that the ledger counts has its row.
with counted as (
    select segment, count(*) as quarantined
    from raw.quarantine
    group by segment
)
select ledger.segment, ledger.quarantined, coalesce(counted.quarantined, 0) as rows_found
from raw.ledger as ledger
left join counted on counted.segment = ledger.segment
where ledger.quarantined <> coalesce(counted.quarantined, 0)
