"""Reads warehouse/<schema>/<table>.sql: one file is one table, and its header is the contract.

Header lines: `-- description:`, `-- grain:`, `-- partition:`, `-- input <table>: <rule>`, `-- as_of:`,
`-- column <name>: <meaning>`, `-- check <severity> <name>: <rule>`. Inputs are parsed from the SQL and must be
declared with one refresh rule each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parent
MODEL_SCHEMAS = ("staging", "metrics", "attribution", "reports")
PARTITION_KINDS = ("day", "person", "order", "month", "full")

_READS = re.compile(r"\b(?:from|join)\s+((?:raw|staging|metrics|attribution|reports)\.[a-z_0-9]+)", re.IGNORECASE)
_HEADER = re.compile(r"^-- (\w+)(?: ([^:]*))?:\s*(.*)$")


class ContractError(ValueError):
    """A model file whose header does not hold."""


@dataclass(frozen=True)
class Partition:
    """The rows of a table that are rewritten together: those with one value of `column` in one shop."""

    kind: str
    column: str


@dataclass(frozen=True)
class Input:
    """A table that the model reads, and which partitions a changed row of it dirties.

    `shop` is for settings: every partition of the row's shop. `stored` is for names: the partitions of the model's own stored
    rows that have the row's value of `column`.
    """

    name: str
    rule: str
    column: str
    days: int = 0  # length of a `window`
    linked: str = ""  # the other end of a `component`'s links


@dataclass(frozen=True)
class Check:
    """`not_null: columns`, a predicate every fresh row meets, or a query (`select ...`) that returns no row."""

    severity: str
    name: str
    text: str


@dataclass(frozen=True, eq=False)
class Model:
    """One table of the warehouse and everything its header promises."""

    schema: str
    table: str
    path: Path
    sql: str
    description: str
    grain: tuple[str, ...]
    partition: Partition
    inputs: tuple[Input, ...]
    as_of: str
    columns: dict[str, str]
    checks: tuple[Check, ...]

    @property
    def name(self) -> str:
        return f"{self.schema}.{self.table}"

    @property
    def version(self) -> str:
        """A hash of the file: another text is another model, and its table is computed anew."""
        return sha256(self.sql.encode()).hexdigest()[:16]


def reads(sql: str) -> frozenset[str]:
    """The schema-qualified tables that a statement reads."""
    code = "\n".join(line.split("--", 1)[0] for line in sql.splitlines())
    return frozenset(found.lower() for found in _READS.findall(code))


def parse_model(path: Path) -> Model:
    """The model of one SQL file. Raises ContractError naming the file and the header line."""
    sql = path.read_text(encoding="utf-8")
    single: dict[str, str] = {}
    columns: dict[str, str] = {}
    inputs: list[Input] = []
    checks: list[Check] = []
    for line in sql.splitlines():
        found = _HEADER.match(line)
        if not found:
            if line.startswith("--"):
                continue
            break
        word, subject, text = found[1], (found[2] or "").strip(), found[3].strip()
        if word == "column":
            columns[subject] = text
        elif word == "input":
            inputs.append(_input(path, subject, text))
        elif word == "check":
            severity, _, name = subject.partition(" ")
            if severity not in ("fail", "warn"):
                raise ContractError(f"{path}: check {subject!r}: severity is fail or warn")
            checks.append(Check(severity, name, text))
        else:
            single[word] = text
    for word in ("description", "grain", "partition"):
        if not single.get(word):
            raise ContractError(f"{path}: the header has no `-- {word}:` line")
    kind, _, column = single["partition"].partition(" ")
    if kind not in PARTITION_KINDS or (kind != "full") != bool(column):
        raise ContractError(f"{path}: partition {single['partition']!r}: one of day|person|order|month <column>, or full")
    declared = {each.name for each in inputs}
    if declared != reads(sql):
        raise ContractError(f"{path}: declares inputs {sorted(declared)} but reads {sorted(reads(sql))}")
    if kind == "full" and (partial := [each.name for each in inputs if each.rule in ("shop", "stored")]):
        raise ContractError(f"{path}: partition full: the rule of {partial} is full too")
    return Model(
        schema=path.parent.name,
        table=path.stem,
        path=path,
        sql=sql,
        description=single["description"],
        grain=tuple(part.strip() for part in single["grain"].split(",")),
        partition=Partition(kind, column.strip()),
        inputs=tuple(inputs),
        as_of=single.get("as_of", "none"),
        columns=columns,
        checks=tuple(checks),
    )


def _input(path: Path, name: str, text: str) -> Input:
    words = text.split()
    if words in (["full"], ["shop"]):
        return Input(name, words[0], "")
    if len(words) == 2 and words[0] in ("day", "person", "order", "month", "stored"):
        return Input(name, words[0], words[1])
    if len(words) == 3 and words[0] == "component":
        return Input(name, "component", words[1], linked=words[2])
    if len(words) == 4 and words[0] == "window" and words[1].isdigit() and words[2] == "days":
        return Input(name, "window", words[3], int(words[1]))
    rules = "day|person|order|month|stored <column>, window N days <column>, component <column> <linked column>, shop, full"
    raise ContractError(f"{path}: input {name}: {text!r} is no rule ({rules})")


@cache
def load_models() -> tuple[Model, ...]:
    """All models, each after those it reads. Raises ContractError."""
    found = {model.name: model for model in map(parse_model, sorted(p for s in MODEL_SCHEMAS for p in (ROOT / s).glob("*.sql")))}
    graph = TopologicalSorter({name: {i.name for i in model.inputs if i.name in found} for name, model in found.items()})
    return tuple(found[name] for name in graph.static_order())
