"""The application: what is landed, with what, and what each refusal answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.receiver.config import Limits
from tests.receiver_app import ReceiverApp
from tests.webhooks import (
    ENDPOINTS,
    META_SECRET,
    deletion_body,
    deletion_request,
    message_body,
    meta_request,
    own_request,
    request,
    shopify_request,
    woo_request,
)

BODY = message_body(7)


@pytest.fixture
def app(tmp_path: Path) -> ReceiverApp:
    return ReceiverApp(tmp_path)


@pytest.mark.parametrize("pieces", [1, 7])
def test_a_signed_delivery_is_landed_byte_for_byte(app: ReceiverApp, pieces: int) -> None:
    assert app.take(meta_request(BODY), pieces) == (200, b"")
    [arrival] = app.committer.arrivals
    assert (arrival.sender, arrival.headers, arrival.body) == ("meta", {}, BODY)
    assert (app.capacity.deliveries, app.capacity.bytes) == (0, 0)


def test_the_headers_that_sources_read_are_kept_and_no_others(app: ReceiverApp) -> None:
    app.take(shopify_request(BODY))
    app.take(woo_request(BODY))
    app.take(own_request(BODY, message_id="msg_9"))
    shopify, woo, own = (arrival.headers for arrival in app.committer.arrivals)
    assert shopify == {"x-shopify-topic": "orders/create", "x-shopify-shop-domain": "berlin-blumen.myshopify.com"}
    assert woo == {"x-wc-webhook-topic": "order.created", "x-wc-webhook-source": "https://rosen.example/"}
    assert own.keys() == {"webhook-id", "webhook-timestamp"}


def test_meta_s_handshake(app: ReceiverApp) -> None:
    def ask(query: str) -> tuple[int, bytes]:
        return app.take(request(f"/meta?{query}", b"", {}, "GET"))

    good = "hub.mode=subscribe&hub.verify_token=verify-me&hub.challenge=1158201444"
    assert ask(good) == (200, b"1158201444")
    assert ask(good.replace("verify-me", "verify-you"))[0] == 403
    assert ask(good.replace("subscribe", "unsubscribe"))[0] == 403
    assert ask(good.replace("1158201444", "%3Cscript%3E"))[0] == 403
    assert ask("")[0] == 403
    assert app.committer.arrivals == []


def test_woocommerce_s_ping_is_answered_and_not_landed(app: ReceiverApp) -> None:
    assert app.take(request("/woocommerce", b"webhook_id=7", {"content-type": "application/x-www-form-urlencoded"})) == (200, b"")
    assert app.take(request("/woocommerce", b"webhook_id=7&x=1", {}))[0] == 401
    assert app.take(request("/shopify", b"webhook_id=7", {}))[0] == 401
    assert app.committer.arrivals == []


def test_a_deletion_request_is_landed_and_answered_with_its_page(app: ReceiverApp) -> None:
    status, body = app.take(deletion_request("218471"))
    told = json.loads(body)
    assert status == 200
    assert told["url"] == f"https://hooks.example/meta/deletion?code={told['confirmation_code']}"
    assert json.loads(app.take(deletion_request("218471"))[1]) == told, "sent again, it is the same request"
    assert json.loads(app.take(deletion_request("218472"))[1]) != told
    [arrival, *_] = app.committer.arrivals
    assert (arrival.sender, arrival.headers) == ("meta_deletion", {"x-threadmart-app-id": "77"})
    status, page = app.take(request(f"/meta/deletion?code={told['confirmation_code']}", b"", {}, "GET"))
    assert (status, told["confirmation_code"].encode() in page) == (200, True)
    assert app.take(request("/meta/deletion?code=0123456789abcdef-01234567", b"", {}, "GET"))[0] == 404
    assert app.take(request("/meta/deletion", deletion_body("1", secret=b"x"), {}))[0] == 401


def test_both_secrets_count_while_one_is_changed(tmp_path: Path) -> None:
    settings = ENDPOINTS.replace(
        'secrets = [{ env = "SHOPIFY_SECRET" }]', 'secrets = [{ env = "SHOPIFY_SECRET" }, { env = "META_APP_SECRET" }]'
    )
    app = ReceiverApp(tmp_path, settings=settings)
    assert app.take(shopify_request(BODY))[0] == app.take(shopify_request(BODY, secret=META_SECRET))[0] == 200
    assert app.take(shopify_request(BODY, secret=b"third"))[0] == 401


@pytest.mark.parametrize("pieces", [1, 5])
def test_a_body_above_the_cap_is_refused_by_header_and_by_count(tmp_path: Path, pieces: int) -> None:
    app = ReceiverApp(tmp_path, Limits(body_bytes=len(BODY), free_disk_bytes=0))
    assert app.take(meta_request(BODY), pieces)[0] == 200
    larger = meta_request(BODY + b" ")
    assert app.take(larger, pieces)[0] == 413
    assert app.take(larger.replace(b"content-length", b"x-told"), pieces)[0] == 413
    assert len(app.committer.arrivals) == 1
    assert (app.capacity.deliveries, app.capacity.bytes) == (0, 0)


def test_what_cannot_be_landed_is_asked_for_again(app: ReceiverApp) -> None:
    app.committer.is_broken = True
    assert app.take(meta_request(BODY))[0] == 503
    app.committer.is_broken = False
    app.capacity.deliveries = app.limits.queue_deliveries
    assert app.take(meta_request(BODY), 3)[0] == 503
    app.capacity.deliveries = 0
    assert app.take(meta_request(BODY))[0] == 200


def test_a_sender_that_goes_away_gets_no_answer_and_lands_nothing(app: ReceiverApp) -> None:
    assert app.take(meta_request(BODY), 4, is_whole=False) == (0, b"")
    assert app.committer.arrivals == []
    assert (app.capacity.deliveries, app.capacity.bytes) == (0, 0)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("PUT", "/meta", 405), ("GET", "/shopify", 405), ("POST", "/", 404), ("GET", "/metrics", 404), ("GET", "/", 200)],
)
def test_other_requests(app: ReceiverApp, method: str, path: str, status: int) -> None:
    assert app.take(request(path, b"", {}, method))[0] == status


def test_log_and_metrics_hold_nothing_of_a_person(app: ReceiverApp) -> None:
    app.take(meta_request(BODY))
    app.take(meta_request(BODY, b"wrong"))
    app.take(deletion_request("218471"))
    app.receiver.watch.show()
    told = app.log.getvalue() + app.metrics.text().decode()
    assert '"reason":"bad_signature"' in told
    assert 'last_event_timestamp_seconds{asset="1001",source="messenger"}' in told
    for private in ("5000000007", "m_000000000007", "roses", "218471", "test_app_secret", "127.0.0.1"):
        assert private not in told
