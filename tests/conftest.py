"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data beside the project; absent for users, so its tests skip there."""
    if not SHARED.is_dir():
        pytest.skip("the reference data beside the project is absent")
    return SHARED


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh THREADMART_HOME."""
    path = tmp_path / "home"
    monkeypatch.setenv("THREADMART_HOME", str(path))
    return path
