"""Keys and vault: secrets are private files, contacts come back only with their key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from pipelines.privacy.keys import KeyUnusable, keyring, secret_key
from pipelines.privacy.vault import Vault
from pipelines.sources.desk import Contact

CONTACT = Contact("berlin", "0f" * 16, "phone", "4915112345678")


def test_a_key_is_made_once_and_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    key = secret_key(tmp_path, "shop-a")
    assert secret_key(tmp_path, "shop-a") == key
    assert secret_key(tmp_path, "shop-b") != key
    assert stat.S_IMODE((tmp_path / "shop-a.key").stat().st_mode) == 0o600


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "shop-a.key").write_text("short")
    with pytest.raises(KeyUnusable, match=r"shop-a\.key: expected 64 hexadecimal digits"):
        secret_key(tmp_path, "shop-a")


def test_sample_shops_have_derived_keys_and_others_do_not(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (keyring(tmp_path / name, frozenset({"sample"}), {}) for name in ("one", "two"))
    assert one("sample") == two("sample")
    assert one("real") != two("real")


def test_the_vault_keeps_contacts_encrypted_under_the_shops_key(tmp_path: Path) -> None:
    vault = Vault(tmp_path, lambda shop_id: shop_id.encode().ljust(32, b"."))
    vault.keep([CONTACT, CONTACT])
    assert vault.contacts("berlin", CONTACT.person_key) == {"phone": CONTACT.value}
    assert vault.contacts("zurich", CONTACT.person_key) == {}
    assert CONTACT.value.encode() not in (tmp_path / "vault.sqlite").read_bytes()
    with pytest.raises(InvalidTag):
        Vault(tmp_path, lambda shop_id: b"another key".ljust(32, b".")).contacts("berlin", CONTACT.person_key)
