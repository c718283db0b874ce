"""Uploads, each read by a short-lived process of its own (`reading`), few at once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from subprocess import DEVNULL, PIPE
from threading import BoundedSemaphore, Timer
from typing import Any

from flask import request

from . import reading

AT_ONCE = 2
WITHIN_S = 8.0
RETRY_AFTER_S = 5
MOST_TOLD = {"certificate": 2**20, "vin": 2**20, "table": 2**26}
"""Bytes that the process may answer with, by what is sought."""
MOST_BODY = reading.MOST_BYTES + 65_536
_MOST_FIELDS = 3 * 65_536
"""Werkzeug counts what it has read but not yet parsed too, and reads 64 KiB at once."""
FAULTS = (*reading.FAULTS, "slow")
_COMMAND = (sys.executable, "-I", "-B", "-m", reading.__name__)
_OUT_OF_TIME = (-signal.SIGKILL, -signal.SIGXCPU)


class Busy(Exception):
    """As many uploads are being read as this process reads at once."""


@dataclass(frozen=True)
class Upload:
    """What an upload holds, or why it cannot be read.

    The text of its codes, the text of each page of a PDF, the rows of a workbook's sheet that hold anything, each with its
    number, and the names of the sheets that were not read.
    """

    codes: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    rows: tuple[tuple[int, tuple[object, ...]], ...] = ()
    unread: tuple[str, ...] = ()
    fault: str | None = None


class Uploads:
    """Reads uploads. Threads may share it."""

    def __init__(self, at_once: int = AT_ONCE, within_s: float = WITHIN_S) -> None:
        self._turns = BoundedSemaphore(at_once)
        self._within_s = within_s

    def read(self, content: bytes, sought: str = "certificate") -> Upload:
        """What the content holds of what is sought (a key of `MOST_TOLD`). Raises Busy if too many others are being read."""
        if not self._turns.acquire(blocking=False):
            raise Busy
        try:
            return self._read(content, sought)
        finally:
            self._turns.release()

    def _read(self, content: bytes, sought: str) -> Upload:
        try:
            process = _begun(content, sought)
        except OSError as error:  # no room for one more process or file
            raise Busy from error
        ending = Timer(self._within_s, process.kill)
        ending.start()
        with process:
            assert process.stdout
            told = process.stdout.read(MOST_TOLD[sought])
            if len(told) == MOST_TOLD[sought]:
                process.kill()
        ending.cancel()
        if process.returncode in _OUT_OF_TIME:
            return Upload(fault="slow")
        return _understood(told) if process.returncode == 0 else Upload(fault="broken")


def allow_an_upload(most_parts: int = 8, most_fields: int = _MOST_FIELDS) -> None:
    """Take a larger body than other addresses do, of few parts, and so many bytes of fields that are no files.

    To be called before anything of it is read.
    """
    if request.mimetype == "multipart/form-data":
        request.max_content_length, request.max_form_parts = MOST_BODY, most_parts
        request.max_form_memory_size = most_fields


def _begun(content: bytes, sought: str) -> subprocess.Popen[bytes]:
    with tempfile.TemporaryFile() as given:
        given.write(content)
        given.seek(0)
        return subprocess.Popen((*_COMMAND, sought), stdin=given, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/")


def _understood(told: bytes) -> Upload:
    """What the process wrote, which is believed no more than the upload."""
    try:
        value: Any = json.loads(told)
        return Upload(
            tuple(str(code) for code in value["codes"]),
            tuple(str(page) for page in value["pages"]),
            tuple((int(line), tuple(cells)) for line, cells in value["rows"]),
            tuple(str(name) for name in value["unread"]),
            value["fault"] if value["fault"] in FAULTS else None,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return Upload(fault="broken")
