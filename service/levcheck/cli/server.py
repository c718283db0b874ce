"""gunicorn around the application, with this service's settings."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

from ..app import Settings, create_app
from . import shared_metrics
from .errors import UNAVAILABLE, Failure

PID_FILE = "levcheck.pid"
THREADS = 4
GRACE_S = 30


def serve(settings: Settings, bind: str, workers: int | None, data: Path, silence_s: int) -> None:
    """Serve the application until a signal ends it; by default with one process for each processor."""
    from gunicorn.app.base import BaseApplication

    options = _options(bind, workers or os.cpu_count() or 1, data, silence_s)

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return create_app(settings)

    Server().run()


def _options(bind: str, workers: int, data: Path, silence_s: int) -> dict[str, Any]:
    from .worker import BACKLOG, MOST_CONNECTIONS, BoundedWorker

    def on_starting(_master: Any) -> None:  # once the pid file says that nobody else serves this folder
        shared_metrics.begun(data)

    return {
        "bind": bind,
        "workers": workers,
        "worker_class": type("Worker", (BoundedWorker,), {"silence_s": silence_s}),
        "threads": THREADS,
        "worker_connections": MOST_CONNECTIONS,
        "backlog": BACKLOG,
        "reuse_port": True,  # of one shared socket the first worker to wake takes every connection that comes at once
        "pidfile": str(data / PID_FILE),
        "logger_class": "levcheck.cli.logging.JsonLogger",
        "loglevel": "warning",
        "proc_name": "levcheck",
        "graceful_timeout": GRACE_S,
        "control_socket_disable": True,
        "forwarded_allow_ips": "",  # not even of this machine: a header could name the path (SCRIPT_NAME), or fail
        "on_starting": on_starting,
        "post_fork": shared_metrics.allocated,
        "child_exit": shared_metrics.ended,
    }


def reserved(host: str, port: int) -> socket.socket:
    """The address, bound, to which each worker then listens for itself. Raises Failure: workers would only try again."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise Failure(f"{host} port {port} cannot be used: {error.strerror}", UNAVAILABLE) from error
    return bound
