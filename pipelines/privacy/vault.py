"""The vault: contacts and platform ids, encrypted under a key per shop, written when they are first normalised."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from operator import attrgetter
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipelines.sources.desk import Contact

_NONCE_BYTES = 12


class Vault:
    """(shop, person key, kind) -> AES-256-GCM ciphertext in vault/vault.sqlite. Only `activation` and `privacy` read it."""

    def __init__(self, folder: Path, shop_key: Callable[[str], bytes]) -> None:
        self._path = folder / "vault.sqlite"
        self._shop_key = shop_key
        self._ciphers: dict[str, AESGCM] = {}
        with closing(self._connect()) as con, con:
            con.execute(
                "create table if not exists contact (shop_id text, person_key text, kind text, nonce blob, ciphertext blob,"
                " primary key (shop_id, person_key, kind)) without rowid"
            )
        self._path.chmod(0o600)

    def keep(self, contacts: Iterable[Contact]) -> None:
        """Stores contacts that are not there yet. Durable when it returns. Raises sqlite3.Error."""
        in_order = sorted(contacts, key=attrgetter("shop_id", "person_key", "kind"))  # of the table: neighbours share its pages
        with closing(self._connect()) as con, con:
            con.executemany("insert or ignore into contact values (?, ?, ?, ?, ?)", map(self._sealed, in_order))

    def everybody(self, shop_id: str) -> dict[str, tuple[str, str]]:
        """Person key -> (kind, value) of all contacts of a shop; of several kinds any one, for all have the same key."""
        with closing(self._connect()) as con:
            rows = con.execute(
                "select person_key, kind, nonce, ciphertext from contact where shop_id = ? order by person_key, kind", (shop_id,)
            ).fetchall()
        return {key: (kind, self._opened(shop_id, key, kind, nonce, sealed)) for key, kind, nonce, sealed in rows}

    def contacts(self, shop_id: str, person_key: str) -> dict[str, str]:
        """kind -> value of one person."""
        with closing(self._connect()) as con:
            rows = con.execute(
                "select kind, nonce, ciphertext from contact where shop_id = ? and person_key = ?", (shop_id, person_key)
            ).fetchall()
        return {kind: self._opened(shop_id, person_key, kind, nonce, sealed) for kind, nonce, sealed in rows}

    def _sealed(self, contact: Contact) -> tuple[str, str, str, bytes, bytes]:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound = _bound_to(contact.shop_id, contact.person_key, contact.kind)
        sealed = self._cipher(contact.shop_id).encrypt(nonce, contact.value.encode("utf-8", "replace"), bound)
        return contact.shop_id, contact.person_key, contact.kind, nonce, sealed

    def _opened(self, shop_id: str, person_key: str, kind: str, nonce: bytes, sealed: bytes) -> str:
        return self._cipher(shop_id).decrypt(nonce, sealed, _bound_to(shop_id, person_key, kind)).decode()

    def _cipher(self, shop_id: str) -> AESGCM:
        if shop_id not in self._ciphers:
            derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"vault").derive(self._shop_key(shop_id))
            self._ciphers[shop_id] = AESGCM(derived)
        return self._ciphers[shop_id]

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)


def _bound_to(shop_id: str, person_key: str, kind: str) -> bytes:
    """Authenticated with the ciphertext, so that a row moved to another person does not open."""
    return f"{shop_id}|{person_key}|{kind}".encode()
