"""What `import levcheck_client` adds to `import requests`: `python benchmarks/sdk_import.py [TIMES]`, 20 unless told.

Each time a new process of this Python, both imports measured in it; the least of each is printed, as whatever else the
machine does only adds.
"""

from __future__ import annotations

import json
import subprocess
import sys

MEASURED = """
import json, time
began = time.perf_counter()
import requests
between = time.perf_counter()
import levcheck_client
print(json.dumps([between - began, time.perf_counter() - between]))
"""


def main(times: int) -> None:
    """Measure and print."""
    ran = [subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, check=True) for _ in range(times)]
    requests, client = (min(took) for took in zip(*(json.loads(each.stdout) for each in ran), strict=True))
    print(
        f"import requests {requests * 1e3:.0f} ms; levcheck_client adds {client * 1e3:.0f} ms, {client / requests:.0%} of it"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
