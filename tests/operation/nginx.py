"""The proxy's program, wherever Debian has put it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path


def nginx_accepts(folder: Path, scratch: Path) -> None:
    """Have nginx read a configuration, as whoever runs this. Raises CalledProcessError."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "nginx is not installed"
    command = [nginx, "-t", "-q", "-p", str(scratch), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    subprocess.run(command, check=True)
