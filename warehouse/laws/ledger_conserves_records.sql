-- law: Nothing is lost: per file, records = loaded + duplicate + quarantined + erased.
select sha256, records, loaded, duplicate, quarantined, erased
from raw.ledger
where records <> loaded + duplicate + quarantined + erased or least(loaded, duplicate, quarantined, erased) < 0
