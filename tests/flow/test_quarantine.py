"""Quarantine: what is refused can be counted, looked at, and read again once something is learnt."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipelines.cli import main
from pipelines.home import Home
from pipelines.loading import Loader, open_loader
from pipelines.quarantine import Filters, Retried, quarantined, retry
from pipelines.retention import expire_raw
from pipelines.sources import thread_events, threads
from pipelines.sources.quarantine import Reason
from pipelines.sources.refusal import Refusal
from tests.flow.test_intake_order import _rows, _take
from tests.flow.test_order_tables import HEADER, MAPPING, SETTINGS
from warehouse.connection import open_warehouse

NOON = 1772366400000
AGES_LATER = NOON * 2


def _item(number: int, **told: Any) -> dict[str, Any]:
    return {"sender": {"id": f"7{number % 3}"}, "recipient": {"id": "1001"}, "timestamp": NOON + number * 1000, **told}


def _body(*items: dict[str, Any]) -> str:
    return json.dumps({"object": "page", "entry": [{"id": "1001", "time": NOON, "messaging": items}]})


def _text(number: int) -> dict[str, Any]:
    return _item(number, message={"mid": f"m{number}", "text": f"Rose {number}"})


def _reaction(number: int) -> dict[str, Any]:
    return _item(number, reaction={"mid": f"m{number}", "action": "react", "reaction": "love"})


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files with texts and reactions, some of which both tell."""
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text("\n".join([_body(_text(1), _reaction(1)), _body(_text(2)), _body(_reaction(2), _text(3))]))
    second.write_text("\n".join([_body(_text(3), _reaction(2)), "{broken", _body(_text(4), _reaction(4))]))
    return [first, second]


@pytest.fixture
def home(files: list[Path], tmp_path: Path) -> Home:
    """A home whose version did not know reactions yet."""
    home = Home(tmp_path / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thread_events, "_reaction", _unlearnt)
        _take(home, files)
    return home


def _unlearnt(*_: object) -> list[Any]:
    raise Refusal(Reason.UNKNOWN_EVENT, "reaction")


def _with_loader(home: Home, what: Callable[[Loader], Any]) -> Any:
    with open_warehouse(home.warehouse) as con:
        return what(open_loader(home, con))


def _ledger(home: Home) -> list[tuple[Any, ...]]:
    query = "select segment, records, loaded, duplicate, quarantined from raw.ledger order by segment"
    return _with_loader(home, lambda loader: loader.con.execute(query).fetchall())


def _threadmart(home: Home, *words: str, status: int = 0) -> str:
    done = CliRunner().invoke(main, words, env={"THREADMART_HOME": str(home.path)})
    assert done.exit_code == status, done.output
    return done.output


def test_what_is_refused_is_counted_and_can_be_looked_at(home: Home) -> None:
    told = json.loads(_threadmart(home, "quarantine", "list", "--json"))
    assert [(row["reason"], row["records"], row["files"]) for row in told] == [("unknown_event", 4, 2), ("malformed_json", 1, 1)]
    assert [row["records"] for row in json.loads(_threadmart(home, "quarantine", "list", "--source", "instagram", "--json"))] == []
    shown = _threadmart(home, "quarantine", "show", told[0]["example"])
    assert "may hold names, messages" in shown
    assert '"reaction": "love"' in shown
    assert '"mid": "m4"' in shown
    assert "{broken" in _threadmart(home, "quarantine", "show", told[1]["example"])


def test_a_shop_sees_the_files_that_hold_something_of_it(home: Home) -> None:
    assert _with_loader(home, lambda loader: len(quarantined(loader, Filters(shop="unclaimed-messenger-1001")))) == 2
    assert _with_loader(home, lambda loader: quarantined(loader, Filters(shop="another-shop"))) == []


def test_reading_again_gives_what_a_rebuild_gives(home: Home, files: list[Path], tmp_path: Path) -> None:
    done: Retried = _with_loader(home, lambda loader: retry(loader, Filters()))
    unreadable = ("unknown", "malformed_json")
    assert done.before == {("messenger", "unknown_event"): 4, unreadable: 1}
    assert (done.after, done.segments, done.is_reloaded) == ({unreadable: 1}, 2, False)
    after, ledger = _rows(home), _ledger(home)
    assert [row[1] == row[2] + row[3] + row[4] for row in ledger] == [True, True]
    home.warehouse.unlink()
    _with_loader(home, lambda loader: loader.load_landed())
    assert _rows(home) == after
    assert _ledger(home) == ledger
    straight = Home(tmp_path / "straight")
    _take(straight, files)
    assert len(_rows(straight)["message_event"]) == len(after["message_event"]) == 7


def test_a_filter_leaves_the_other_files_alone(home: Home) -> None:
    done: Retried = _with_loader(home, lambda loader: retry(loader, Filters(reason="malformed_json")))
    assert (done.segments, done.before[("messenger", "unknown_event")]) == (1, 2)
    assert [row[4] for row in _ledger(home)] == [2, 1]


def test_a_reading_that_tells_less_is_made_good_by_a_reload(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_events, "_reaction", _unlearnt)
    monkeypatch.setattr(threads, "plain_rows", lambda *_: None)
    monkeypatch.setattr(thread_events, "_message", _unlearnt)
    done: Retried = _with_loader(home, lambda loader: retry(loader, Filters(reason="malformed_json")))
    assert done.is_reloaded
    after = _rows(home)
    home.warehouse.unlink()
    _with_loader(home, lambda loader: loader.load_landed())
    assert _rows(home) == after


def test_the_command_says_what_changed(home: Home) -> None:
    told = _threadmart(home, "quarantine", "retry")
    assert "2 files read again: 5 records were refused, 1 are." in told
    assert "Every field is as documented." in _threadmart(home, "quarantine", "drift")


def test_what_has_expired_is_named_and_cannot_be_read_again(home: Home) -> None:
    [row, _] = json.loads(_threadmart(home, "quarantine", "list", "--json"))
    _with_loader(home, lambda loader: expire_raw(loader, 30, AGES_LATER))
    assert "its raw segment has expired" in _threadmart(home, "quarantine", "show", row["example"], status=1)
    assert "2 files cannot be read again" in _threadmart(home, "quarantine", "retry")
    assert json.loads(_threadmart(home, "quarantine", "list", "--json"))[0] == row


@pytest.mark.parametrize("pointer", ["nonsense", "a:1:1", "../../keys:1:1", "a:1"])
def test_a_pointer_to_nothing_is_refused_in_one_line(pointer: str, home: Home) -> None:
    assert _threadmart(home, "quarantine", "show", pointer, status=1).startswith("Error: ")


def test_a_row_of_a_table_is_shown_by_its_columns(tmp_path: Path) -> None:
    home, table = Home(tmp_path / "home"), tmp_path / "orders.csv"
    (tmp_path / "shops.toml").write_text(SETTINGS)
    rows = ["A1,2026-03-11T10:00:00,tea,1,2.5", "A2,2026-03-11T10:00:00,tea,1,a lot"]
    table.write_text("\n".join([",".join(HEADER), *rows]))
    _take(home, [tmp_path / "shops.toml"])
    _take(home, [table], mapping=MAPPING)
    [row] = json.loads(_threadmart(home, "quarantine", "list", "--json"))
    assert '"a lot"' in _threadmart(home, "quarantine", "show", row["example"])
