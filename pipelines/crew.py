"""Normalises the parts of a large segment in processes of their own, one for each core.

A process is a plain `python -m pipelines.crew_member`: forking a process in which DuckDB has threads is not safe. It is told what to
do in its first line, then a part a line, and answers a line a part; when its input ends it puts the contacts it met into the vault,
answers that, and ends. So it ends with whoever started it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import msgspec

from pipelines.cores import cores
from pipelines.landing.canonical import PartCounts
from pipelines.landing.frames import Part
from pipelines.office import OfficeSettings

MEMBER = (sys.executable, "-m", "pipelines.crew_member")


class Work(msgspec.Struct, frozen=True):
    """Whose parts are normalised, where to, and with what knowledge."""

    segment: str
    folder: str
    office: OfficeSettings


class Done(msgspec.Struct, tag="done"):
    """The answer to a part."""

    counts: PartCounts


class Kept(msgspec.Struct, tag="kept"):
    """The answer to the end of the parts: their contacts are in the vault."""


class Failed(msgspec.Struct, tag="failed"):
    """The answer to what could not be written (a full disk); one line that says why."""

    reason: str


Answer = Done | Kept | Failed
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Answer).decode


class PartUnwritten(OSError):
    """A process of the crew could not write what it had to, or died over it."""


def normalise_parts(work: Work, parts: Sequence[Part], progress: Callable[[int], None] | None) -> list[PartCounts]:
    """Writes the files of all parts; their counts in the order of the parts. Raises PartUnwritten, after all processes have ended."""
    waiting = iter(enumerate(parts))
    taking = threading.Lock()
    failed = threading.Event()
    counts: dict[int, PartCounts] = {}

    def next_part() -> tuple[int, Part] | None:
        with taking:
            return None if failed.is_set() else next(waiting, None)

    def serve() -> None:
        try:
            with _member(work) as normalise:
                while (taken := next_part()) is not None:
                    number, part = taken
                    counts[number] = normalise(part)
                    if progress:
                        progress(counts[number].records)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(cores()) as pool:
        try:
            for served in [pool.submit(serve) for _ in range(min(cores(), len(parts)))]:
                served.result()
        except BaseException:
            failed.set()
            raise
    return [counts[number] for number in range(len(parts))]


@contextmanager
def _member(work: Work) -> Iterator[Callable[[Part], PartCounts]]:
    """A process of the crew, as a function. When the block is left it has ended, and the contacts it met are in the vault."""
    process = subprocess.Popen(MEMBER, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    told, said = process.stdin, process.stdout
    assert told is not None
    assert said is not None

    def answer() -> Done | Kept:
        if not (line := said.readline()):
            raise PartUnwritten(f"a normalising process ended with status {process.wait()}")
        answered = _decode(line)
        if isinstance(answered, Failed):
            raise PartUnwritten(answered.reason)
        return answered

    def normalise(part: Part) -> PartCounts:
        with suppress(BrokenPipeError):
            told.write(_encode(part) + b"\n")
            told.flush()
        done = answer()
        assert isinstance(done, Done)
        return done.counts

    try:
        told.write(_encode(work) + b"\n")
        yield normalise
        with suppress(BrokenPipeError):
            told.close()
        answer()
    finally:
        for pipe in (told, said):
            with suppress(BrokenPipeError):
                pipe.close()
        process.wait()
