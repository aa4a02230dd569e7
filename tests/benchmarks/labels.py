"""The intent labels of a file of message traffic by themselves: what they are of the CPU time of its load.

`python -m tests.benchmarks.labels FILE` prints how many texts of customers it labelled, and in how many CPU seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from pipelines.intents.classifier import intent_of
from pipelines.sources import thread_format, whatsapp_bodies
from pipelines.sources.meta_envelope import WHATSAPP
from pipelines.sources.refusal import UNREADABLE

_OF_WHATSAPP = f'"{WHATSAPP}"'.encode()
_TEXTS_AT_ONCE = 100_000


def customer_texts(file: Path) -> Iterator[str]:
    """What customers wrote, in the order of the file."""
    with file.open("rb") as lines:
        for line in lines:
            read = _whatsapp_texts if _OF_WHATSAPP in line[:64] else _thread_texts
            try:
                yield from read(line)
            except UNREADABLE:
                continue


def _thread_texts(line: bytes) -> Iterator[str]:
    body: thread_format.WholeBody = thread_format.WHOLE_BODY.decode(line)
    for entry in body.entry or ():
        for item in chain(entry.messaging or (), entry.standby or ()):
            message = item.message
            is_outgoing = item.sender is not None and item.sender.id == entry.id
            if message is not None and message.text and not message.is_echo and not is_outgoing:
                yield message.text


def _whatsapp_texts(line: bytes) -> Iterator[str]:
    body: whatsapp_bodies.WholeBody = whatsapp_bodies.WHOLE_BODY.decode(line)
    for entry in body.entry or ():
        for change in entry.changes or ():
            for message in (change.value.messages if change.value is not None else None) or ():
                if message.text is not None and message.text.body:
                    yield message.text.body


def labelled(texts: Iterator[str]) -> tuple[int, float]:
    """How many texts there are, and the CPU seconds that labelling alone took."""
    count, cpu_s = 0, 0.0
    while told := list(islice(texts, _TEXTS_AT_ONCE)):
        began = time.process_time()
        for text in told:
            intent_of(text)
        cpu_s += time.process_time() - began
        count += len(told)
    return count, cpu_s


def main() -> None:
    count, cpu_s = labelled(customer_texts(Path(sys.argv[1])))
    sys.stdout.write(json.dumps({"texts": count, "cpu_s": cpu_s}) + "\n")


if __name__ == "__main__":
    main()
