"""One warehouse in which each trap has a shop of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pipelines.home import Home
from pipelines.ingest import ingest_files
from tests.reference.warehouses import refresh_all
from tests.traps.shop import SHOP, TrapShop
from warehouse.connection import open_warehouse

TRAPS = range(1, 56)


@pytest.fixture(scope="package")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], TrapShop]]:
    folder = tmp_path_factory.mktemp("traps")
    home = Home(folder / "home")
    home.path.mkdir()
    settings = folder / "shops.toml"
    settings.write_text("".join(SHOP.format(number) for number in TRAPS), encoding="utf-8")
    with open_warehouse(home.warehouse) as con:
        ingest_files(home, con, [settings], source=None, mapping=None, progress=None)
        refresh_all(con)
        yield lambda number: TrapShop(number, home, con, folder)
