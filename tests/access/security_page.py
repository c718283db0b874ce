"""The table of who may do what in docs/security.md, made from the code: `python -m access.security_page` writes it."""

from __future__ import annotations

from pathlib import Path

from levcheck.access.permissions import ROLES, TABLE

PAGE = Path(__file__).parent.parent.parent / "docs" / "security.md"
BEGIN, END = "<!-- made by tests/access/security_page.py -->\n", "<!-- end -->"


def table() -> str:
    """A row for each operation, in the code's order; operations with the same rights stand together."""
    together: dict[tuple[str, ...], list[str]] = {}
    for operation, row in TABLE.items():
        rights = (row.scope or "anyone", *(row.reach[role].value if row.reach else "" for role in ROLES))
        together.setdefault(rights, []).append(f"`{operation}`")
    lines = [f"| operation | scope | {' | '.join(ROLES)} |", "|---" * (2 + len(ROLES)) + "|"]
    lines += [f"| {'<br>'.join(operations)} | {' | '.join(rights)} |" for rights, operations in together.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table into the page."""
    text = PAGE.read_text("utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.split(END, maxsplit=1)[1], "utf-8")


if __name__ == "__main__":
    main()
