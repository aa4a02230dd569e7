"""What a reader of a page gets: its tables, its elements, its text."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any


class Page(HTMLParser):
    """`tables` by their data-chart or class, each a list of rows of cell texts; `specs` the chart specs; `tags` every start tag."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: dict[str, list[list[str]]] = {}
        self.specs: list[dict[str, Any]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        self._open = [*self._open, tag] if tag not in ("meta", "br", "line", "rect", "polyline", "polygon") else self._open
        if tag == "table":
            self._rows = self.tables.setdefault(told.get("data-chart") or told.get("class") or "", [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["script"]:
            if self.tags[-1][1].get("type") == "application/json":
                self.specs.append(json.loads(data))
        elif "td" in self._open or "th" in self._open:
            self._rows[-1][-1] += data
        if self._open[-1:] not in (["script"], ["style"]):
            self.text += data
