"""`threadmart demo`: the whole pipeline on a made-up world, and a state directory that is nobody else's."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

SHORT = "import pipelines.cli.demo as told; told.DAYS = 3; told.demo(prog_name='threadmart demo')"


def demo(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", SHORT, *words], capture_output=True, text=True, timeout=300, check=False)


def test_the_demo_ends_with_five_lines_and_pages_that_are_there(home: Path) -> None:
    shown = demo("--events", "2000", "--seed", "3")
    assert shown.returncode == 0, shown.stderr
    steps, result, pages = shown.stdout.split("\n\n")
    assert [line.split()[0] for line in steps.splitlines()] == ["simulate", "ingest", "run", "verify"]
    assert [line.split()[0] for line in result.splitlines()] == ["World", "Records", "Orders", "Verified", "Published"]
    assert "all equal" in result
    records, *parts = (int(number.replace(",", "")) for number in re.findall(r"[\d,]+", result.splitlines()[1]))
    assert records == sum(parts)
    paths = [Path(unquote(urlsplit(address).path)) for address in re.findall(r"file:\S+", pages)]
    assert len(paths) == 7
    assert all(path.is_file() and path.is_relative_to(home / "demo") for path in paths)
    assert [path.name for path in home.iterdir()] == ["demo"], "the user's own state is left alone"
    assert demo("--clean").returncode == 0
    assert list(home.iterdir()) == []


def test_the_demo_removes_nothing_that_it_did_not_make(home: Path) -> None:
    mine = home / "demo" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("years of work")
    for words in (["--clean"], ["--events", "2000"]):
        refused = demo(*words)
        assert refused.returncode == 2
        assert "was not made by a demo" in refused.stderr
    assert mine.read_text() == "years of work"
