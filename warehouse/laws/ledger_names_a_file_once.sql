-- law: Nothing counts twice: the ledger holds each file once.
select sha256
from raw.ledger
group by sha256
having count(*) > 1
