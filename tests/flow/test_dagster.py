"""Dagster at work: what is defined, when runs start, and what a run leaves behind when it ends well, badly or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from pipelines.dagster_home import PROJECT, home_instance, prune_runs
from pipelines.definitions import defs
from pipelines.defs.automation import hourly, landing
from pipelines.defs.ingest import LOADED_TABLES, load
from pipelines.home import Home
from pipelines.landing.frames import FileFacts
from pipelines.landing.segments import SegmentWriter
from pipelines.lock import LockTimeout, run_lock
from pipelines.plan import nothing_new
from pipelines.refresh_job import FinishedAsset, execute_refresh
from pipelines.simulate.command import simulate
from pipelines.warehouse_run import hold_warehouse
from tests.flow.dagster_graph import graph
from warehouse.connection import open_warehouse
from warehouse.models import load_models
from warehouse.raw_tables import columns_of

GOLDEN = PROJECT / "tests" / "golden" / "dagster_graph.json"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which a small world was dropped; nothing is loaded yet."""
    home = Home(tmp_path_factory.mktemp("world") / "home").make()
    out = home.path.parent / "world"
    simulate(out, shops=2, days=5, events=1000, seed=11)
    shutil.copy(out / "shops.toml", home.drop)
    shutil.copytree(out / "deliveries", home.drop / "deliveries")
    return home.path


@pytest.fixture(scope="module")
def refreshed(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home after its first refresh."""
    path = tmp_path_factory.mktemp("refreshed") / "home"
    shutil.copytree(world, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THREADMART_HOME", str(path))
        assert execute_refresh(Home(path)).failures == []
    return path


@pytest.fixture
def copied(refreshed: Path, home: Path) -> Home:
    """A copy of the refreshed home, free to spoil; THREADMART_HOME names it."""
    shutil.copytree(refreshed, home)
    return Home(home)


def contents(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every model."""
    with open_warehouse(home.warehouse) as con:
        return {model.name: con.execute(f"select * from {model.name} order by all").fetchall() for model in load_models()}


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=PROJECT, env=os.environ | environment, capture_output=True, text=True, check=False)


# What is defined


