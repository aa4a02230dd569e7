"""From the documented curls to the reports, while the receiver goes on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.landing.deliveries import Arrival, DeliverySegment
from pipelines.plan import load_landed, nothing_new
from pipelines.receiver.senders import SENDERS
from pipelines.sources.registry import SOURCES
from tests.receiver_process import ReceiverProcess, listening, receiving
from tests.repository import ROOT, text
from tests.traffic import Load, send_load
from tests.webhooks import message_body
from warehouse.connection import open_warehouse

PAGE = text("docs/receiver.md")
SHOPS = """
[[shop]]
id = "berlin-blumen"
name = "Berlin Blumen"
currency = "EUR"
zone = "Europe/Berlin"
[shop.assets]
messenger = ["1001"]
instagram = ["17841400000000001"]
whatsapp = ["106540352242922"]
shopify = ["berlin-blumen.myshopify.com"]
"""


def documented_environment() -> dict[str, str]:
    told = re.findall(r"\b([A-Z_]+_(?:SECRET|TOKEN))=(\S+)", PAGE)
    assert len(told) == 5
    return dict(told)


def documented_curls() -> str:
    section = PAGE.partition("## A signed curl for each sender")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```bash\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 5
    return "set -euo pipefail\n" + "\n".join(blocks)


@pytest.fixture
def example(tmp_path: Path, home: Path) -> Iterator[ReceiverProcess]:
    """A receiver with the example's configuration, on free ports."""
    config = tmp_path / "receiver.toml"
    config.write_text(re.sub(r"^port = \d+", "port = 0", text("examples/receiver.toml"), flags=re.MULTILINE), encoding="utf-8")
    started = listening(["-m", "pipelines.cli", "receive", str(config)], documented_environment() | {"THREADMART_HOME": str(home)})
    yield started
    started.kill()


def threadmart(home: Path, *words: str) -> str:
    environment = os.environ | {"THREADMART_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl", "openssl"))), reason="needs bash, curl and openssl")
def test_what_the_page_s_curls_send_is_in_the_reports(example: ReceiverProcess, home: Path, tmp_path: Path) -> None:
    shops = tmp_path / "shops.toml"
    shops.write_text(SHOPS, encoding="utf-8")
    threadmart(home, "ingest", str(shops))
    curls = documented_curls().replace("127.0.0.1:8080", f"127.0.0.1:{example.port}")
    sent = subprocess.run(["bash", "-c", curls], env=os.environ | documented_environment(), capture_output=True, text=True, check=False)
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert sent.stdout.startswith("1158201444")
    assert '"confirmation_code"' in sent.stdout
    threadmart(home, "run")
    with open_warehouse(home / "warehouse.duckdb") as con:
        [(records, loaded, source)] = con.execute("select records, loaded, source from raw.ledger where source <> 'config'").fetchall()
        erasures = con.execute("select state, basis from raw.consent_event where purpose = 'erasure'").fetchall()
    told = {"messenger", "instagram", "whatsapp", "shopify", "meta_deletion", "woocommerce", "store_sale", "consent", "ad_log"}
    assert records == len(told)
    assert set(source.split("+")) == told & SOURCES.keys()
    assert loaded == len(told & SOURCES.keys())
    assert erasures == [("requested", "data_deletion_callback")]
    assert "1,200" in threadmart(home, "report", "shop_spend_daily", "--shop", "berlin-blumen")
    assert example.process.poll() is None


def loaded(home: Path) -> list[tuple[int, int, int]]:
    """Loads what is landed, as a run does; (records, loaded, duplicate) of each ledger row, oldest segment first."""
    with open_warehouse(home / "warehouse.duckdb") as con:
        assert load_landed(Home(home), con).refused == {}
        return con.execute("select records, loaded, duplicate from raw.ledger order by segment").fetchall()


def test_redelivered_events_count_once_and_a_killed_receiver_s_segment_is_loaded(home: Path) -> None:
    """The same messages are received by two receivers one after the other; the second one is killed and no third starts."""
    for _ in range(2):
        with receiving(home) as receiver:
            assert send_load(Load(receiver.port, 8, 300)).statuses == {"200": 300}
    assert list((home / "landing" / "raw").glob("*.receiving")) != []
    assert not nothing_new(Home(home))
    assert loaded(home) == [(300, 300, 0), (300, 0, 300)]
    with open_warehouse(home / "warehouse.duckdb") as con:
        assert con.execute("select count(*) from raw.message_event").fetchall() == [(300,)]


def test_a_copied_segment_is_known(home: Path) -> None:
    with receiving(home) as receiver:
        send_load(Load(receiver.port, 4, 20))
        receiver.stop()
    [segment] = (home / "landing" / "raw").glob("*.seg")
    shutil.copyfile(segment, segment.with_name("9999999999999-000000000000.seg"))
    assert loaded(home) == [(20, 20, 0)]


def landed(home: Path, *arrivals: Arrival) -> Path:
    """A sealed segment of these deliveries."""
    segment = DeliverySegment(Home(home).make().landing_raw, b"k" * 32, 1_772_366_400_000)
    segment.append(arrivals)
    sealed = segment.seal()
    assert sealed
    return sealed


def reasons(home: Path) -> list[tuple[str, int]]:
    with open_warehouse(home / "warehouse.duckdb") as con:
        return con.execute("select reason, count(*) from raw.quarantine group by all order by 1").fetchall()


def test_a_sender_is_read_by_its_own_sources_alone(home: Path) -> None:
    """Who may sign as a till cannot tell what was said to a page."""
    arrivals = [Arrival(sender, {}, message_body(number), 1_772_366_400_000) for number, sender in enumerate(SENDERS)]
    landed(home, *arrivals)
    assert loaded(home) == [(len(SENDERS), 1, 0)]
    assert reasons(home) == [("unsupported_source", len(SENDERS) - 1)]


def test_a_damaged_frame_costs_itself_alone_and_is_told(home: Path) -> None:
    segment = landed(home, *[Arrival("meta", {}, message_body(number), 1_772_366_400_000) for number in range(3)])
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 0xFF
    segment.write_bytes(content)
    assert loaded(home) == [(3, 2, 0)]
    assert reasons(home) == [("malformed_json", 1)]


def test_no_delivery_is_taken_for_an_envelope(home: Path) -> None:
    """Files hold envelopes; what a sender has signed is a body, whatever it says of headers."""
    envelope = b'{"headers": {"x-shopify-topic": "orders/create"}, "body": {"id": 1}}'
    landed(home, Arrival("meta", {}, envelope, 1_772_366_400_000))
    assert loaded(home) == [(1, 0, 0)]
    assert reasons(home) == [("unsupported_source", 1)]
