"""Moves canonical rows whose raw segment is gone to the shop that owns their asset now: persons get its keys, days its zone.

What a raw segment holds is read again instead. Rows tell who somebody is by a keyed hash, so the vault is asked for what it is of.
A time that was told without an offset stays the instant that it was read as, and an event without an id of its own keeps the name
that was made of its person's old key.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from pipelines.landing.canonical import Summary
from pipelines.landing.canonical_folder import CanonicalFolder, read_summary
from pipelines.office import Office
from pipelines.sources.desk import NO_CURRENCY, Shop
from warehouse.currency import exponent
from warehouse.raw_tables import raw_tables

_PERSONS = ("person_key", "linked_key")
_OWN_DATES = ("ad_spend", "ad_name")  # a day is all that these tell of their time
_UNCLAIMED_DIGITS = 2

Row = dict[str, Any]
_decode = msgspec.json.Decoder(Row).decode
_encode_lines = msgspec.json.Encoder().encode_lines


class CannotMove(Exception):
    """A canonical folder whose rows cannot be told apart or converted; the message says why in one line."""


@dataclass
class Moved:
    """What was moved. `unknown_persons` counts keys that the vault does not know: they stay, as persons of their own."""

    rows: int = 0
    persons: set[str] = field(default_factory=set)
    unknown_persons: set[str] = field(default_factory=set)


class Mover:
    """Rewrites canonical folders for the settings in force."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._contacts: dict[str, dict[str, tuple[str, str]]] = {}
        self.moved = Moved()

    def move(self, folder: Path) -> None:
        """Rewrites one canonical folder in place, whole or not at all. Raises CannotMove, OSError."""
        summary = read_summary(folder)
        if summary is None:
            raise CannotMove(f"{folder.name}: its canonical folder is damaged, and its raw segment is gone")
        targets = self._targets(summary)
        with CanonicalFolder(folder.parent, folder.name) as building:
            sizes = {}
            for name in sorted(summary.sizes):
                path = building.building / name
                content = (folder / name).read_bytes()
                table = name.split(".", 1)[0]
                path.write_bytes(self._moved(content, table, targets, folder.name) if table in raw_tables() else content)
                sizes[name] = path.stat().st_size
            self._office.keep_contacts()
            digest = self._office.desk.settings_digest(summary.assets)
            shops = [self._office.desk.shop(*asset).shop_id for asset in summary.assets]
            building.finish(msgspec.structs.replace(summary, sizes=sizes, settings_digest=digest, shops=shops))

    def _targets(self, summary: Summary) -> dict[str, dict[str, Shop]]:
        """Old shop -> asset id -> the shop it belongs to now."""
        targets: dict[str, dict[str, Shop]] = defaultdict(dict)
        for (source, asset_id), old in zip(summary.assets, summary.shops, strict=True):
            targets[old][asset_id] = self._office.desk.shop(source, asset_id)
        return targets

    def _moved(self, content: bytes, table: str, targets: dict[str, dict[str, Shop]], segment: str) -> bytes:
        rows = []
        for row in _rows(content):
            shop = _target(row, targets, segment)
            if shop is not None:
                self._move_row(row, table, shop, segment)
            rows.append(row)
        return zstandard.ZstdCompressor(level=1, write_checksum=True).compress(_encode_lines(rows))

    def _move_row(self, row: Row, table: str, shop: Shop, segment: str) -> None:
        for name in _PERSONS:
            if row.get(name):
                row[name] = self._person(row["shop_id"], row[name], shop)
        if table not in _OWN_DATES:
            row["occurred_day"] = shop.day(row["occurred_ms"])
        if row.get("currency") == NO_CURRENCY and shop.settings.currency != NO_CURRENCY:
            _convert(row, shop.settings.currency, segment)
        row["shop_id"] = shop.shop_id
        self.moved.rows += 1

    def _person(self, old_shop: str, key: str, shop: Shop) -> str:
        if old_shop not in self._contacts:
            self._contacts[old_shop] = self._office.vault.everybody(old_shop)
        contact = self._contacts[old_shop].get(key)
        if contact is None:
            self.moved.unknown_persons.add(key)
            return key
        self.moved.persons.add(key)
        return shop.person(*contact)


def _rows(content: bytes) -> Iterator[Row]:
    with zstandard.ZstdDecompressor().stream_reader(content) as plain:
        for line in io.BufferedReader(plain):
            yield _decode(line)


def _target(row: Row, targets: dict[str, dict[str, Shop]], segment: str) -> Shop | None:
    """The shop that a row belongs to now; None for one of no asset (a rate)."""
    by_asset = targets.get(row["shop_id"])
    if by_asset is None:
        return None
    told = by_asset.get(row.get("asset_id") or row.get("account_id") or "")
    if told is not None:
        return told
    shops = {shop.shop_id: shop for shop in by_asset.values()}
    if len(shops) > 1:
        raise CannotMove(f"{segment}: its assets {', '.join(sorted(by_asset))} go to different shops, and some rows tell none of them")
    return next(iter(shops.values()))


def _convert(row: Row, currency: str, segment: str) -> None:
    """Amounts that were kept with two digits, because no currency was known, in the shop's."""
    digits = exponent(currency) - _UNCLAIMED_DIGITS
    for name in [name for name in row if name.endswith("_minor") and row[name] is not None]:
        if digits < 0 and row[name] % 10**-digits:
            raise CannotMove(f"{segment}: an amount of hundredths cannot be {currency}")
        row[name] = row[name] * 10**digits if digits >= 0 else row[name] // 10**-digits
    row["currency"] = currency
