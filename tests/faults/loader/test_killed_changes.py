"""A kill at any point of what takes something away: a table told with another mapping, rows that move, a repeat that is discarded."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.landing.intake import file_sha256, land_file
from pipelines.loading import open_loader
from pipelines.privacy.keys import secret_key
from pipelines.rekeying import rekey_outdated
from tests.faults.figures import figure
from tests.faults.loader.mortal import Died, mortal
from tests.faults.loader.stored import Stored, in_memory, stored
from tests.flow.test_order_tables import HEADER, MAPPING, SETTINGS
from tests.flow.test_rekey import RECEIPTS, alike, expire, receipts, settings

EVERY = figure(7, 1)  # a kill at one point of so many
Change = Callable[[Home, Any], None]


def _take(home: Home, con: Any, *paths: Path, mapping: str | None = None) -> None:
    assert ingest_files(home, con, paths, source=None, mapping=mapping, progress=None).refused == {}


def _killed_anywhere(place: Path, home: Home, change: Change) -> Iterator[tuple[Stored, Stored, Stored, Stored]]:
    """For each kill: what was loaded before, what the next load finds, what the change leaves when it is made again, and without a kill."""
    with in_memory() as con:
        open_loader(home, con).load_landed()
        before = stored(con)
        whole = Home(shutil.copytree(home.path, place / "whole"))
        change(whole, con)
        after = stored(con)
    alike(whole, home)
    assert after != before
    for dies_at in count(0, EVERY):
        killed = Home(shutil.copytree(home.path, place / f"killed-{dies_at}"))
        with in_memory() as con:
            open_loader(killed, con).load_landed()
            try:
                with mortal(con, dies_at) as its:
                    change(killed, its)
            except Died:
                assert open_loader(killed, con).load_landed().refused == {}
                found = stored(con)
                change(killed, con)
                yield before, found, stored(con), after
            else:
                assert dies_at > 2 * EVERY
                return
        shutil.rmtree(killed.path)


def test_another_mapping_takes_the_place_of_the_first_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "shops.toml").write_text(SETTINGS)
    table = tmp_path / "orders.csv"
    table.write_text(",".join(HEADER) + "\nA1,2026-03-11T10:00:00,tea,1,2.5\nA2,2026-03-11T10:00:00,cup,1,25\n")
    home = Home(tmp_path / "home").make()
    with in_memory() as con:
        _take(home, con, tmp_path / "shops.toml", table, mapping=MAPPING.replace("EUR", "JPY"))
    for before, found, again, after in _killed_anywhere(tmp_path, home, lambda home, con: _take(home, con, table, mapping=MAPPING)):
        assert found in (before, after)
        assert again == after


def test_rows_that_move_to_another_shop_are_never_lost(tmp_path: Path) -> None:
    """Their raw segments are gone; two folders, so that a kill may find one moved."""
    home = Home(tmp_path / "home").make()
    two = [receipts(tmp_path, name, [row | {"receipt": f"{name}-{row['receipt']}"} for row in RECEIPTS]) for name in ("one", "two")]
    with in_memory() as con:
        _take(home, con, *two)
        expire(home)
        _take(home, con, settings(tmp_path, ("berlin", "EUR", "Asia/Tokyo", "", '"till-1"')))

    def rekey(home: Home, con: Any) -> None:
        assert rekey_outdated(open_loader(home, con)).refused == []

    for before, found, again, after in _killed_anywhere(tmp_path, home, rekey):
        assert {table: rows.total() for table, rows in found.rows.items()} == {table: rows.total() for table, rows in before.rows.items()}
        assert again == after


def test_a_file_landed_twice_is_discarded_whole_or_not_at_all(tmp_path: Path) -> None:
    """As a killed ingest leaves it, and as one whose canonical folders were written before."""
    home, path = Home(tmp_path / "home").make(), receipts(tmp_path)
    for _ in range(2):
        key = secret_key(home.keys, "landing")
        segment = land_file(path, home.landing_raw, key, file_sha256(path), source=None, mapping=None, check=lambda *_: None)
        with in_memory() as con:
            open_loader(home, con).normalise(segment.stem)
    for dies_at in count():
        killed = Home(shutil.copytree(home.path, tmp_path / f"killed-{dies_at}"))
        with in_memory() as con, suppress(Died), mortal(con, dies_at) as its:
            open_loader(killed, its).load_landed()
            return
        with in_memory() as con:
            done = open_loader(killed, con).load_landed()
            assert (done.refused, [row.loaded for row in done.files]) == ({}, [len(RECEIPTS)])
