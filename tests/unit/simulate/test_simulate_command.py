"""`threadmart simulate` as it is typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelines.cli.simulate import simulate
from pipelines.simulate.command import default_days

SMALL = ("--shops", "2", "--days", "5", "--events", "600", "--seed", "9")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(simulate, [str(word) for word in words])


def test_it_writes_a_world_and_says_so_for_machines_and_people(tmp_path: Path) -> None:
    told = run(tmp_path / "a", *SMALL, "--json")
    assert told.exit_code == 0, told.output
    result = json.loads(told.stdout)
    assert {name: result[name] for name in ("shops", "days", "seed")} == {"shops": 2, "days": 5, "seed": 9}
    assert 600 <= result["events"] <= 630
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["deliveries", "shops.toml", "truth.json"]
    spoken = run(tmp_path / "b", *SMALL)
    assert spoken.exit_code == 0
    assert f"{result['events']:,} records of 2 shops in 5 days" in spoken.stdout


def test_it_may_fill_an_empty_directory(tmp_path: Path) -> None:
    assert run(tmp_path, *SMALL).exit_code == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("used", *SMALL), "holds something already"),
        (("file", *SMALL), "is a file"),
        (("new", "--shops", "9", "--events", "800"), "9 shops need at least 900 events"),
        (("new", "--shops", "0"), "--shops"),
        (("new", "--seed", "x"), "--seed"),
        ((), "OUT"),
    ],
)
def test_wrong_use_ends_with_2_and_touches_nothing(tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine.txt").touch()
    (tmp_path / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    told = run(*(tmp_path / word if word in ("used", "file", "new") else word for word in words))
    assert told.exit_code == 2
    assert reason in told.output
    assert sorted(tmp_path.rglob("*")) == before


def test_larger_worlds_last_longer_by_default() -> None:
    assert [default_days(events) for events in (1000, 200_000, 2_000_000, 10_000_000)] == [35, 35, 80, 400]


def test_memory_does_not_grow_with_the_world(tmp_path: Path) -> None:
    """Twice the days of equal business need no more memory: measured in processes of their own."""
    probe = (
        "import resource, sys; from pathlib import Path; from pipelines.simulate.command import simulate;"
        "simulate(Path(sys.argv[1]), shops=2, days=int(sys.argv[2]), events=1000 * int(sys.argv[2]), seed=1);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = [
        int(subprocess.run([sys.executable, "-c", probe, str(tmp_path / days), days], capture_output=True, text=True, check=True).stdout)
        for days in ("30", "90")
    ]
    assert peaks[1] < peaks[0] * 1.15
