"""Ids as the platforms write them: unique in the world by construction, scattered by odd multipliers, never drawn."""

from __future__ import annotations

from base64 import b64encode

_SCATTER = 0x9E3779B97F4A7C15  # odd, so n -> n * scatter is a bijection modulo 2^64
_MASK = (1 << 64) - 1
_DECIMAL_SCATTER = 7_393_913_335_919  # coprime with ten, so a bijection modulo 10^13


class Names:
    """All ids of one shop. Each carries the shop's index or a scattered counter that starts at the shop's own range."""

    def __init__(self, shop_index: int, phone_prefix: str) -> None:
        self._shop = shop_index
        self._phone_prefix = phone_prefix
        self._next: dict[str, int] = {}

    def _count(self, kind: str) -> int:
        number = self._next.get(kind, 0) + 1
        self._next[kind] = number
        return number

    def _scattered(self, kind: str) -> str:
        return f"{(self._shop << 48 | self._count(kind)) * _SCATTER & _MASK:016x}"

    def _digits(self, kind: str, first: int) -> str:
        """16 digits, the first three of which tell kind and shop."""
        return f"{first + self._shop:03d}{self._count(kind) * _DECIMAL_SCATTER % 10**13:013d}"

    def number(self, kind: str, base: int) -> int:
        """A Shopify id: 64 bit, rising, in a range of the shop's own."""
        return base + self._shop * 20_000_000_000 + self._count(kind) * 1024

    def psid(self) -> str:
        return self._digits("psid", 240)

    def igsid(self) -> str:
        return self._digits("igsid", 560)

    def phone(self) -> str:
        return f"{self._phone_prefix}{self._shop:03d}{self._count('phone'):06d}"

    def mid(self) -> str:
        return "m_" + self._scattered("mid")

    def instagram_mid(self) -> str:
        return f"aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQ{self._scattered('igmid')}ZDZD"

    def wamid(self, phone: str) -> str:
        """A WhatsApp message id, which holds the customer's phone as real ones do: each text with its length before it."""
        content = b"\x1c\x18%c%b\x15\x02\x00\x11\x18\x10%b\x00" % (len(phone), phone.encode(), self._scattered("wamid").upper().encode())
        return f"wamid.{b64encode(content).decode()}"

    def token(self, kind: str) -> str:
        return self._scattered(kind)

    def order_number(self) -> int:
        return 1000 + self._count("order number")

    def serial(self, kind: str) -> int:
        return self._count(kind)
