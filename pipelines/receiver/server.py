"""Puts the receiver together and runs it until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import socket
from contextlib import suppress
from pathlib import Path

import uvicorn
import uvloop

from pipelines.home import Home
from pipelines.privacy.keys import secret_key
from pipelines.receiver.app import Receiver, Route
from pipelines.receiver.capacity import Capacity
from pipelines.receiver.commit_report import CommitReport
from pipelines.receiver.committer import Committer, Rotation
from pipelines.receiver.config import Address, DeletionEndpoint, MetaEndpoint, ReceiverConfig, secrets_of, verify_token
from pipelines.receiver.deadlines import close_overdue, deadline_protocol
from pipelines.receiver.journal import Journal, ServerLog
from pipelines.receiver.metrics import Metrics
from pipelines.receiver.operator import Operator
from pipelines.receiver.senders import SENDERS
from pipelines.receiver.watch import Watch

_TICKS_PER_SECOND = 10  # of uvicorn's main loop
_GRACE_SECONDS = 10


def run_receiver(home: Home, config: ReceiverConfig, routes: dict[str, Route]) -> None:
    """Serves until SIGINT or SIGTERM; then what was received is landed and sealed. Raises KeyUnusable, OSError."""
    raise_file_limit()
    journal, metrics = Journal(), Metrics()
    capacity = Capacity(home.landing_raw, config.limits)
    watch = Watch(config.silence, home.path / "receiver.json", journal, metrics)
    digest_key = secret_key(home.keys, "landing")
    rotation = Rotation(config.segments.max_bytes, config.segments.max_seconds)
    committer = Committer(home.landing_raw, digest_key, rotation, CommitReport(metrics, journal))
    operator = Operator(home.landing_raw, home.landing_canonical, committer, capacity, watch, metrics)
    public, private = _bound(config.listen), _bound(config.admin)
    app = Receiver(
        routes=routes,
        body_bytes=config.limits.body_bytes,
        committer=committer,
        capacity=capacity,
        watch=watch,
        metrics=metrics,
        journal=journal,
        code_key=digest_key,
        admin_port=private.getsockname()[1],
        admin=operator.answer,
    )
    logging.getLogger("uvicorn").addHandler(ServerLog(journal))
    logging.getLogger("uvicorn").propagate = False
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    settings = uvicorn.Config(
        app,
        http=deadline_protocol(config.limits, metrics),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=config.limits.idle_seconds,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = ReceiverServer(settings, committer, watch, operator, metrics, journal)
    uvloop.run(server.serve(sockets=[public, private]))


class ReceiverServer(uvicorn.Server):
    """uvicorn's server, with the receiver's clockwork in its main loop and its last words before the process ends."""

    def __init__(
        self, settings: uvicorn.Config, committer: Committer, watch: Watch, operator: Operator, metrics: Metrics, journal: Journal
    ) -> None:
        super().__init__(settings)
        self._committer, self._watch, self._operator = committer, watch, operator
        self._metrics, self._journal = metrics, journal
        self._measuring: asyncio.Future[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._committer.start(asyncio.get_running_loop())
        await super().startup(sockets)
        public, private = (each.getsockname() for each in sockets or [])
        self._journal.tell("listening", host=public[0], port=public[1], admin_host=private[0], admin_port=private[1])

    async def on_tick(self, counter: int) -> bool:
        close_overdue(self.server_state.connections, asyncio.get_running_loop().time())
        if counter % (5 * _TICKS_PER_SECOND) == 0:
            self._watch.look()
            self._journal.summarise()
            self._metrics.connections.set(len(self.server_state.connections))
            self._measure_backlog()
        if not self._committer.is_alive:
            self._journal.tell("committer_died", "error")
            self.should_exit = True
        return await super().on_tick(counter)

    def _measure_backlog(self) -> None:
        """In a thread that nobody waits for: a disk that hangs must not stop the sweep."""
        if self._measuring is None or self._measuring.done():
            self._measuring = asyncio.get_running_loop().run_in_executor(None, self._operator.measure_backlog)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        await asyncio.to_thread(self._committer.stop)
        self._watch.remember()
        self._journal.tell("stopped")


def routes_of(path: Path, config: ReceiverConfig) -> dict[str, Route]:
    """Path -> route, with the secrets read. Raises ConfigError."""
    routes = {}
    for number, (endpoint, secrets) in enumerate(zip(config.endpoint, secrets_of(path, config), strict=True)):
        sender = SENDERS[str(type(endpoint).__struct_config__.tag)]
        tokens = [verify_token(path, number, endpoint)] if isinstance(endpoint, MetaEndpoint) else []
        app_id, url = (endpoint.app_id, endpoint.public_url) if isinstance(endpoint, DeletionEndpoint) else ("", "")
        routes[endpoint.path] = Route(endpoint.path, sender, secrets, tokens, app_id, url)
    return routes


def raise_file_limit() -> None:
    """As many open files as the system allows: each connection is one."""
    with suppress(ValueError, OSError):  # a hardened unit forbids it and says LimitNOFILE itself
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _bound(address: Address) -> socket.socket:
    """Raises OSError naming the address."""
    try:
        family, _, _, _, where = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listening = socket.create_server(where[:2], family=family, backlog=2048)
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror  # the numbers of getaddrinfo are negative
        raise OSError(number, why, f"{address.host}:{address.port}") from error
    listening.setblocking(False)
    return listening
