"""gunicorn's worker with a bound on how long one caller may keep it waiting."""

from __future__ import annotations

import socket
import struct
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

SILENCE_S = 10


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A gthread worker on which a caller that stops in the middle of a request is given up.

    Without the bound a handful of half-sent requests hold every thread for good.
    """

    def handle(self, conn: Any) -> Any:
        """Serve one connection; a read that stays silent too long fails."""
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENCE_S, 0))
        return super().handle(conn)
