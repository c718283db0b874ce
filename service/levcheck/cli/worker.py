"""The server's worker process, with bounds: on what waits, for how long, and on the time that ending takes."""

from __future__ import annotations

import contextlib
import secrets
import socket
import struct
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from gunicorn.http.errors import (
    ConfigurationProblem,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestLine,
    ParseException,
)

from ..api.metrics import EXTENSION
from ..api.overload import Answer
from ..api.problems import INTERNAL_ERROR
from ..api.service import EXTENSION as SERVICE
from ..log import thread as sealing
from .connections import ROOM, ConnectionWorker
from .wire import is_express, is_whole, read_ahead

MOST_WAITING = 64
LONGEST_WAIT_S = 1.0
"""A request that would wait longer is worth less than the caller's own next attempt."""
MOST_CONNECTIONS = 512  # half of the usual limit of 1,024 open files
BACKLOG = 512
"""Connections are taken and answered at once, so that the kernel's queue is empty unless the whole process is held up."""
ACCEPTED_AT_ONCE = 16
_TOLD_EVERY_S = 1.0
_TURN_S = 0.001
"""A lock would be handed to a thread that then waits for Python's own, while the main thread waits for the lock."""
_OUR_FAULTS = (ConfigurationProblem, InvalidResponseHeader, InvalidResponseHeaderName)


@dataclass
class Waiting:
    """A request that was handed to the threads, and since when it waits for one."""

    since: float
    conn: Any
    future: Future[Any]


class BoundedWorker(ConnectionWorker):
    """A worker that answers 503 at once to what it cannot take, and ends when it has answered what it took."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: deque[Waiting] = deque()
        self.express = ThreadPoolExecutor(2)
        self.has_turn = False
        self.refused, self.untold, self.told_at = 0, 0, 0.0

    def load_wsgi(self) -> None:
        """Load the application, and make the answers that are given without it."""
        super().load_wsgi()
        self.refusals = self.wsgi.extensions[EXTENSION].refusals
        if records := self.wsgi.extensions[SERVICE].kept:
            sealing.start(records.store, records.keys, records.now, records.issuer, self._not_sealed)
        self.overloaded = Answer(self.wsgi, "overloaded", "Too many requests wait already. Send it again a little later.")
        self.bad_request = Answer(self.wsgi, "bad_request", "What was sent is not a request of HTTP/1.1.")
        self.too_long = Answer(self.wsgi, "address_too_long", "The address is longer than this service reads.")
        self.failed = Answer(self.wsgi, "internal_error", INTERNAL_ERROR)

    def _not_sealed(self, error: Exception) -> None:
        self.log.warning("the log was not sealed: %s", type(error).__name__)

    def accept(self, listener: Any) -> None:
        """Take a connection; several while requests wait, as the main thread has its turn more rarely then."""
        for _ in range(ACCEPTED_AT_ONCE if self.waiting else 1):
            if not self._accept_one(listener):
                return

    def take(self, conn: Any, head: bytes) -> None:
        """Hand a request to the threads, unless too many wait already."""
        self._forget_begun()
        if is_express(head):
            self._submit(self.express, conn)
        elif len(self.waiting) < MOST_WAITING:
            self.waiting.append(Waiting(time.monotonic(), conn, self._submit(self.tpool, conn)))
        else:
            self._refuse(conn)

    def _submit(self, pool: ThreadPoolExecutor, conn: Any) -> Future[Any]:
        future = pool.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))
        return future

    def _forget_begun(self) -> None:
        while self.waiting and (self.waiting[0].future.running() or self.waiting[0].future.done()):
            self.waiting.popleft()

    def finish_request(self, conn: Any, future: Future[Any]) -> None:
        """Keep a connection for its next request, or let it go; one that was refused leaves by itself."""
        if not future.cancelled():
            super().finish_request(conn, future)

    def _refuse(self, conn: Any) -> None:
        """Answer that there is too much to do. While there is room whoever has sent a whole request may send it again here:
        to let all those go who come back costs more than to keep them.
        """
        self.refused += 1
        keeps = False
        with contextlib.suppress(OSError):
            ahead = read_ahead(conn)  # stays where it is: a connection that has some is not kept
            received = ahead or conn.sock.recv(65_536, socket.MSG_DONTWAIT)
            has_room = self.nr_conns < self.worker_connections - 2 * ROOM
            may_stay = self.alive and has_room and not ahead and is_whole(received)
            answer = self.overloaded.to(received, keeps=may_stay)
            keeps = conn.sock.send(answer, socket.MSG_DONTWAIT) == len(answer) and may_stay
        if keeps:
            self._watch(conn, self.keepalived_conns, self.on_client_socket_readable, self.cfg.keepalive)
        else:
            self._leave(conn)

    def murder_pending(self) -> None:
        """Close the connections whose time is over, and refuse the requests that have waited too long."""
        super().murder_pending()
        now = time.monotonic()
        self._forget_begun()
        while self.waiting and self.waiting[0].since + LONGEST_WAIT_S <= now:
            late = self.waiting.popleft()
            if late.future.cancel():
                self._refuse(late.conn)
        if self.refused:
            self.refusals.inc(self.refused)
            self.untold, self.refused = self.untold + self.refused, 0
        if self.untold and now - self.told_at >= _TOLD_EVERY_S:
            self.log.warning("overload: %d requests refused", self.untold)
            self.untold, self.told_at = 0, now

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait no longer than the first of those that wait may; then take and refuse before the threads begin anything more.

        Each look at a socket gives Python's lock away, to be got back from as many threads as there are: without a turn of
        its own this one refuses seconds late.
        """
        if not self.waiting:
            super().wait_for_and_dispatch_events(timeout)
            return
        self.poller.select(max(0.0, min(timeout, self.waiting[0].since + LONGEST_WAIT_S - time.monotonic())))
        self.has_turn = True
        try:
            super().wait_for_and_dispatch_events(0)
        finally:
            self.has_turn = False

    def is_parent_alive(self) -> bool:
        """A worker without its master ends: it would keep the port from the next one."""
        has_parent: bool = super().is_parent_alive()
        if not has_parent:
            self.alive = False
        return has_parent

    def handle_quit(self, sig: int, frame: Any) -> None:
        """End as at SIGTERM.

        gunicorn's own shuts the threads' queue down right here: if the signal comes while a request is put there, both
        want one lock, and the worker stands still until it is killed.
        """
        self.handle_exit(sig, frame)

    def set_accept_enabled(self, enabled: bool) -> None:
        """When ending, take what the kernel has taken already, then close the port: who comes now is refused at once."""
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        while self.sockets:  # once: a signal may come between two calls of this
            listener = self.sockets.pop()
            while self._accept_one(listener):
                pass
            listener.close()

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def handle(self, conn: Any) -> Any:
        """Serve one request; a read that stays silent too long fails, and so does a write that nobody reads."""
        while self.has_turn:
            time.sleep(_TURN_S)  # the main thread refuses first: see wait_for_and_dispatch_events
        for waits in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, waits, struct.pack("ll", int(self.silence_s), 0))
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what is no request with a problem document. The log gets no word of it: it may hold anything."""
        request_id = secrets.token_hex(8)
        if isinstance(exc, ParseException) and not isinstance(exc, _OUR_FAULTS):
            answer = self.too_long if isinstance(exc, LimitRequestLine) else self.bad_request
            self.log.warning("no request: %s, request id %s", type(exc).__name__, request_id)
        else:
            answer = self.failed
            self.log.error("request failed, request id %s", request_id, exc_info=exc)
        with contextlib.suppress(OSError):
            client.sendall(answer.to(b"", request_id.encode()))
