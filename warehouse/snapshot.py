"""Reads what is published: the only way in for dashboards and notebooks."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.connection import HARDENING, quoted

POINTER = "current"


class NothingPublished(Exception):
    """There is no published version yet."""


def latest(published: Path) -> Path | None:
    """The folder of the version that `current` names; None before the first publish."""
    pointer = published / POINTER
    if not pointer.is_file():
        return None
    name = pointer.read_text(encoding="ascii", errors="replace").strip()
    return published / name if name and (published / name).is_dir() else None


def shops(version: Path) -> list[str]:
    """The ids of the shops in a version."""
    return sorted(folder.name.removeprefix("shop=") for folder in version.glob("shop=*"))


def open_shop(version: Path, shop_id: str) -> duckdb.DuckDBPyConnection:
    """A read-only connection to one shop's reports, one view each; it can reach no other file.

    Raises NothingPublished where the version holds no such shop.
    """
    folder = (version / f"shop={shop_id}").resolve()
    if folder.parent != version.resolve() or not folder.is_dir():
        raise NothingPublished(f"{version}: holds no shop {shop_id!r}")
    return _locked(folder, {path.stem: str(path) for path in sorted(folder.glob("*.parquet"))})


def open_reports(version: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the reports of all shops, for operators; it can reach no other file."""
    names = {path.stem for path in version.glob("shop=*/*.parquet")}
    return _locked(version.resolve(), {name: str(version.resolve() / "shop=*" / f"{name}.parquet") for name in sorted(names)})


def _locked(folder: Path, views: dict[str, str]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={**HARDENING, "threads": 1, "memory_limit": "512MB"})
    con.execute("set TimeZone = 'UTC'")
    con.execute("set temp_directory = ''")
    con.execute(f"set allowed_directories = [{quoted(str(folder))}]")
    con.execute("set allow_persistent_secrets = false")
    con.execute("set enable_external_access = false")
    for name, path in views.items():
        con.execute(f'create view "{name}" as select * from read_parquet({quoted(path)}, hive_partitioning = false)')
    con.execute("set lock_configuration = true")
    return con
