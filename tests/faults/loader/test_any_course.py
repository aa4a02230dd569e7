"""Whatever happens in whatever order, the warehouse holds what a plain dict says it must."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from pipelines.home import Home
from pipelines.ingest import ingest_files
from pipelines.landing.canonical_folder import read_summary
from pipelines.landing.intake import land_file
from pipelines.loading import open_loader
from pipelines.privacy.keys import secret_key
from tests.faults.figures import figure
from tests.faults.loader.mortal import Died, mortal
from tests.faults.loader.stored import in_memory
from tests.flow.test_cli_bad_input import message
from warehouse.raw_tables import create_raw_tables

RUNS = figure(1_000, 10_000)
STEPS = figure(4, 8)
MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
GARBAGE = -1
Records = tuple[int, ...]  # of a file: numbers of messages, or GARBAGE

KNOWN = ((0,), (1, GARBAGE), (2, 1, 2))  # files that are told often
records = st.sampled_from(KNOWN) | st.lists(st.integers(0, 9) | st.just(GARBAGE), min_size=1, max_size=4).map(tuple)
dies_at = st.integers(0, 14) | st.integers(15, 30) | st.integers(31, 80)  # an ingest of one file has about 30 points


def _line(number: int) -> bytes:
    return b"{\n" if number == GARBAGE else json.dumps(message(number)).encode() + b"\n"


LINES = {number: _line(number) for number in range(GARBAGE, 10)}


def content(told: Records) -> bytes:
    return b"".join(LINES[number] for number in told)


class Course(RuleBasedStateMachine):
    """`taken`: files that are in the warehouse. `landed`: will be after the next load. `perhaps`: files of an ingest that died."""

    con: duckdb.DuckDBPyConnection

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="course-", dir=MEMORY))
        self.home = Home(self.folder / "home").make()
        self.names = count()
        self.taken: dict[str, Records] = {}
        self.landed: dict[str, Records] = {}
        self.perhaps: dict[str, Records] = {}
        self.is_settled = True

    def teardown(self) -> None:
        try:
            if not self.is_settled or self.landed:
                self._ingest([])
            self.the_warehouse_holds_what_was_taken()
        finally:
            shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        self._wipe()

    def _wipe(self) -> None:
        for table in ("message_event", "quarantine", "ledger", "dirty"):  # all that messages fill
            self.con.execute(f"truncate raw.{table}")

    def _file(self, told: Records) -> Path:
        path = self.folder / f"{next(self.names)}.jsonl"
        path.write_bytes(content(told))
        return path

    def _ingest(self, files: list[Records], death: int | None = None) -> None:
        paths = [self._file(told) for told in files]
        by_hash = {sha256(content(told)).hexdigest(): told for told in files}
        try:
            with mortal(self.con, death) as con:
                done = ingest_files(self.home, con, paths, source=None, mapping=None, progress=None)
        except Died:
            self.perhaps |= by_hash | self.landed
            self.landed, self.is_settled = {}, False
            return
        assert done.refused == {}
        assert len(done.files) == len(files)
        self._settle(by_hash)

    def _settle(self, now: dict[str, Records]) -> None:
        """A load has ended: what was landed is loaded, and what died half-way is either whole or not there."""
        found = {sha for (sha,) in self.con.execute("select sha256 from raw.ledger").fetchall()}
        self.taken |= self.landed | now | {sha: told for sha, told in self.perhaps.items() if sha in found}
        self.landed, self.perhaps, self.is_settled = {}, {}, True

    @rule(told=records, twice=st.booleans())
    def land(self, told: Records, twice: bool) -> None:
        """What an ingest leaves that was killed right after it landed a file."""
        path, digest = self._file(told), sha256(content(told)).hexdigest()
        for _ in range(1 + twice):
            key = secret_key(self.home.keys, "landing")
            land_file(path, self.home.landing_raw, key, digest, source=None, mapping=None, check=lambda *_: None)
        if digest not in self.taken:
            self.landed[digest] = told

    @rule(files=st.lists(records, min_size=1, max_size=3))
    def ingest(self, files: list[Records]) -> None:
        self._ingest(files)

    @rule(files=st.lists(records, max_size=3), death=dies_at)
    def crash(self, files: list[Records], death: int) -> None:
        self._ingest(files, death)

    @rule(pick=st.randoms(use_true_random=False), death=st.none() | dies_at)
    @precondition(lambda self: self.taken)
    def tell_again(self, pick: Random, death: int | None) -> None:
        """All that was taken: some files as they were, some in another order, some split, in whatever order."""
        files: list[Records] = []
        for told in self.taken.values():
            cut, shuffled = pick.randrange(len(told) + 1), tuple(pick.sample(told, len(told)))
            files += pick.choice([[told], [shuffled], [part for part in (told[:cut], told[cut:]) if part]])
        pick.shuffle(files)
        self._ingest(files, death)

    @rule()
    def expire(self) -> None:
        """Raw segments go where the ledger knows them and their canonical folder is whole."""
        for (segment,) in self.con.execute("select segment from raw.ledger").fetchall():
            if read_summary(self.home.landing_canonical / segment) is not None:
                (self.home.landing_raw / f"{segment}.seg").unlink(missing_ok=True)

    @rule(death=st.none() | dies_at)
    def rebuild(self, death: int | None) -> None:
        self._wipe()
        try:
            with mortal(self.con, death) as con:
                refused = open_loader(self.home, con).load_landed().refused
        except Died:
            self.is_settled = False
            return
        assert refused == {}
        self._settle({})

    @invariant()
    def the_warehouse_holds_what_was_taken(self) -> None:
        if not self.is_settled:
            return
        ledger = self.con.execute(
            "select sha256, records, quarantined, loaded + duplicate + quarantined, loaded from raw.ledger"
        ).fetchall()
        told = {sha: (len(held), held.count(GARBAGE), len(held)) for sha, held in self.taken.items()}
        assert {sha: (held, refused, whole) for sha, held, refused, whole, _ in ledger} == told
        assert len(ledger) == len(told)
        messages = sorted({number for held in self.taken.values() for number in held if number != GARBAGE})
        stored = self.con.execute("select epoch(occurred_at)::bigint - 1700000000 from raw.message_event order by 1").fetchall()
        assert [number for (number,) in stored] == messages
        assert sum(loaded for *_, loaded in ledger) == len(messages)
        [[refused]] = self.con.execute("select count(*) from raw.quarantine").fetchall()
        assert refused == sum(held.count(GARBAGE) for held in self.taken.values())


@pytest.fixture
def memory() -> Iterator[None]:
    with in_memory() as Course.con:
        create_raw_tables(Course.con)
        yield


@pytest.mark.usefixtures("memory")
def test_any_course_of_events() -> None:
    run_state_machine_as_test(
        Course,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
        ),
    )
