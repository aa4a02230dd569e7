"""What is not signed, too large or no HTTP is refused, each time, and lands nothing."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop

from pipelines.receiver import senders, signatures
from tests.faults.figures import figure
from tests.faults.receiver.landed import landed_numbers
from tests.receiver_app import ReceiverApp
from tests.receiver_process import receiving
from tests.traffic import Driver, Load
from tests.webhooks import (
    META_SECRET,
    SHOPIFY_SECRET,
    deletion_body,
    message_body,
    meta_request,
    own_headers,
    request,
    shopify_request,
    woo_request,
)

FORGED = figure(9_000, 90_000)
BROKEN = figure(1_200, 12_000)
PARSED = figure(1_000, 10_000)
CAP = 20_000
FORM = {"content-type": "application/x-www-form-urlencoded"}
SIGNATURES = ("x-hub-signature-256", "x-shopify-hmac-sha256", "x-wc-webhook-signature", "webhook-signature")


def forged(chance: random.Random, number: int) -> bytes:
    """A request in good form whose signature does not hold."""
    body = message_body(number)
    wrong = chance.randbytes(chance.choice((0, 1, 15, 32)))
    junk = "".join(chance.choices("0123456789abcdef=,+/ \xe4", k=chance.randrange(0, 90)))
    flipped = bytearray(meta_request(body))
    flipped[-chance.randrange(1, len(body))] ^= 1 << chance.randrange(8)
    return chance.choice(
        (
            lambda: meta_request(body, wrong),
            lambda: bytes(flipped),
            lambda: meta_request(body).replace(b"sha256=", chance.choice((b"sha1=", b"SHA256=", b"sha256=0", b""))),
            lambda: shopify_request(body, secret=chance.choice((wrong, META_SECRET))),
            lambda: woo_request(body, secret=chance.choice((wrong, SHOPIFY_SECRET))),
            lambda: request("/till", body, own_headers(body, key=wrong)),
            lambda: request("/till", body, own_headers(body, timestamp=chance.choice((0, 1_700_000_000, 9_999_999_999)))),
            lambda: request("/till", body, own_headers(body) | {"webhook-id": "another"}),
            lambda: request("/till", body, own_headers(body) | {"webhook-timestamp": junk}),
            lambda: request("/meta/deletion", deletion_body(str(number), secret=wrong or b"-"), FORM),
            lambda: request("/meta/deletion", b"signed_request=" + junk.encode("latin-1"), FORM),
            lambda: request("/woocommerce", b"webhook_id=" + junk.encode("latin-1") + b"x", FORM),
            lambda: request(chance.choice(("/meta", "/shopify", "/woocommerce", "/till")), body, {chance.choice(SIGNATURES): junk.strip()}),
            lambda: request(chance.choice(("/meta", "/shopify", "/woocommerce", "/till")), body, {}),
        )
    )()


def broken(chance: random.Random) -> bytes:
    """A request that is too large, or no HTTP that anybody speaks."""
    good = meta_request(message_body(1))
    return chance.choice(
        (
            lambda: meta_request(b"x" * (CAP + chance.randrange(1, 9_000))),
            lambda: request("/meta", b"", {"content-length": str(10 ** chance.randrange(6, 40))}),
            lambda: request("/meta", b"", {"content-length": chance.choice(("-1", "1e3", "0x10", "1, 2", " "))}),
            lambda: request("/meta", b"", {"transfer-encoding": "chunked", "content-length": "5"}),
            lambda: (
                b"POST /meta HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
                + b"1000\r\n%b\r\n" % (b"x" * 4096) * 6
                + b"0\r\n\r\n"
            ),
            lambda: b"POST /meta HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            lambda: b"GET / HTTP/1.1\r\nx: " + b"a" * 40_000,
            lambda: chance.randbytes(chance.randrange(1, 300)) + b"\r\n\r\n",
            lambda: good.replace(b"HTTP/1.1", chance.choice((b"HTTP/9.9", b"HTTP/1", b"", b"SPDY"))),
            lambda: good.replace(b"\r\nhost", chance.choice((b"\r\n\0host", b"\r\n host :\r\nx", b"\r\nh\xf6st: x\r\nx"))),
            lambda: good.replace(b"POST", chance.choice((b"BREW", b"post", b"PO ST", b"PUT", b"DELETE", b"TRACE", b"PATCH"))),
            lambda: good.replace(b"/meta", chance.choice((b"/%00", b"/meta/", b"meta", b"/../meta", b"//meta", b"*", b"http://[/x"))),
        )
    )()


async def _first_answer(port: int, sent: bytes) -> str:
    """The status of the first answer, `closed` where there is none."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        return (await asyncio.wait_for(reader.readline(), 15))[9:12].decode() or "closed"
    except ConnectionError:
        return "closed"
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


async def _break_in(port: int, requests: Iterator[bytes]) -> Counter[str]:
    told: Counter[str] = Counter()

    async def one_by_one() -> None:
        for sent in requests:
            told[await _first_answer(port, sent)] += 1

    await asyncio.gather(*(one_by_one() for _ in range(8)))
    return told


def test_forged_and_broken_requests_are_refused(tmp_path: Path) -> None:
    chance = random.Random(11)
    with receiving(tmp_path, f"[limits]\nbody_bytes = {CAP}\nrequest_seconds = 1.0\n") as receiver:
        driver = Driver(Load(receiver.port, 32, FORGED, seconds=3600), [forged(chance, number) for number in range(FORGED)])
        assert uvloop.run(driver.run()).statuses == {"401": FORGED}
        told = uvloop.run(_break_in(receiver.port, (broken(chance) for _ in range(BROKEN))))
        assert told.keys() <= {"400", "404", "405", "408", "413", "431", "closed"}
        assert told.keys() >= {"400", "404", "405", "413", "431"}
        assert told.total() == BROKEN
        assert receiver.ask("/healthz")[0] == 200
        assert receiver.process.poll() is None
        receiver.stop()
        assert [line for line in receiver.journal if line["event"] in ("server_error", "said")] == []
    assert FORGED + BROKEN >= 10_000
    assert landed_numbers(tmp_path) == {}


def test_nothing_is_parsed_before_the_signature_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts what decodes anything of a body: none for a forged one, one for a good one."""
    calls: Counter[str] = Counter()

    def counted(name: str, decode):
        def count(*arguments):
            calls[name] += 1
            return decode(*arguments)

        return count

    monkeypatch.setattr(senders, "_decode_body", counted("json", senders._decode_body))
    monkeypatch.setattr(signatures, "urlsafe_b64decode", counted("base64", signatures.urlsafe_b64decode))
    chance = random.Random(13)
    app = ReceiverApp(tmp_path)
    for number in range(PARSED):
        assert app.take(forged(chance, number))[0] == 401
    assert calls == {}
    assert app.take(meta_request(message_body(1)))[0] == 200
    assert app.take(request("/meta/deletion", deletion_body("1"), FORM))[0] == 200
    assert calls == {"json": 1, "base64": 1}
