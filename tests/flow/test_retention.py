"""Raw segments go after their time, once their canonical rows can stand in for them; the reports never notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.landing.canonical_folder import SUMMARY
from pipelines.landing.segments import sealed_segments
from pipelines.loading import open_loader
from pipelines.retention import Expired, RetentionUnclear, expire_raw, raw_days
from tests.flow.test_intake_order import _rows, _take
from tests.flow.test_same_reports import published_digests, threadmart
from warehouse.connection import open_warehouse

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("retention")
    threadmart(folder / "unused", "simulate", folder / "world", "--shops", 2, "--days", 5, "--events", 400)
    return folder / "world"


def _received_ms(segment: Path) -> int:
    return int(segment.name.partition("-")[0])


def _expire(home: Home, now_ms: int, *, days: int = 30) -> Expired:
    with open_warehouse(home.warehouse) as con:
        return expire_raw(open_loader(home, con), days, now_ms)


def test_a_rebuild_gives_the_same_bytes_when_half_and_all_of_the_raw_tier_has_expired(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    _take(home, [world])
    threadmart(tmp_path, "run")
    before, rows = published_digests(tmp_path), _rows(home)
    segments = sealed_segments(home.landing_raw)
    middle = _received_ms(segments[len(segments) // 2])
    half = sum(_received_ms(segment) < middle for segment in segments)
    assert _expire(home, middle + 30 * DAY_MS).segments == half > 0
    assert len(sealed_segments(home.landing_raw)) == len(segments) - half > 0
    half_expired = Home(tmp_path / "half")
    half_expired.make()
    with open_warehouse(half_expired.warehouse) as con:
        assert open_loader(home, con).load_landed().refused == {}
    assert _rows(half_expired) == rows
    monkeypatch.setenv("THREADMART_RAW_DAYS", "0")
    told = threadmart(tmp_path, "run")
    assert f"Removed {len(segments) - half} raw segments older than 0 days" in told
    assert sealed_segments(home.landing_raw) == []
    assert threadmart(tmp_path, "run") == "Nothing new.\n"
    home.warehouse.unlink()
    threadmart(tmp_path, "rebuild")
    assert published_digests(tmp_path) == before


@pytest.fixture
def home(world: Path, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    _take(home, [world])
    return home


def _latest_ms(home: Home) -> int:
    return max(map(_received_ms, sealed_segments(home.landing_raw)))


def test_nothing_goes_before_its_time(home: Home) -> None:
    oldest = min(map(_received_ms, sealed_segments(home.landing_raw)))
    assert _expire(home, oldest + 30 * DAY_MS) == Expired(30)
    assert _expire(home, _latest_ms(home) + 31 * DAY_MS, days=32) == Expired(32)


def test_what_nothing_can_stand_in_for_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    all_segments = sealed_segments(home.landing_raw)
    (home.landing_canonical / all_segments[0].stem / SUMMARY).unlink()
    with open_warehouse(home.warehouse) as con:
        con.execute("delete from raw.ledger where segment = ?", [all_segments[1].stem])
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.loading.NORMALISER_VERSION", 10_000)
        assert _expire(home, _latest_ms(home) + 31 * DAY_MS).segments == 0
    done = _expire(home, _latest_ms(home) + 31 * DAY_MS)
    assert (done.segments, done.kept) == (len(all_segments) - 2, 2)
    assert sealed_segments(home.landing_raw) == all_segments[:2]


def test_a_spoilt_canonical_file_is_made_anew_before_its_raw_segment_goes(home: Home) -> None:
    victim = next(home.landing_canonical.glob("*/message_event.*"))
    whole = victim.read_bytes()
    spoilt = bytearray(whole)
    spoilt[len(whole) // 2] ^= 0xFF
    victim.write_bytes(spoilt)
    assert _expire(home, _latest_ms(home) + 31 * DAY_MS).kept == 0
    assert victim.read_bytes() == whole


def test_a_folder_that_is_spoilt_after_its_raw_segment_went_is_named(home: Home) -> None:
    _expire(home, _latest_ms(home) + 31 * DAY_MS)
    folder = next(path for path in home.landing_canonical.iterdir() if list(path.glob("message_event.*")))
    summary = folder / SUMMARY
    summary.write_bytes(summary.read_bytes().replace(b'"records":', b'"records":1', 1))
    home.warehouse.unlink()
    with open_warehouse(home.warehouse) as con:
        [line] = open_loader(home, con).load_landed().refused.values()
    assert "its canonical folder is damaged, and its raw segment has expired" in line


def test_the_same_table_with_the_same_mapping_is_a_repetition_after_its_raw_segment_went(tmp_path: Path) -> None:
    from tests.flow.test_order_tables import HEADER, MAPPING, SETTINGS

    home, table = Home(tmp_path / "home"), tmp_path / "orders.csv"
    (tmp_path / "shops.toml").write_text(SETTINGS)
    table.write_text(",".join(HEADER) + "\nA1,2026-03-11T10:00:00,tea,1,2.5\n")
    _take(home, [tmp_path / "shops.toml"])
    _take(home, [table], mapping=MAPPING)
    _expire(home, _latest_ms(home) + 31 * DAY_MS)
    [again] = _take(home, [table], mapping=MAPPING)
    assert [file.duplicate for file in again.files] == [1]
    assert not again.is_reloaded


@pytest.mark.parametrize("told", ["-1", "a month", "1.5", "٣٠"])
def test_a_setting_that_is_no_number_of_days_is_refused(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADMART_RAW_DAYS", told)
    with pytest.raises(RetentionUnclear, match="THREADMART_RAW_DAYS"):
        raw_days()


def test_without_the_setting_raw_stays_thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THREADMART_RAW_DAYS", raising=False)
    assert raw_days() == 30
