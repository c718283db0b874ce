"""What is measured as a store grows, and the stores that grow: the rows and the PostgreSQL are those of the tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
