"""The command line inside this process, where the engines are loaded once for all tests."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from levcheck.cli.main import main


def levcheck(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `levcheck` to its end."""
    out, err = io.StringIO(), io.StringIO()
    command = ["levcheck", *map(str, arguments)]
    with patch.object(sys, "argv", command), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            return subprocess.CompletedProcess(command, int(ended.code or 0), out.getvalue(), err.getvalue())
    raise AssertionError("main did not end")
