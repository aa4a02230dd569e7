"""What a normaliser may ask for: the shop behind an asset, its local dates, and its keyed hashes."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass, field
from datetime import datetime
from hashlib import blake2b, sha256
from zoneinfo import ZoneInfo

DAY_MS = 86_400_000
NO_CURRENCY = "XXX"  # ISO 4217: no currency. Amounts of an unclaimed asset that tells none, until somebody claims it
_REMEMBERED_PERSONS = 200_000
_REMEMBERED_MESSAGES = 50_000
_HASHED_ELSEWHERE = frozenset({"email", "phone"})
_QUARTER_HOUR_S = 900  # every zone changes its offset, and begins its days, at a multiple of this
_QUARTER_HOUR_MS = _QUARTER_HOUR_S * 1000


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """A shop as declared in shops.toml, or made up for an asset nobody has claimed."""

    shop_id: str
    currency: str  # of amounts that tell none themselves
    zone: str
    is_claimed: bool = True
    group: str = ""  # shops of one owner, which share the key of their persons
    siblings: tuple[str, ...] = ()  # the others of its group


@dataclass(slots=True)
class Contact:
    """A platform id or contact detail on its way to the vault."""

    shop_id: str
    person_key: str
    kind: str
    value: str


@dataclass(slots=True)
class Shop:
    """One shop while a delivery is normalised: its dates and its keys."""

    settings: ShopSettings
    key: bytes = field(repr=False)
    name_key: bytes | None = field(default=None, repr=False)  # of names that are nobody's; None: the key of persons
    _persons: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    _contacts: list[Contact] = field(default_factory=list, repr=False)
    _messages: dict[str, str] = field(default_factory=dict, repr=False)
    _days: dict[int, int] = field(default_factory=dict, repr=False)
    _zone: ZoneInfo | None = field(default=None, repr=False)
    _keyed: blake2b = field(init=False, repr=False)
    _person_digest: Callable[[bytes], bytes] = field(init=False, repr=False)
    shop_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.shop_id = self.settings.shop_id
        self._keyed = blake2b(key=(self.name_key or self.key)[:32], digest_size=16)
        self._person_digest = hmac_sha256(self.key)

    def day(self, epoch_ms: int) -> int:
        """The shop-local date of an instant, as days since 1970-01-01."""
        quarter = epoch_ms // _QUARTER_HOUR_MS
        day = self._days.get(quarter)
        if day is None:
            second = quarter * _QUARTER_HOUR_S
            day = self._days[quarter] = (second + self._offset_at(second)) // 86_400
        return day

    def _offset_at(self, second: int) -> int:
        if self._zone is None:
            self._zone = ZoneInfo(self.settings.zone)
        offset = datetime.fromtimestamp(second, self._zone).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    def person(self, kind: str, value: str) -> str:
        """The person key of a platform id or contact (`kind`: messenger, instagram, phone, email, shopify, ...).

        HMAC-SHA256 under the shop's key, cut to 128 bits. The value itself goes to the vault and nowhere else. E-mail addresses
        and phone numbers are keyed by their SHA-256, so that one which Meta's formats tell hashed (`email_sha256`,
        `phone_sha256`) is the same person; that hash is kept nowhere, for whoever has it can guess what it is of.
        """
        known = self._persons.get((kind, value))
        if known is not None:
            return known
        if len(self._persons) >= _REMEMBERED_PERSONS:
            self._persons.clear()  # the vault takes a contact twice for one
        named = f"{kind}_sha256|{sha256(value.encode()).hexdigest()}" if kind in _HASHED_ELSEWHERE else f"{kind}|{value}"
        person_key = self._person_digest(f"person|{named}".encode())[:16].hex()
        self._persons[(kind, value)] = person_key
        if not kind.endswith("_sha256"):
            self._contacts.append(Contact(self.shop_id, person_key, kind, value))
        return person_key

    def hashed(self, kind: str, *parts: object) -> str:
        """A keyed 128-bit name for anything whose own name may hold personal data (message ids, click ids)."""
        return self.named(f"{kind}|{'|'.join(map(str, parts))}")

    def named(self, text: str) -> str:
        """The keyed name of `kind|part|part`, as `hashed` gives it."""
        keyed = self._keyed.copy()
        keyed.update(text.encode("utf-8", "surrogatepass"))
        return keyed.hexdigest()

    def message(self, message_id: str) -> str:
        """The key of a message, remembered for a while: what becomes of it is told soon after it. Message ids hold phone numbers
        and account ids, so they are hashed like persons."""
        known = self._messages.get(message_id)
        if known is None:
            if len(self._messages) >= _REMEMBERED_MESSAGES:
                self._messages.clear()
            known = self._messages[message_id] = self.named(f"message|{message_id}")
        return known

    def contact_count(self) -> int:
        """How many contacts wait to be taken."""
        return len(self._contacts)

    def take_contacts(self) -> list[Contact]:
        """The contacts met since the last call."""
        taken, self._contacts = self._contacts, []
        return taken


class Desk:
    """Resolves assets to shops. An unknown asset becomes its own unclaimed shop, never dropped."""

    def __init__(
        self,
        shops_by_asset: Mapping[tuple[str, str], ShopSettings],
        shop_key: Callable[[str], bytes],
        name_key: Callable[[str], bytes] | None = None,
    ) -> None:
        """`shops_by_asset`: (source, asset id) -> settings; `shop_key` and `name_key`: shop id -> 32 secret bytes for persons, and
        for all other names."""
        self._settings = shops_by_asset
        self._shop_key = shop_key
        self._name_key = name_key or shop_key
        self._by_asset: dict[tuple[str, str], Shop] = {}
        self._by_id: dict[str, Shop] = {}
        self._texts: dict[tuple[str, str], str] = {}  # the settings of an asset as text, asked for segment by segment

    def shop(self, source: str, asset_id: str) -> Shop:
        """The shop that an asset (page, IG account, phone_number_id, shop domain, ad account) belongs to."""
        found = self._by_asset.get((source, asset_id))
        if found is None:
            settings = self._settings.get((source, asset_id)) or unclaimed(source, asset_id)
            found = self._by_id.get(settings.shop_id)
            if found is None:
                found = Shop(settings, self._shop_key(settings.shop_id), self._name_key(settings.shop_id))
                self._by_id[settings.shop_id] = found
            self._by_asset[(source, asset_id)] = found
        return found

    def take_assets(self) -> list[tuple[str, str]]:
        """The assets asked for since the last call."""
        asked, self._by_asset = sorted(self._by_asset), {}
        return asked

    def settings_digest(self, assets: Iterable[tuple[str, str]]) -> str:
        """A hash of the settings that rows of `assets` depend on: equal digests, equal rows."""
        told = ", ".join(self._told(source, asset_id) for source, asset_id in sorted(map(tuple, assets)))
        return blake2b(f"[{told}]".encode(), digest_size=16).hexdigest()

    def _told(self, source: str, asset_id: str) -> str:
        asset = (source, asset_id)
        if asset not in self._texts:
            self._texts[asset] = repr((*asset, *astuple(self._settings.get(asset) or unclaimed(*asset))))
        return self._texts[asset]

    def contact_count(self) -> int:
        """How many contacts wait to be taken."""
        return sum(shop.contact_count() for shop in self._by_id.values())

    def take_contacts(self) -> list[Contact]:
        """The contacts met since the last call."""
        return [contact for shop in self._by_id.values() for contact in shop.take_contacts()]


def hmac_sha256(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA256 under one key, which is padded and hashed once: `hmac.digest` does so for each message."""
    keyed = hmac.new(key, digestmod="sha256")

    def digest(message: bytes) -> bytes:
        told = keyed.copy()
        told.update(message)
        return told.digest()

    return digest


def unclaimed(source: str, asset_id: str) -> ShopSettings:
    """The shop of an asset that no shops.toml names: dates in UTC until somebody claims it."""
    slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in asset_id.lower())
    if slug != asset_id.lower() or not 0 < len(slug) <= 64:
        slug = f"{slug[:40].strip('-') or 'asset'}-{blake2b(asset_id.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"
    return ShopSettings(shop_id=f"unclaimed-{source}-{slug}".replace("_", "-"), currency=NO_CURRENCY, zone="UTC", is_claimed=False)