def test_definitions_load_without_a_warning_and_without_the_heavy_libraries(home: Path) -> None:
    done = python(
        "import sys, warnings; warnings.simplefilter('error')\n"
        "import dagster as dg; from pipelines.definitions import defs\n"
        "dg.Definitions.validate_loadable(defs())\n"
        "print(*sorted({'pandas', 'plotly', 'marimo', 'pyarrow'} & set(sys.modules)))",
        THREADMART_HOME=str(home),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")


def test_the_graph_is_the_golden_one() -> None:
    assert graph() == json.loads(GOLDEN.read_text()), "if wanted: python -m tests.flow.dagster_graph > tests/golden/dagster_graph.json"


# When runs start


def seal_segment(home: Home) -> Path:
    with SegmentWriter(home.landing_raw, 1_772_323_200_000, b"k" * 32) as segment:
        segment.append(b"", file=FileFacts(path="a.jsonl", sha256="0" * 64, layout="lines", source=None, mapping=None))
        return segment.seal()


def tick(cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    result = landing(dg.build_sensor_context(cursor=cursor))
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def test_the_sensor_asks_for_one_run_per_arrival(home: Path) -> None:
    place = Home(home).make()
    empty = tick()
    assert isinstance(empty, dg.SensorResult)
    assert empty.skip_reason

    seal_segment(place)
    (place.drop / ".half_written.jsonl").touch()
    first = tick(empty.cursor)
    assert isinstance(first, dg.SensorResult)
    assert [request.run_key for request in first.run_requests or ()] == [first.cursor]
    assert isinstance(tick(first.cursor), dg.SkipReason), "the same state is no news"

    (place.drop / "orders.jsonl").write_text("{}")
    second = tick(first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert [request.run_key for request in second.run_requests or ()] == [second.cursor]
    assert second.cursor not in (first.cursor, empty.cursor)


def test_nobody_looks_into_the_warehouse_while_a_run_holds_it(home: Path) -> None:
    seal_segment(Home(home).make())
    with run_lock(Home(home)):
        assert isinstance(tick(), dg.SkipReason)
        assert isinstance(hourly(dg.build_schedule_context()), dg.SkipReason)
    assert isinstance(hourly(dg.build_schedule_context()), dg.RunRequest)


# What a run does


def test_a_refresh_leaves_nothing_to_do_and_prints_nothing(world: Path, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(world, home)
    finished: list[FinishedAsset] = []
    done = execute_refresh(Home(home), finished=finished.append)
    assert (done.failures, done.version, capfd.readouterr()) == ([], "v000001", ("", ""))
    assert [asset.name for asset in finished] == [asset.name for asset in done.assets]
    assert {model.name for model in load_models()} < {asset.name for asset in finished}
    assert sum(asset.changed_rows or 0 for asset in finished) > 0
    assert nothing_new(Home(home))
    assert isinstance(hourly(dg.build_schedule_context()), dg.SkipReason)
    waiting = tick()
    assert isinstance(waiting, dg.SensorResult)
    assert waiting.skip_reason


def test_each_raw_table_tells_what_it_holds(copied: Home) -> None:
    specs = {spec.key: spec for spec in load.specs}
    with home_instance() as instance:
        told = {key: instance.get_latest_materialization_event(key) for key in LOADED_TABLES}
    for key, event in told.items():
        assert event
        assert event.asset_materialization
        metadata = {name: value.value for name, value in event.asset_materialization.metadata.items()}
        assert f"-- description: {specs[key].description}" in (PROJECT / specs[key].metadata["file"]).read_text().splitlines()
        columns = [(column.name, column.type) for column in metadata["dagster/column_schema"].columns]
        assert columns == [(column.name, column.kind) for column in columns_of(key.path[-1])]
        names, _, *rows = ([cell.strip() for cell in line.split(" | ")] for line in metadata["preview"].strip("| ").split(" |\n| "))
        assert (names, len(rows)) == ([name for name, _ in columns], min(metadata["dagster/row_count"], 10))
        if "person_key" in names:
            assert {len(row[names.index("person_key")]) for row in rows} <= {0, len("01234567…")}


def test_a_second_refresh_changes_nothing(copied: Home) -> None:
    before = contents(copied)
    done = execute_refresh(copied)
    assert (done.failures, done.version, sum(asset.changed_rows or 0 for asset in done.assets)) == ([], "v000001", 0)
    assert contents(copied) == before


def test_a_full_refresh_computes_the_same(copied: Home) -> None:
    before = contents(copied)
    done = execute_refresh(copied, full=True)
    assert (done.failures, sum(asset.changed_rows or 0 for asset in done.assets)) == ([], 0)
    assert contents(copied) == before


def test_with_an_unbalanced_ledger_nothing_is_published(copied: Home) -> None:
    with hold_warehouse(copied) as run:
        run.con.execute("update raw.ledger set records = records + 1")
    done = execute_refresh(copied)
    assert not done.succeeded
    assert [line.partition(":")[0] for line in done.failures] == ["raw.ledger"]
    assert done.version is None
    assert "published.reports" not in {asset.name for asset in done.assets}


def test_marked_days_are_refreshed_and_logged(copied: Home) -> None:
    with open_warehouse(copied.warehouse) as con:
        [[first]] = con.execute("select min(day_on) from reports.shop_spend_daily").fetchall()
    with home_instance() as instance:
        job = defs().resolve_job_def("refresh_day")
        days = {"dagster/asset_partition_range_start": str(first), "dagster/asset_partition_range_end": str(first)}
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        assert job.execute_in_process(instance=instance, run_config=quiet, tags=days).success
    assert not nothing_new(copied)
    assert isinstance(hourly(dg.build_schedule_context()), dg.RunRequest)
    done = execute_refresh(copied)
    assert done.failures == []
    with home_instance() as instance:
        logged = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=dg.AssetKey("refreshed_day"), asset_partitions=[str(first)]), limit=1
        ).records
    assert [record.run_id for record in logged] == [done.run_id]


def test_old_runs_are_deleted_with_their_files(copied: Home) -> None:
    runs = copied.dagster / "history" / "runs"
    with home_instance() as instance:
        older, newer = (instance.create_run_for_job(defs().resolve_job_def("refresh")).run_id for _ in range(2))
        prune_runs(instance, copied, keep=1)
        assert instance.get_run_ids() == [newer]
    assert older != newer
    assert {path.stem for path in runs.glob("*-*.db")} <= {newer}


def test_a_second_run_names_the_one_it_waits_for(home: Path) -> None:
    with run_lock(Home(home)), pytest.raises(LockTimeout, match=str(os.getpid())), run_lock(Home(home), wait_seconds=0):
        pass


def test_after_a_kill_the_next_run_completes(world: Path, refreshed: Path, home: Path) -> None:
    shutil.copytree(world, home)
    killed = python(
        "import os, signal; from pathlib import Path; from pipelines.home import Home; from pipelines.refresh_job import execute_refresh\n"
        "def stop(asset):\n"
        "    if asset.name.startswith('metrics.'): os.kill(os.getpid(), signal.SIGKILL)\n"
        "execute_refresh(Home(Path(os.environ['THREADMART_HOME'])), finished=stop)",
        THREADMART_HOME=str(home),
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not (home / "published" / "current").exists()
    done = execute_refresh(Home(home))
    assert (done.failures, done.version) == ([], "v000001")
    assert contents(Home(home)) == contents(Home(refreshed))
