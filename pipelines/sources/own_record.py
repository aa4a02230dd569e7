"""One record of an own format while it is read: its fields by what they mean, its sender, its person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.sources.buyers import Identifier, buyer
from pipelines.sources.cells import amount_of, integer_of, text_of
from pipelines.sources.contacts import contact_identifiers
from pipelines.sources.currencies import currency_of
from pipelines.sources.desk import Desk, Shop
from pipelines.sources.instants import LocalTimes
from pipelines.sources.money import InvalidMoney
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from pipelines.sources.rows import IdentityLink, Touch

PERSON_FIELDS = ("customer_id", "loyalty_id", "email", "email_sha256", "phone", "phone_sha256", "psid", "igsid")
ANY_PERSON_FIELD = f"{', '.join(PERSON_FIELDS[:-1])} or {PERSON_FIELDS[-1]}"


@dataclass(frozen=True, slots=True)
class Fields:
    """A record by its field names; blank fields and a data frame's NaN are absent. Every reader raises Refusal."""

    source: str
    told: Mapping[str, Any]
    sent_at: Any  # `timestamp` of the body that told it; None in a table

    def text(self, field: str) -> str | None:
        try:
            return text_of(self.told.get(field))
        except Refusal as refusal:
            raise Refusal(refusal.reason, field) from None

    def required(self, field: str) -> str:
        text = self.text(field)
        if text is None:
            raise Refusal(Reason.MISSING_FIELD, field)
        return text

    def choice(self, field: str, choices: Mapping[str, str]) -> str:
        """What the choice told stands for."""
        chosen = choices.get(self.required(field).lower())
        if chosen is None:
            raise Refusal(Reason.UNKNOWN_EVENT, f"{field}: expected {', '.join(choices)}")
        return chosen

    def integer(self, field: str) -> int | None:
        return None if self.text(field) is None else integer_of(self.told[field], field)

    def instant_ms(self, field: str, zone: str) -> int:
        """UTC epoch milliseconds; a time without an offset is one of `zone`."""
        if self.text(field) is None:
            raise Refusal(Reason.MISSING_FIELD, field)
        return _times(zone).epoch_ms(self.told[field], field)

    def sent_ms(self, zone: str) -> int | None:
        return None if self.sent_at in (None, "") else _times(zone).epoch_ms(self.sent_at, "timestamp")


@dataclass(frozen=True, slots=True)
class Record(Fields):
    """A record whose sender belongs to a shop."""

    asset_id: str
    shop: Shop

    def when(self, field: str) -> int:
        """UTC epoch milliseconds; a time without an offset is the shop's."""
        return self.instant_ms(field, self.shop.settings.zone)

    def told_ms(self, occurred_ms: int) -> int:
        """When the record was told: its `told_at`, else the body's timestamp, else when it happened."""
        if self.text("told_at") is not None:
            return self.when("told_at")
        sent_ms = self.sent_ms(self.shop.settings.zone)
        return occurred_ms if sent_ms is None else sent_ms

    def currency(self) -> str:
        """The currency told, else the shop's."""
        return currency_of(self.text("currency") or self.shop.settings.currency, "currency")

    def amount_minor(self, field: str, currency: str) -> int:
        """Minor units of an amount in major units; 0 where it is absent."""
        try:
            return amount_of(self.told[field], currency) if self.text(field) is not None else 0
        except InvalidMoney:
            raise Refusal(Reason.INVALID_MONEY, field) from None

    def person(self, occurred_ms: int) -> tuple[str | None, list[IdentityLink]]:
        """The key of the person told, None for nobody, and the links between the names told for them."""
        return buyer(self.shop, self.source, occurred_ms, self._identifiers())

    def base(self, occurred_ms: int) -> dict[str, Any]:
        """The fields of every row that happened at `occurred_ms`."""
        day = self.shop.day(occurred_ms)
        return {"shop_id": self.shop.shop_id, "source": self.source, "occurred_ms": occurred_ms, "occurred_day": day}

    def touch(self, occurred_ms: int, kind: str, channel: str, person_key: str | None, **told: Any) -> Touch:
        """A contact with marketing, one by its `event_id` where the sender tells one; `told` are its optional fields."""
        event_id = self.text("event_id")
        subject = told.get("ad_id") or told.get("ref") or ""
        name = (self.source, self.asset_id, event_id) if event_id else (self.source, person_key or "", kind, subject, occurred_ms)
        return Touch(
            **self.base(occurred_ms),
            asset_id=self.asset_id,
            touch_key=self.shop.hashed("touch", *name),
            kind=kind,
            channel=channel,
            person_key=person_key,
            **told,
        )

    def _identifiers(self) -> Iterator[Identifier]:
        """The customer of a shop system first: that is who the other names belong to."""
        for field, kind in (("customer_id", self.text("customer_of") or "customer"), ("loyalty_id", "loyalty")):
            if told := self.text(field):
                yield Identifier(kind, told, field)
        yield from contact_identifiers(
            email=self.text("email"),
            email_sha256=self.text("email_sha256"),
            phone=self.text("phone"),
            phone_sha256=self.text("phone_sha256"),
        )
        for field, kind in (("psid", "messenger"), ("igsid", "instagram")):
            if told := self.text(field):
                yield Identifier(kind, told, field)


def record_of(fields: Fields, desk: Desk) -> Record:
    """The record with the shop of its `asset`. Raises Refusal where it names none."""
    asset_id = fields.required("asset")
    return Record(fields.source, fields.told, fields.sent_at, asset_id, desk.shop(fields.source, asset_id))


@cache
def _times(zone: str) -> LocalTimes:
    return LocalTimes(zone)
