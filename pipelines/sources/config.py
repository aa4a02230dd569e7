"""shops.toml: which assets make a shop, its currency and its zone. Landed like any fact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from pipelines.sources.attribution_settings import AttributionSettings, SettingError, attribution_events
from pipelines.sources.desk import ShopSettings
from pipelines.sources.registry import SOURCE_NAMES
from pipelines.sources.rows import ConfigEvent
from pipelines.sources.toml_text import TomlError, decoded_toml
from warehouse.currency import EXPONENTS

_EPOCH = date(1970, 1, 1)
_SHOP_ID = re.compile(r"[a-z0-9-]{1,64}")


class ConfigError(ValueError):
    """A shops.toml that cannot be used; says which shop and key, and what was expected."""


class DeclaredShop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One [[shop]] of shops.toml."""

    id: str
    name: str
    currency: str
    zone: str
    sample: bool = False
    group: str = ""  # shops of one legal owner share their persons
    assets: dict[str, list[str]] = {}
    attribution: AttributionSettings = AttributionSettings()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    shop: list[DeclaredShop]


def is_shops_file(text: str) -> bool:
    """Whether a TOML text declares shops at all."""
    return re.search(r"^[ \t]*\[\[[ \t]*shop[ \t]*\]\]", text, re.MULTILINE) is not None


def parse_shops(text: str) -> list[DeclaredShop]:
    """The shops of a shops.toml. Raises ConfigError."""
    try:
        shops = msgspec.convert(decoded_toml(text), _File).shop
    except (TomlError, msgspec.ValidationError) as error:
        raise ConfigError(str(error)) from error
    owners: dict[tuple[str, str], str] = {}
    for shop in shops:
        if not _SHOP_ID.fullmatch(shop.id):
            raise ConfigError(f"shop {shop.id!r}: id must be 1 to 64 of a-z, 0-9 and -")
        if shop.currency not in EXPONENTS:
            raise ConfigError(f"shop {shop.id!r}: currency {shop.currency!r} is not an ISO 4217 code")
        if shop.zone not in available_timezones():
            raise ConfigError(f"shop {shop.id!r}: zone {shop.zone!r} is not an IANA time zone such as Europe/Berlin")
        if shop.group and not _SHOP_ID.fullmatch(shop.group):
            raise ConfigError(f"shop {shop.id!r}: group must be 1 to 64 of a-z, 0-9 and -")
        try:
            attribution_events(shop.attribution)
        except SettingError as error:
            raise ConfigError(f"shop {shop.id!r}: {error}") from error
        if any(other.group == shop.group != "" and other.sample != shop.sample for other in shops):
            raise ConfigError(f"group {shop.group!r}: its shops are all samples or none is")
        for source, assets in shop.assets.items():
            if source not in SOURCE_NAMES:
                raise ConfigError(f"shop {shop.id!r}: assets.{source}: expected one of {', '.join(SOURCE_NAMES)}")
            for asset in assets:
                if owners.setdefault((source, asset), shop.id) != shop.id:
                    raise ConfigError(f"asset {source} {asset!r} belongs to both {owners[source, asset]!r} and {shop.id!r}")
    return shops


def config_events(shops: list[DeclaredShop], landed_ms: int) -> list[tuple[ConfigEvent, ...]]:
    """One record per shop: a row per setting, in force from when it was landed."""
    records = []
    for shop in shops:
        settings = {
            "name": shop.name,
            "currency": shop.currency,
            "zone": shop.zone,
            "sample": str(shop.sample).lower(),
            "group": shop.group,
        }
        settings |= attribution_events(shop.attribution)
        settings |= {f"asset.{source}.{asset}": "owned" for source, assets in shop.assets.items() for asset in assets}
        day = _local_day(shop.zone, landed_ms)
        records.append(
            tuple(
                ConfigEvent(shop_id=shop.id, source="config", occurred_ms=landed_ms, occurred_day=day, key=key, value=value)
                for key, value in settings.items()
            )
        )
    return records


def _local_day(zone: str, epoch_ms: int) -> int:
    local = datetime.fromtimestamp(epoch_ms // 1000, UTC).astimezone(ZoneInfo(zone))
    return local.date().toordinal() - _EPOCH.toordinal()


@dataclass(frozen=True)
class Directory:
    """The configuration in force."""

    shops_by_asset: dict[tuple[str, str], ShopSettings]
    sample_shops: frozenset[str]
    group_of: dict[str, str]  # shop id -> its group, of shops that are in one


def directory(settings: list[tuple[str, str, str]]) -> Directory:
    """From (shop id, key, value) of the settings in force, oldest first."""
    by_shop: dict[str, dict[str, Any]] = {}
    owner: dict[tuple[str, str], str] = {}
    for shop_id, key, value in settings:
        if key.startswith("asset."):
            _, source, asset = key.split(".", 2)
            owner[source, asset] = shop_id
        else:
            by_shop.setdefault(shop_id, {})[key] = value
    group_of = {shop_id: told["group"] for shop_id, told in by_shop.items() if told.get("group")}
    known = {
        shop_id: ShopSettings(
            shop_id, told["currency"], told["zone"], group=group_of.get(shop_id, ""), siblings=_siblings(shop_id, group_of)
        )
        for shop_id, told in by_shop.items()
        if "currency" in told and "zone" in told
    }
    return Directory(
        shops_by_asset={asset: known[shop_id] for asset, shop_id in owner.items() if shop_id in known},
        sample_shops=frozenset(shop_id for shop_id, told in by_shop.items() if told.get("sample") == "true"),
        group_of=group_of,
    )


def _siblings(shop_id: str, group_of: Mapping[str, str]) -> tuple[str, ...]:
    group = group_of.get(shop_id)
    return tuple(sorted(other for other, theirs in group_of.items() if theirs == group and other != shop_id)) if group else ()
