"""One small world for all tests of this folder, and its deliveries taken apart."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.simulate.command import simulate
from tests.reference.woocommerce_recount import PING
from tests.reference.world_lines import delivered_lines

EVENTS = 30_000


@dataclass
class Told:
    """What a world's files hold. Lines that are no JSON are left out."""

    folder: Path
    messenger: list[dict[str, Any]] = field(default_factory=list)  # items, with their place as `_in`
    instagram: list[dict[str, Any]] = field(default_factory=list)
    whatsapp: list[dict[str, Any]] = field(default_factory=list)  # messages
    statuses: list[dict[str, Any]] = field(default_factory=list)
    preferences: list[dict[str, Any]] = field(default_factory=list)
    shopify: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # (topic, document)
    woocommerce: list[dict[str, Any]] = field(default_factory=list)  # orders and refunds
    commerce: list[dict[str, Any]] = field(default_factory=list)  # Meta's orders
    insights: list[dict[str, Any]] = field(default_factory=list)
    ga4: list[dict[str, Any]] = field(default_factory=list)
    conversions: list[dict[str, Any]] = field(default_factory=list)
    own: list[dict[str, Any]] = field(default_factory=list)  # bodies in Threadmart's own formats
    entries: list[list[dict[str, Any]]] = field(default_factory=list)  # of each webhook body
    broken: list[bytes] = field(default_factory=list)

    def add(self, line: bytes) -> None:
        try:
            document = json.loads(line, parse_float=Decimal)
        except ValueError:
            self.broken.append(line)
            return
        headers, body = (document["headers"], document["body"]) if "headers" in document else ({}, document)
        if isinstance(body, str):
            if body == PING:
                return
            try:
                body = json.loads(body, parse_float=Decimal)
            except ValueError:
                self.broken.append(line)
                return
        if "x-shopify-topic" in headers:
            self.shopify.append((headers["x-shopify-topic"], body))
        elif "event_name" in body:
            self.ga4.append(body)
        elif "type" in body:
            self.own.append(body)
        elif "x-wc-webhook-topic" in headers:
            self.woocommerce.append(body)
        elif "x-threadmart-asset" in headers:
            self.commerce += body["data"]
        elif "data" in body:
            for row in body["data"]:
                (self.conversions if "event_name" in row else self.insights).append(row)
        else:
            self.entries.append(body["entry"])
            for entry in body["entry"]:
                self._add_entry(body["object"], entry)

    def _add_entry(self, platform: str, entry: dict[str, Any]) -> None:
        items = self.messenger if platform == "page" else self.instagram
        for place in ("messaging", "standby"):
            items += ({**item, "_in": place, "_entry": entry} for item in entry.get(place, ()))
        for change in entry.get("changes", ()) if platform == "whatsapp_business_account" else ():
            self.whatsapp += change["value"].get("messages", ())
            self.statuses += change["value"].get("statuses", ())
            self.preferences += change["value"].get("user_preferences", ())


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("simulate") / "world"
    simulate(folder, shops=6, days=35, events=EVENTS, seed=11)
    return taken_apart(folder)


def taken_apart(folder: Path) -> Told:
    """The deliveries of a world."""
    world = Told(folder)
    for line in delivered_lines(folder):
        world.add(line)
    return world
