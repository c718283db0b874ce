"""docs/transactions.md, made from `tests/cases/whole_transactions.yaml`: `python -m law.transactions_page`."""

from __future__ import annotations

import json
from typing import Any

import yaml
from law.cases import FOLDER

HEAD = """# Everyday transactions, and how each is sent

Made from `tests/cases/whole_transactions.yaml`, whose every row is checked through the library, HTTP and the SDK; a test
keeps this page current. Each row says what differs from the norm: a dealer sells a federally certified passenger car of
model year 2025 with 12 miles, not California-certified, to a resident who registers it in Virginia.

```json
{norm}
```

What is not known is left out or sent as `null`, never guessed. The mileage is the odometer's on the date of the sale or
lease that put the vehicle in its holder's hands. The state of registration is not the buyer's address.

| transaction | sent | verdict | why |
|---|---|---|---|
"""


def _sent(change: dict[str, Any]) -> str:
    parts = [f"{path} {'left out' if value == '<absent>' else json.dumps(value)}" for path, value in change.items()]
    return "<br>".join(f"`{part}`" for part in parts)


def _came_to(expect: dict[str, Any]) -> str:
    basis = (expect["basis"] or "").replace("_", " ")
    asked = ", ".join(f"`{name}`" for name in expect.get("questions", []))
    return f"**{expect['verdict']}**" + (f", {basis}" if basis else "") + (f"; asks {asked}" if asked else "")


def page() -> str:
    """The page as Markdown."""
    document = yaml.safe_load((FOLDER / "whole_transactions.yaml").read_text("utf-8"))
    norm = json.dumps(document["norm"], indent=2)
    rows = [
        f"| {case['name']} | {_sent(case['change'])} | {_came_to(case['expect'])} | {case['why']} |"
        for case in document["cases"]
    ]
    return HEAD.replace("{norm}", norm) + "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(page(), end="")
