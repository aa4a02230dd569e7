"""What each metric means, from warehouse/metrics.yml: the tooltips and footnotes of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from warehouse.models import ROOT

PATH = ROOT / "metrics.yml"


@dataclass(frozen=True, slots=True)
class Definition:
    name: str
    label: str
    meaning: str
    formula: str


@cache
def definitions(path: Path = PATH) -> dict[str, Definition]:
    """Definition by metric name, in the order of the file; empty where there is no such file."""
    if not path.is_file():
        return {}
    document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    return {name: _definition(name, told) for name, told in document.get("metrics", document).items()}


def _definition(name: str, told: Mapping[str, Any]) -> Definition:
    return Definition(
        name=name,
        label=_english(told.get("label")) or name.replace("_", " ").capitalize(),
        meaning=_english(told.get("meaning")),
        formula=" ".join(str(told.get("formula", "")).split()),
    )


def _english(told: Any) -> str:
    text = told.get("en", "") if isinstance(told, Mapping) else told or ""
    return " ".join(str(text).split())
