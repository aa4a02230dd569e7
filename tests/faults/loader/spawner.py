"""The command in processes that start at once: a parent that has imported the loader already forks one for each call.

What is measured is what the system counts for the process and for all that it has waited for.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from pipelines import normalise
from pipelines.normalise import PART_FRAMES
from tests.repository import ROOT

_LIMITS = ((resource.RLIMIT_AS, 4 << 30), (resource.RLIMIT_CPU, 60))  # so that a bomb that works harms its own process alone


class Ended(NamedTuple):
    """How a call ended. `status` is negative where a signal ended it; `rss_mib` is that of its largest process."""

    status: int
    cpu_s: float
    rss_mib: float
    said: str
    complained: str


class Spawner:
    """Starts calls of the command, one at a time; each is the leader of a process group of its own."""

    def __init__(self, folder: Path, server: subprocess.Popen[str]) -> None:
        self._folder = folder
        self._server = server

    def start(self, home: Path, *words: object) -> int:
        """The process id of a new call; it is nobody else's until `ended` is called."""
        return int(self._told(json.dumps([str(home), str(self._folder), *map(str, words)])))

    def ended(self) -> Ended:
        """Waits for the call to end."""
        status, cpu_s, rss_kib = json.loads(self._told(""))
        said, complained = ((self._folder / name).read_text(errors="backslashreplace") for name in ("out", "err"))
        return Ended(status, cpu_s, rss_kib / 1024, said, complained)

    def run(self, home: Path, *words: object) -> Ended:
        self.start(home, *words)
        return self.ended()

    def _told(self, line: str) -> str:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(line + "\n")
        self._server.stdin.flush()
        return self._server.stdout.readline()


@contextmanager
def spawner(folder: Path, *before: str, part_frames: int = PART_FRAMES) -> Iterator[Spawner]:
    """A parent, started by way of the command `before`; what its calls print is kept in `folder`."""
    command = [*before, sys.executable, "-m", "tests.faults.loader.spawner", str(part_frames)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield Spawner(folder, server)


def _serve() -> None:
    import_module("pipelines.cli.ingest")
    normalise.PART_FRAMES = int(sys.argv[1])
    while line := sys.stdin.readline():
        home, folder, *words = json.loads(line)
        child = os.fork()
        if child == 0:
            _become(home, Path(folder), words)
        print(child, flush=True)  # noqa: T201
        sys.stdin.readline()
        _, status, used = os.wait4(child, 0)
        print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss]), flush=True)  # noqa: T201


def _become(home: str, folder: Path, words: Sequence[str]) -> None:
    """Turns this process into a call of the command; does not return."""
    os.setpgid(0, 0)
    for limit, most in _LIMITS:
        resource.setrlimit(limit, (most, most))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["THREADMART_HOME"] = home
    for name, number in (("out", 1), ("err", 2)):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    status = 1
    try:
        import_module("pipelines.cli").main(list(words))
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve()
