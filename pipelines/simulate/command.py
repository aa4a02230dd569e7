"""Writes a world: shops.toml, deliveries by source and arrival day, and truth.json."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import msgspec

from pipelines.simulate.journeys import live
from pipelines.simulate.noise import disturb
from pipelines.simulate.people import People
from pipelines.simulate.scene import Scene
from pipelines.simulate.truth import Truth
from pipelines.simulate.wire_insights import expected_rows, tell_ads
from pipelines.simulate.wire_own import own_assets, tell_own
from pipelines.simulate.world import Shop, World, build_world
from pipelines.simulate.writer import Writer

MIN_DAYS = 35  # five whole weeks, with the clock changes of New York and of Europe
MAX_SHOPS = 200
MIN_EVENTS_PER_SHOP = 100
_EVENTS_PER_DAY = 25_000  # a larger world by default lasts longer instead of being busier, so that memory stays flat


class WorldTooSmall(ValueError):
    """Fewer records than a world of that many shops needs."""


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """What was written. `events` are records: messaging items, statuses, shop documents, insights rows, own records."""

    out: Path
    seed: int
    shops: int
    days: int
    events: int
    files: int
    bytes: int


def default_days(events: int) -> int:
    return max(MIN_DAYS, events // _EVENTS_PER_DAY)


def simulate(
    out: Path, *, shops: int, days: int, events: int, seed: int, progress: Callable[[int], object] = lambda done: None
) -> SimulationResult:
    """Writes the world into `out`, which must not hold anything yet. The same arguments give the same bytes.

    At least `events` records are written, and at most a conversation more. `progress` is told how many there are so far.
    Raises FileExistsError where `out` is not empty, WorldTooSmall, OSError.
    """
    if events < MIN_EVENTS_PER_SHOP * shops:
        raise WorldTooSmall(f"{shops} shops need at least {MIN_EVENTS_PER_SHOP * shops:,} events")
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    world = build_world(shops=shops, days=days, events=events, seed=seed)
    truth, writer = Truth(), Writer(out / "deliveries", seed)
    (out / "shops.toml").write_text(_shops_toml(world), encoding="utf-8")
    told = _tell(world, truth, writer, progress)
    writer.close()
    truth.write(out / "truth.json", world, told)
    return SimulationResult(out, seed, shops, days, told, writer.files, writer.bytes)


def _tell(world: World, truth: Truth, writer: Writer, progress: Callable[[int], object]) -> int:
    """Plays all days, one shop after the other within a day. Returns the number of records told."""
    people = {shop.index: People(shop) for shop in world.shops}
    told = 0
    for day, shop, goal in world.schedule():
        scene = Scene(shop, day, Random(f"{world.seed}|{shop.index}|{day}"), writer, truth)
        disturb(scene, day - shop.clock.first_day, world.days, len(world.shops), max(0, goal - told))
        reserved = expected_rows(scene)
        tell_own(scene, people[shop.index], max(0, goal - told - scene.records - reserved))
        while told + scene.records + reserved < goal:
            live(scene, people[shop.index])
        tell_ads(scene)
        told += scene.records
        if shop.index == len(world.shops) - 1:
            writer.close_days_before(min(each.clock.start_ms(day + 1) for each in world.shops))
        progress(told)
    return told


def _shops_toml(world: World) -> str:
    """The shops and their assets, marked as sample data."""
    return "\n".join(map(_shop_toml, world.shops))


def _shop_toml(shop: Shop) -> str:
    assets = {
        "messenger": [shop.page_id],
        "instagram": [shop.instagram_id],
        "whatsapp": [shop.phone_number_id],
        shop.template.system: [shop.domain],
        "meta_insights": [shop.account_id],
        "ga4": [shop.stream_id] if shop.stream_id else [],
        "conversions_api": [shop.page_id, shop.domain] if shop.sends_conversions else [],
        **own_assets(shop),
    }
    if shop.template.has_meta_shop:
        assets["meta_commerce"] = [shop.commerce_account_id]
    settings = {"id": shop.id, "name": shop.name, "currency": shop.currency, "zone": shop.template.zone}
    lines = ["[[shop]]", *(f"{key} = {_quoted(value)}" for key, value in settings.items()), "sample = true", "[shop.assets]"]
    return "\n".join([*lines, *(f"{source} = [{', '.join(map(_quoted, told))}]" for source, told in assets.items() if told), ""])


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's."""
    return msgspec.json.encode(text).decode()
