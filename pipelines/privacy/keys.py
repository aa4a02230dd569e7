"""Secret keys: one file per shop, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

KEY_BYTES = 32


class KeyUnusable(Exception):
    """A key file that holds no key; the message names it."""


def secret_key(folder: Path, name: str) -> bytes:
    """The key `name`, made at its first use. Raises KeyUnusable, OSError."""
    path = folder / f"{name}.key"
    if not path.exists():
        temporary = folder / f".{name}.{os.getpid()}"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first, and its key holds
            path.hardlink_to(temporary)
        temporary.unlink()
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"{path}: expected {2 * KEY_BYTES} hexadecimal digits")
    return key


def sample_key(shop_id: str) -> bytes:
    """The key of a sample shop: derived from its id and no secret, so that two machines get equal reports."""
    return blake2b(shop_id.encode(), digest_size=KEY_BYTES, person=b"threadmart-demo").digest()


def name_keyring(folder: Path, sample_shops: frozenset[str]) -> Callable[[str], bytes]:
    """shop id -> key of names that are nobody's (messages, clicks, receipts).

    It is one for all shops but samples: a message that is told again keeps its name though its asset moved to another shop.
    """
    return lambda shop_id: sample_key(shop_id) if shop_id in sample_shops else secret_key(folder, "names")


def keyring(folder: Path, sample_shops: frozenset[str], group_of: Mapping[str, str]) -> Callable[[str], bytes]:
    """shop id -> key of its persons; the shops of a group have one."""

    def key(shop_id: str) -> bytes:
        group = group_of.get(shop_id)
        if shop_id in sample_shops:
            return sample_key(group or shop_id)
        return secret_key(folder, f"group-{group}" if group else f"shop-{shop_id}")

    return key
