"""Small files that must never be found half written."""

from __future__ import annotations

import os
from pathlib import Path


def replace(path: Path, body: bytes) -> None:
    """Write a file so that readers, in other processes too and after a crash, see the old content or the new."""
    import tempfile

    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        written = Path(file.name)
        try:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            written.replace(path)
        except OSError:
            file.close()
            written.unlink(missing_ok=True)
            raise


def why(error: OSError) -> str:
    """What the system says of it, without the path."""
    return error.strerror or type(error).__name__
