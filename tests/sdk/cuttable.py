"""A line to a service that can be cut and mended: a relay on a port of its own."""

from __future__ import annotations

import contextlib
import socket
import threading


class Line:
    """Passes bytes on while it is up. Cutting breaks what is on its way, in either direction."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._up = True
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and each new one."""
        with self._lock:
            self._up = False
            broken, self._open = self._open, set()
        for each in broken:
            _end(each)

    def mend(self) -> None:
        """Let new connections through."""
        with self._lock:
            self._up = True

    def close(self) -> None:
        """Cut it for good."""
        self.cut()
        _end(self._listener)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._join, args=[near], daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._to, timeout=5)
        except OSError:
            _end(near)
            return
        far.settimeout(None)
        with self._lock:
            up = self._up
            if up:
                self._open |= {near, far}
        if not up:
            _end(near)
            _end(far)
            return
        threading.Thread(target=self._pass, args=[far, near], daemon=True).start()
        self._pass(near, far)

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with self._lock:
            self._open -= {source, target}
        _end(source)
        _end(target)


def _end(each: socket.socket) -> None:
    # A shutdown also wakes the thread that waits in recv or accept; closing alone does not.
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
