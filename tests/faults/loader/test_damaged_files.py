"""Cut, flipped and zeroed bytes of the warehouse file and of landing: noticed or harmless, and what is loaded again is equal."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.landing.canonical_folder import read_summary
from pipelines.simulate.command import simulate
from tests.faults.figures import figure
from tests.faults.loader.stored import Stored, rebuilt, stored, stored_at
from warehouse.connection import WarehouseUnreadable, open_warehouse

Damage = Callable[[bytes, random.Random], bytes]


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def flip(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def zero_tail(content: bytes, chance: random.Random) -> bytes:
    length = chance.randrange(1, len(content))
    return content[:-length] + b"\0" * length


ALL = pytest.mark.parametrize(("damage", "times"), [(cut, 80), (flip, 80), (zero_tail, 30)])
SOME = pytest.mark.parametrize(("damage", "times"), [(cut, figure(12, 80)), (flip, figure(12, 80)), (zero_tail, figure(6, 30))])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with a small world in it."""
    folder = tmp_path_factory.mktemp("whole")
    simulate(folder / "world", shops=1, days=2, events=120, seed=5)
    home = Home(folder / "home").make()
    with open_warehouse(home.warehouse) as con:
        ingest_files(home, con, [folder / "world"], source=None, mapping=None, progress=None)
    return home


@pytest.fixture(scope="module")
def expected(whole: Home) -> Stored:
    return stored_at(whole)


@pytest.fixture
def home(whole: Home, tmp_path: Path) -> Home:
    shutil.copytree(whole.path, tmp_path / "home")
    return Home(tmp_path / "home")


@ALL
def test_a_damaged_warehouse_is_noticed_or_whole(home: Home, expected: Stored, damage: Damage, times: int) -> None:
    """Either opening or reading it fails, or nothing that it tells has changed."""
    chance, content, noticed = random.Random(times), home.warehouse.read_bytes(), 0
    for _ in range(times):
        home.warehouse.write_bytes(damage(content, chance))
        try:
            assert stored_at(home) == expected
        except (WarehouseUnreadable, duckdb.Error):
            noticed += 1
    assert noticed
    with rebuilt(home) as (con, refused):
        assert (stored(con), refused) == (expected, {})


def _damaged(paths: list[Path], damage: Damage, chance: random.Random) -> dict[Path, bytes]:
    """Damages each file in its own way; their whole contents."""
    contents = {path: path.read_bytes() for path in paths}
    for path, content in contents.items():
        path.write_bytes(damage(content, chance))
    return contents


@ALL
def test_damaged_segments_are_made_good_by_their_canonical_folders(home: Home, expected: Stored, damage: Damage, times: int) -> None:
    chance, segments, done = random.Random(times), sorted(home.landing_raw.glob("*.seg")), 0
    while done < times:
        contents = _damaged(segments, damage, chance)
        with rebuilt(home) as (con, refused):
            assert (stored(con), refused) == (expected, {})
        for path, content in contents.items():
            path.write_bytes(content)
        done += len(contents)


@ALL
def test_damaged_canonical_files_are_made_anew_from_their_segments(home: Home, expected: Stored, damage: Damage, times: int) -> None:
    """Any file of a folder, the summary included."""
    chance, done = random.Random(times), 0
    while done < times:
        one_each = [chance.choice(sorted(folder.iterdir())) for folder in sorted(home.landing_canonical.iterdir())]
        done += len(_damaged(one_each, damage, chance))
        with rebuilt(home) as (con, refused):
            assert (stored(con), refused) == (expected, {}), one_each


def _source_of(home: Home, segment: Path) -> str | None:
    summary = read_summary(home.landing_canonical / segment.stem)
    return summary.source if summary else None


@SOME
def test_what_is_damaged_in_both_tiers_is_named_and_nothing_false_is_read(
    home: Home, expected: Stored, tmp_path: Path, damage: Damage, times: int
) -> None:
    """Settings aside: without them the same records are those of shops that nobody claimed."""
    chance, kept = random.Random(times), tmp_path / "kept"
    segments = [path for path in sorted(home.landing_raw.glob("*.seg")) if _source_of(home, path) != "config"]
    for _ in range(times):
        segment = chance.choice(segments)
        canonical = home.landing_canonical / segment.stem
        contents = _damaged([segment], damage, chance)
        shutil.move(canonical, kept)
        with rebuilt(home) as (con, refused):
            found = stored(con)
            [[holes]] = con.execute("select count(*) from raw.quarantine where field like '%landing%'").fetchall()
        assert all(rows <= expected.rows[table] for table, rows in found.rows.items())
        assert found == expected or refused or holes
        shutil.rmtree(canonical, ignore_errors=True)
        shutil.move(kept, canonical)
        segment.write_bytes(contents[segment])
