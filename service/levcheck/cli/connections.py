"""gunicorn's threaded worker, whose main thread never waits for a caller and whose connections are bounded."""

from __future__ import annotations

import contextlib
import errno
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from .answering import answered_whole
from .pace import Paced
from .wire import peeked, read_ahead

SILENCE_S = 10
"""How long a caller may stay silent in the middle of a request, or before its first one."""
LINGER_S = 2.0
IDLE_S, UNHEARD_S = 0.2, 1.0
"""A connection gives way to new ones once it has been idle so long after an answer, or has said nothing at all so long."""
ROOM = 32
"""So many more connections than are open can always be opened in one round of events."""
MOST_DRAINED = 1_048_576
_PIECE = 65_536
_BROKEN = (errno.EBADF, errno.EINVAL, errno.ENOTSOCK)
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class PacedConnection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection whose caller must keep the pace in windows of `window_s`."""

    def __init__(self, *args: Any, window_s: float) -> None:
        super().__init__(*args)
        self.window_s = window_s

    def init(self) -> None:
        """Make the parser, on first use."""
        if not self.initialized:
            super().init()
            self.parser.unreader.chunk = Paced(self.parser.unreader.chunk, self.window_s)


class ConnectionWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A gthread worker that takes and closes connections without ever waiting for one.

    gunicorn's own gives a new connection a thread, in which it waits 5 s for the first byte, and waits on its main thread
    up to 2 s for a caller to hang up: a few silent callers stop everything.
    """

    silence_s: float = SILENCE_S

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaving: deque[Any] = deque()
        self.exhausted = False

    def accept(self, listener: Any) -> None:
        """Take one connection: the next may be another worker's."""
        self._accept_one(listener)

    def _accept_one(self, listener: Any) -> bool:
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno in _BROKEN:
                raise
            self.exhausted = error.errno in _EXHAUSTED
            return False
        self.nr_conns += 1
        conn = PacedConnection(self.cfg, sock, address, listener.getsockname(), window_s=self.silence_s)
        conn.data_ready = True  # when a thread gets it
        self.enqueue_req(conn)
        return True

    def enqueue_req(self, conn: Any) -> None:
        """Have a request served, once its caller has begun to send it; who has hung up is let go."""
        head = read_ahead(conn) or peeked(conn)
        if head is None:
            self._watch(conn, self.pending_conns, self.on_pending_socket_readable, self.silence_s)
        elif head:
            self.take(conn, head)
        else:
            self._close(conn)

    def take(self, conn: Any, head: bytes) -> None:
        """Have a request served that begins with `head`."""
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request, head and body at one stroke."""
        answering = answered_whole(conn)
        keeps = super().handle_request(req, answering)
        answering.sock.rest()
        return keeps

    def finish_request(self, conn: Any, future: Future[Any]) -> None:
        """Keep a connection for its next request, or let it go."""
        if future.exception() is None and future.result():
            super().finish_request(conn, future)
        else:
            self._leave(conn)

    def _leave(self, conn: Any) -> None:
        """Close a connection once its caller has read the answer: closed before, what was not read would reset it."""
        conn.drained = 0
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        if not self._drained(conn):
            self._watch(conn, self.leaving, self._on_leaving_readable, LINGER_S)

    def _on_leaving_readable(self, conn: Any, _client: Any) -> None:
        if self._drained(conn):
            self.leaving.remove(conn)

    def _drained(self, conn: Any) -> bool:
        """Read what a leaving caller still sends; whether the connection is closed now."""
        try:
            while (size := len(conn.sock.recv(_PIECE))) and conn.drained < MOST_DRAINED:
                conn.drained += size
        except BlockingIOError:
            return False
        except OSError:
            pass
        self._close(conn)
        return True

    def _watch(self, conn: Any, among: deque[Any], callback: Callable[[Any, Any], None], seconds: float) -> None:
        conn.timeout = time.monotonic() + seconds
        among.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(callback, conn))

    def _close(self, conn: Any) -> None:
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _idlest(self) -> deque[Any] | None:
        """The connections whose first one has the least to lose; none that may be asking something just now."""
        now = time.monotonic()
        lasting = (
            (self.leaving, LINGER_S, IDLE_S),
            (self.keepalived_conns, self.cfg.keepalive, IDLE_S),
            (self.pending_conns, self.silence_s, UNHEARD_S),
        )
        for idle, seconds, least in lasting:
            if idle and (self.exhausted or now - (idle[0].timeout - seconds) >= least):
                return idle
        return None

    def murder_pending(self) -> None:
        """Close the connections whose time is over, then idle ones, the oldest first, until there is room for new ones.

        Where none is idle, new ones wait in the kernel's queue. Only here, between two rounds of events: within one, a
        connection that is closed may still have its own to come.
        """
        now = time.monotonic()
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            self._let_go(self.pending_conns)
        while self.leaving and self.leaving[0].timeout <= now:
            self._let_go(self.leaving)
        while (self.exhausted or self.nr_conns > self.worker_connections - ROOM) and (idle := self._idlest()):
            self._let_go(idle)
            self.exhausted = False

    def murder_keepalived(self, force: bool = False) -> None:
        """Close the kept connections whose time is over."""
        if force:
            super().murder_keepalived(force)
        while self.keepalived_conns and self.keepalived_conns[0].timeout <= time.monotonic():
            self._let_go(self.keepalived_conns)

    def _let_go(self, idle: deque[Any]) -> None:
        """Close the first of some idle connections, unless its caller asks by now: this process may have been held up."""
        conn = idle[0]
        if idle is not self.leaving and peeked(conn):
            self.poller.get_key(conn.sock).data(conn.sock)  # as if the poller had told of it
        else:
            self._close(idle.popleft())

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait no longer than until the next time that is over."""
        ends = [conns[0].timeout for conns in (self.pending_conns, self.leaving) if conns]
        super().wait_for_and_dispatch_events(max(0.0, min([timeout, *(end - time.monotonic() for end in ends)])))
