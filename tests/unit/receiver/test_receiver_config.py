"""The configuration: the example is good, and a wrong one is told with its line and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import main
from pipelines.receiver.config import KINDS, AnyEndpoint, ConfigError, read_config, secrets_of
from pipelines.receiver.server import routes_of
from pipelines.receiver.toml_lines import line_of
from tests.repository import ROOT
from tests.webhooks import OWN_KEY

GOOD = """
[listen]
port = 8080

[[endpoint]]
kind = "shopify"
path = "/a"
secrets = [{ env = "A" }]

[[endpoint]]
kind = "standard"
path = "/b"
secrets = [{ file = "$FOLDER/b" }, { env = "B_OLD" }]
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("A", "secret of a")
    monkeypatch.setenv("B_OLD", "whsec_" + "QUJD" * 8)
    monkeypatch.setenv("FOLDER", str(tmp_path))
    (tmp_path / "b").write_text("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n", encoding="utf-8")
    path = tmp_path / "receiver.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_secrets_come_from_the_environment_and_from_files(config: Path) -> None:
    assert secrets_of(config, read_config(config)) == [[b"secret of a"], [OWN_KEY, b"ABC" * 8]]


def test_the_example_names_every_key_and_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("META_APP_SECRET", "META_VERIFY_TOKEN", "SHOPIFY_CLIENT_SECRET", "WOOCOMMERCE_SECRET"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("OWN_SECRET", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
    path = ROOT / "examples" / "receiver.toml"
    config = read_config(path)
    assert {route.sender.name for route in routes_of(path, config).values()} == set(KINDS)
    text = path.read_text(encoding="utf-8")
    for part in ("limits", "segments", "silence"):
        table = getattr(config, part)
        assert table == type(table)() or part == "silence", "the example shows the defaults"
        assert [name for name in table.__struct_fields__ if name not in text] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("port = 8080", "port = "), "line 3"),
        (("port = 8080", 'port = "8080"'), "line 3: listen.port: Expected `int`, got `str`"),
        (("port = 8080", "port = 70000"), "line 3: listen.port: Expected `int` <= 65535"),
        (("port = 8080", "prot = 8080"), "line 2: listen: Object contains unknown field `prot`"),
        (("[listen]", "[lisen]"), "unknown field `lisen`"),
        (('"shopify"', '"shopfy"'), f"line 6: endpoint[0].kind: Invalid value 'shopfy', expected one of {', '.join(KINDS)}"),
        (('path = "/b"', 'path = "/a"'), "line 12: endpoint[1].path: expected a path of its own, '/a' is that of endpoint[0] too"),
        (('path = "/b"', 'path = "b"'), "line 12: endpoint[1].path: expected a path such as /hooks/shopify, got 'b'"),
        (('{ env = "A" }', '"secret of a"'), 'line 8: endpoint[0].secrets[0]: Expected `object`, got `str`: write { env = "NAME" }'),
        (('{ env = "A" }', ""), "line 8: endpoint[0].secrets: Expected `array` of length >= 1"),
        (('{ env = "A" }', '{ env = "NOT_SET" }'), "endpoint[0].secrets[0]: expected a secret in the environment variable NOT_SET"),
        (('{ env = "A" }', '{ env = "A", file = "b" }'), "endpoint[0].secrets[0]: expected either"),
        (("$FOLDER/b", "$FOLDER/c"), "no such file or directory"),
        (('env = "B_OLD"', 'env = "A"'), "endpoint[1].secrets[1]: expected whsec_ and at least 16 bytes in base64"),
        (("port = 8080", "port = 9464"), "admin.port: expected another port than listen.port, which is 9464 too"),
    ],
)
def test_a_wrong_one_is_told_with_its_place(change: tuple[str, str], told: str, config: Path) -> None:
    config.write_text(GOOD.replace(*change), encoding="utf-8")
    done = CliRunner().invoke(main, ["receive", "--check", str(config)])
    assert done.exit_code == 2
    assert str(config) in done.output
    assert told in " ".join(done.output.split())
    assert "secret of a" not in done.output.replace(GOOD, "")


def test_a_good_one_is_told_so(config: Path) -> None:
    done = CliRunner().invoke(main, ["receive", "--check", str(config)])
    assert (done.exit_code, "shopify at /a, standard at /b" in done.output) == (0, True)


def test_each_kind_has_its_endpoint() -> None:
    assert tuple(each.__struct_config__.tag for each in AnyEndpoint.__args__) == KINDS


def test_a_missing_file_is_told() -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_config(Path("not-there.toml"))


@pytest.mark.parametrize(("key", "line"), [("listen.port", 3), ("endpoint[1].kind", 11), ("endpoint[1].nothing", 10), ("nothing", None)])
def test_keys_are_found(key: str, line: int | None) -> None:
    assert line_of(GOOD, key) == line
