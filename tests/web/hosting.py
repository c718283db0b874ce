"""Another system's page with the component in it: the demo, run as a user would run it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from conftest import ROOT, free_port

DEMO = ROOT / "client_sdk" / "examples" / "dms_page" / "dms_page.py"
VIN = "1FTEW3LP9SKE98169"


@contextlib.contextmanager
def hosted(service: str, key: str = "") -> Iterator[str]:
    """The origin of the demo's page, ended when the block ends."""
    port = free_port()
    command = [sys.executable, str(DEMO), service, str(port)]
    process = subprocess.Popen(command, env=os.environ | {"LEVCHECK_API_KEY": key}, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout and process.stdout.readline() == f"The deal is at http://localhost:{port}\n"
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)
