"""The ASGI application: a request becomes a landed delivery, or is refused with a reason.

The order is what keeps the promises: room, size, signature over the bytes as they came, disk, and only then 200.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from pipelines.landing.deliveries import Arrival
from pipelines.receiver import answers, deletion
from pipelines.receiver.answers import Answer, Send, answer
from pipelines.receiver.capacity import Capacity
from pipelines.receiver.committer import Committer, NotLanded
from pipelines.receiver.journal import Journal
from pipelines.receiver.metrics import Metrics
from pipelines.receiver.senders import Sender
from pipelines.receiver.signatures import is_token
from pipelines.receiver.watch import Watch
from pipelines.sources.meta_deletion import APP_HEADER

Receive = Callable[[], Awaitable[dict[str, Any]]]
_NAME = b"threadmart receiver\n"


@dataclass(frozen=True)
class Route:
    """An endpoint ready for use."""

    path: str
    sender: Sender
    secrets: Sequence[bytes]
    verify_tokens: Sequence[bytes] = ()
    app_id: str = ""
    public_url: str = ""


class _TooLarge(Exception):
    pass


class _Gone(Exception):
    """The sender went away before its body was whole."""


@dataclass(frozen=True)
class Receiver:
    """The application. `admin` answers what comes to the port of the operator."""

    routes: Mapping[str, Route]
    body_bytes: int
    committer: Committer
    capacity: Capacity
    watch: Watch
    metrics: Metrics
    journal: Journal
    code_key: bytes
    admin_port: int
    admin: Callable[[str], Answer]

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["server"][1] == self.admin_port:
            await self.admin(scope["path"]).send(send)
            return
        try:
            told = await self._answer(scope, receive)
        except _Gone:
            return
        await told.send(send)

    async def _answer(self, scope: dict[str, Any], receive: Receive) -> Answer:
        route, method = self.routes.get(scope["path"]), scope["method"]
        if route is None:
            return (
                answer(200, _NAME)
                if scope["path"] == "/" and method in ("GET", "HEAD")
                else self._refused("unknown_path", answers.NOT_FOUND)
            )
        if method == "POST":
            return await self._post(route, dict(scope["headers"]), receive)
        if method == "GET" and route.verify_tokens:
            return self._handshake(route, scope["query_string"])
        if method == "GET" and route.public_url:
            return self._deletion_page(scope["query_string"])
        return self._refused("method", answers.not_allowed(b"GET, POST" if route.verify_tokens or route.public_url else b"POST"))

    async def _post(self, route: Route, headers: dict[bytes, bytes], receive: Receive) -> Answer:
        told_length = int(headers.get(b"content-length", b"0"))
        if told_length > self.body_bytes:
            return self._refused("too_large", answers.TOO_LARGE)
        reason = self.capacity.refusal()
        if reason is not None:
            return await self._refused_unread(reason, receive)
        began = time.monotonic()
        body = bytearray()
        self.capacity.deliveries += 1
        try:
            await self._read(body, receive)
            return await self._take(route, headers, bytes(body), began)
        except _TooLarge:
            return self._refused("too_large", answers.TOO_LARGE)
        except NotLanded:
            return self._refused("not_landed", answers.LATER)
        finally:
            self.capacity.deliveries -= 1
            self.capacity.let_go(len(body))

    async def _refused_unread(self, reason: str, receive: Receive) -> Answer:
        """The body is read and forgotten, for a sender that is cut off while it sends never sees the answer."""
        while (message := await receive())["type"] == "http.request":
            if not message["more_body"]:
                return self._refused(reason, answers.LATER)
        raise _Gone

    async def _read(self, body: bytearray, receive: Receive) -> None:
        is_whole = False
        while not is_whole:
            message = await receive()
            if message["type"] != "http.request":
                raise _Gone
            piece = message["body"]
            self.capacity.hold(len(piece))
            body += piece
            if len(body) > self.body_bytes:
                raise _TooLarge
            is_whole = not message["more_body"]

    async def _take(self, route: Route, headers: dict[bytes, bytes], body: bytes, began: float) -> Answer:
        sender, now = route.sender, time.time()
        if sender.is_ping(headers, body):
            return answers.ACCEPTED
        reason = sender.refusal(headers, body, route.secrets, now)
        if reason is not None:
            return self._refused(reason, answers.NOT_SIGNED)
        kept = {name.decode(): headers[name].decode("latin-1") for name in sender.kept_headers & headers.keys()}
        if route.app_id:
            kept[APP_HEADER] = route.app_id
        await self.committer.land(Arrival(sender.name, kept, body, int(now * 1000)))
        self.metrics.accepted.labels(route.path).inc()
        self.metrics.body_bytes.inc(len(body))
        self.metrics.answer_seconds.observe(time.monotonic() - began)
        self.watch.hear(sender.asset_of(headers, body) if sender.asset_of else (sender.name, route.path), now)
        return self._deletion_answer(route, body) if route.public_url else answers.ACCEPTED

    def _handshake(self, route: Route, query: bytes) -> Answer:
        """https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests"""
        told = dict(parse_qsl(query.decode("latin-1")))
        token = told.get("hub.verify_token", "").encode("utf-8", "replace")
        challenge = told.get("hub.challenge", "")
        is_ours = (
            is_token(token, route.verify_tokens) & (told.get("hub.mode") == "subscribe") & challenge.isalnum() & (len(challenge) < 256)
        )
        return answer(200, challenge.encode()) if is_ours else self._refused("handshake", answers.FORBIDDEN)

    def _deletion_answer(self, route: Route, body: bytes) -> Answer:
        code = deletion.confirmation_code(body, self.code_key)
        return answer(200, deletion.answer(code, route.public_url), b"application/json")

    def _deletion_page(self, query: bytes) -> Answer:
        code = dict(parse_qsl(query.decode("latin-1"))).get("code", "")
        if not deletion.is_our_code(code, self.code_key):
            return self._refused("unknown_code", answers.NOT_FOUND)
        return answer(200, deletion.PAGE.format(code=code).encode(), b"text/html; charset=utf-8")

    def _refused(self, reason: str, told: Answer) -> Answer:
        self.metrics.refused.labels(reason).inc()
        self.journal.count("refused", reason)
        return told
