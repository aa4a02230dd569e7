"""A canonical folder that is not as it was written is never read: its summary has a checksum, its files have theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.landing.canonical import PartWriter, Summary
from pipelines.landing.canonical_folder import SUMMARY, CanonicalFolder, is_whole, read_summary
from pipelines.sources.contract import Quarantined
from pipelines.sources.quarantine import Reason


def _folder(place: Path) -> Path:
    with CanonicalFolder(place, "one") as folder:
        with PartWriter(folder.building, 0) as part:
            part.write("messenger", 1, [Quarantined(Reason.TOO_LARGE)])
            counts = part.close([])
        told = {"path": "a.json", "sha256": "2" * 64, "received_ms": 1, "source": "messenger", "settings_digest": "d"}
        return folder.finish(
            Summary(
                **told, records=1, quarantined=1, reasons={"too_large": 1}, assets=[("messenger", "9")], shops=["a"], sizes=counts.sizes
            )
        )


def test_a_folder_is_read_as_it_was_written(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    summary = read_summary(folder)
    assert summary is not None
    assert (summary.records, summary.assets) == (1, [("messenger", "9")])
    assert is_whole(folder)


@settings(deadline=None)  # each example waits for the disk
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_noticed(data, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = _folder(tmp_path_factory.mktemp("canonical"))
    victim = data.draw(st.sampled_from(sorted(folder.iterdir())))
    content = bytearray(victim.read_bytes())
    end = content.index(b"\n") if victim.name == SUMMARY else len(content)
    content[data.draw(st.integers(0, end - 1))] ^= 1 << data.draw(st.integers(0, 7))
    before = victim.read_bytes()
    victim.write_bytes(content)
    if victim.name == SUMMARY:
        assert read_summary(folder) is None
    assert not is_whole(folder) or _unpacked(victim.read_bytes()) == _unpacked(before)  # some bits of a zstd frame say nothing


def _unpacked(content: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(content)


def test_a_lost_file_is_noticed(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    next(folder.glob("quarantine.*")).unlink()
    assert read_summary(folder) is None
