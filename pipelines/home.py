"""Where the state lives: THREADMART_HOME and the places in it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The state directory. The warehouse and what is published can be made anew from landing and keys."""

    path: Path

    @classmethod
    def from_environment(cls) -> Home:
        """THREADMART_HOME, or ./.state; always absolute."""
        return cls(Path(os.environ.get("THREADMART_HOME") or ".state").expanduser().absolute())

    @property
    def landing_raw(self) -> Path:
        return self.path / "landing" / "raw"

    @property
    def landing_canonical(self) -> Path:
        return self.path / "landing" / "canonical"

    @property
    def drop(self) -> Path:
        return self.path / "drop"

    @property
    def warehouse(self) -> Path:
        return self.path / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.path / "published"

    @property
    def vault(self) -> Path:
        return self.path / "vault"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def dagster(self) -> Path:
        return self.path / "dagster"

    @property
    def tmp(self) -> Path:
        return self.path / "tmp"

    @property
    def run_lock(self) -> Path:
        return self.path / "run.lock"

    def make(self) -> Home:
        """Creates the directories. Raises OSError."""
        for place in (self.landing_raw, self.landing_canonical, self.drop, self.published, self.vault, self.keys, self.dagster, self.tmp):
            place.mkdir(parents=True, exist_ok=True)
        for secret in (self.vault, self.keys):
            secret.chmod(0o700)
        return self
