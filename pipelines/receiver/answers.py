"""What the receiver answers: a status and a few bytes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

Send = Callable[[dict[str, Any]], Awaitable[None]]
RETRY_SECONDS = b"10"

_GUARD = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


class Answer(NamedTuple):
    """One whole answer, its headers made once."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    async def send(self, send: Send) -> None:
        """Sends it."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


def answer(status: int, body: bytes = b"", kind: bytes = b"text/plain; charset=utf-8", **headers: bytes) -> Answer:
    """`headers` names are written with _ for -."""
    more = tuple((name.replace("_", "-").encode(), value) for name, value in headers.items())
    return Answer(status, ((b"content-type", kind), (b"content-length", b"%d" % len(body)), *_GUARD, *more), body)


ACCEPTED = answer(200)
NOT_FOUND = answer(404, b"not found\n", connection=b"close")
FORBIDDEN = answer(403, b"forbidden\n")
NOT_SIGNED = answer(401, b"the signature does not hold\n")
TOO_LARGE = answer(413, b"the body is too large\n", connection=b"close")
LATER = answer(503, b"try again later\n", retry_after=RETRY_SECONDS)


def not_allowed(methods: bytes) -> Answer:
    """405, naming what is allowed."""
    return answer(405, b"method not allowed\n", allow=methods, connection=b"close")
