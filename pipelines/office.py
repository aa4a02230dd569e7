"""What normalising needs beside the bytes: a desk that knows the shops, and the vault for the contacts it meets."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pipelines.home import Home
from pipelines.privacy.keys import keyring, name_keyring
from pipelines.privacy.vault import Vault
from pipelines.sources.config import Directory
from pipelines.sources.desk import Desk, ShopSettings


class OfficeSettings(msgspec.Struct, frozen=True):
    """All that an office is made of, so that another process can open an equal one."""

    keys: str
    vault: str
    sample_shops: list[str]
    groups: dict[str, str]  # shop -> the group whose key it has
    shops: list[tuple[str, str, ShopSettings]]  # source, asset, the shop it belongs to


class Office:
    """A desk and the vault its contacts go to."""

    def __init__(self, settings: OfficeSettings) -> None:
        keys, samples = Path(settings.keys), frozenset(settings.sample_shops)
        self.settings = settings
        shops = {(source, asset): shop for source, asset, shop in settings.shops}
        self.desk = Desk(shops, keyring(keys, samples, settings.groups), name_keyring(keys, samples))
        self.vault = Vault(Path(settings.vault), keyring(keys, samples, {}))  # a shop that leaves its group keeps its contacts

    def keep_contacts(self, at_least: int = 1) -> None:
        """Puts the contacts that wait into the vault, if there are so many."""
        if self.desk.contact_count() >= at_least:
            self.vault.keep(self.desk.take_contacts())


def office_of(home: Home, directory: Directory) -> Office:
    """The office of a home under the configuration in force."""
    shops = [(source, asset, shop) for (source, asset), shop in sorted(directory.shops_by_asset.items())]
    return Office(OfficeSettings(str(home.keys), str(home.vault), sorted(directory.sample_shops), directory.group_of, shops))
