"""The repository's promises about its code: which way imports point, how long files are, what is locked."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.repository import ROOT, calls, files, imports, name_of, packages, text, tracked

LOCKS = ("requirements.lock", "requirements-dev.lock")
USED_UNIMPORTED = {
    "dagster-webserver": "`make dagster` serves the UI with it",
    "httptools": "uvicorn's protocol, which the receiver extends, reads requests with it",
    "tzdata": "zoneinfo reads it where the system has no zones",
}


@pytest.mark.parametrize(
    ("folder", "refused"),
    [
        ("warehouse", {"dagster", "plotly", "pipelines", "dashboards", "notebooks"}),
        ("dashboards", {"dagster", "pipelines", "notebooks"}),
        ("notebooks", {"dagster", "pipelines", "dashboards"}),
        ("pipelines", {"notebooks", "tests"}),
    ],
)
def test_imports_point_one_way(folder: str, refused: set[str]) -> None:
    found = {name: roots & refused for name, roots in packages(folder).items() if not name.rpartition("/")[2].startswith("test_")}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_sources_are_pure() -> None:
    """A normaliser sees a delivery and a desk: no file, clock, chance, database or orchestrator."""
    refused = {"duckdb", "dagster", "pathlib", "os", "time", "random", "secrets", "tempfile", "socket"}
    spools = {"tables.py": {"tempfile"}}  # a Parquet file is read from its end, a delivery from its beginning
    for path in files(".py", "pipelines/sources"):
        assert packages("pipelines/sources")[name_of(path)] & refused == spools.get(path.name, set()), path.name
        assert {
            each
            for each in imports(path)
            if re.match(r"pipelines\.(?!sources\b|intents\.classifier$)|warehouse(?!\.currency$)|dashboards", each)
        } == set(), path.name
        assert {each for each in calls(path) if re.search(r"^open$|\.(now|today|utcnow)$", each)} == set(), path.name


def test_only_the_connection_and_the_snapshot_open_duckdb() -> None:
    product = [path for path in files(".py") if not path.is_relative_to(ROOT / "tests")]
    openers = {name_of(path) for path in product if calls(path) & {"duckdb.connect", "connect"}}
    assert openers == {"warehouse/connection.py", "warehouse/snapshot.py"}


def test_the_command_starts_light() -> None:
    """Deciding that there is nothing new must not cost the import of what a run would use."""
    probe = "import sys, pipelines.cli; print(*({'dagster', 'pandas', 'plotly', 'pyarrow'} & sys.modules.keys()))"
    heavy = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert heavy == []


@pytest.mark.parametrize(("suffix", "limit"), [(".py", 250), (".sql", 80)])
def test_files_are_short(suffix: str, limit: int) -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files(suffix)}
    assert {name: length for name, length in lengths.items() if length > limit} == {}


def test_no_file_names_a_machine_or_an_index() -> None:
    place = re.compile(r"(?<![\w.~$}])/(?:home|Users|root|opt|work)/\w|py[p]i\.org|python[h]osted\.org|--(?:extra-)?index[-]url[ =]h")
    found = [
        f"{name_of(path)}:{number}"
        for path in tracked()
        if path.suffix not in {".png", ".parquet", ".gz", ".zst"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if place.search(line)
    ]
    assert found == []


def locked(name: str) -> dict[str, str]:
    """Package -> version of a lock file."""
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", text(name), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_each_locked_package_has_its_hashes_and_no_address(name: str) -> None:
    entries = re.split(r"^(?=[a-z0-9])", text(name), flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(name)) > 10
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text(name)
    assert " /" not in text(name)


def test_the_development_lock_holds_the_runtime_lock() -> None:
    runtime, development = (locked(name) for name in LOCKS)
    assert runtime.items() <= development.items()


def test_each_dependency_is_locked_and_used() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    declared = {re.split(r"[<>=~! \[]", each)[0] for each in project["dependencies"]}
    assert declared <= locked("requirements.lock").keys()
    used = {
        root for folder in ("pipelines", "warehouse", "dashboards", "notebooks") for roots in packages(folder).values() for root in roots
    }
    distributions = {name.lower().replace("_", "-") for root in used for name in packages_distributions().get(root, [])}
    assert declared - distributions == USED_UNIMPORTED.keys()
