"""A process of the crew: reads what to do from its standard input, and answers part by part (pipelines/crew.py)."""

from __future__ import annotations

import gc
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from pipelines.crew import Answer, Done, Failed, Kept, Work
from pipelines.failure import first_line
from pipelines.landing.frames import Part
from pipelines.normalise import write_part
from pipelines.office import Office


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted run closes our input
    gc.disable()  # rows and what they are made of hold no cycles
    lines = sys.stdin.buffer
    work = msgspec.json.decode(lines.readline(), type=Work)
    office = Office(work.office)
    gc.freeze()
    for line in lines:
        _say(_tried(partial(_write, work, office, msgspec.json.decode(line, type=Part))))
        gc.collect(0)  # what is older holds no garbage, and is much
    _say(_tried(partial(_keep, office)))


def _write(work: Work, office: Office, part: Part) -> Done:
    return Done(write_part(office, Path(work.segment), Path(work.folder), part))


def _keep(office: Office) -> Kept:
    office.keep_contacts()
    return Kept()


def _tried(act: Callable[[], Done | Kept]) -> Answer:
    try:
        return act()
    except (OSError, sqlite3.Error) as error:
        return Failed(first_line(error))


def _say(answer: Answer) -> None:
    try:
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever asked was killed; at a plain exit Python would flush once more, and complain
        os._exit(1)


if __name__ == "__main__":
    main()
