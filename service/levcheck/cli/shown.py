"""A result as a person reads it on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import click

COLORS = {"permitted": "green", "prohibited": "red", "undetermined": "yellow"}
WIDTH = 100


def show(result: dict[str, Any]) -> None:
    """Print the verdict, why, what is still needed, what to keep and what else to know."""
    verdict = result["verdict"]
    click.secho(verdict.upper(), fg=COLORS[verdict], bold=True)
    paragraph(_sentence(result["summary"].partition(": ")[2]))
    deciding = [finding for finding in result["findings"] if finding["status"] == "holds" and _decides(finding, result)]
    for finding in deciding:
        heading(finding["provision"])
        paragraph(finding["text"], indent=2)
        paragraph(f"because of {_known(finding['because'], result['facts'])}", indent=2)
    _section("Still needed", (f"{q['ask']} [{q['fact']}]" for q in result["questions"]))
    _section("Sources disagree", (conflict["text"] for conflict in result["conflicts"]))
    _section("What would change it", (remedy["text"] for remedy in result["remedies"]))
    _section("Duties", (f"{d['who']}: {d['text']} ({d['provision']}; due {d['due']})" for d in result["duties"]))
    _section("Keep", (f"{d['text']} ({d['standing']}, {d['provision']})" for d in result["documents"]))
    _section("Know", (f"{a['text']}{_source(a)}" for a in result["advisories"]))
    others = [f"{name}: {v}" for name, v in result["readings"].items() if v != verdict]
    if others:
        _section("Under other readings of the chapter's reach", others)
    assumed = [f"{f['fact']} {_value(f)}" for f in result["facts"] if f["source"] == "default"]
    click.echo()
    if assumed:
        paragraph("Presumed: " + "; ".join(assumed) + ".", dim=True)
    law = result["regulation"]
    paragraph(
        f"{law['chapter']}, edition {law['edition']}, reading {law['reading']}, ruleset {law['ruleset'][:12]}", dim=True
    )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def heading(text: str) -> None:
    """A line that heads what follows."""
    click.echo()
    click.secho(text, bold=True)


def paragraph(text: str, indent: int = 0, dim: bool = False) -> None:
    """Text wrapped to the page."""
    click.secho(textwrap.fill(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent), dim=dim)


def _section(title: str, items: Iterable[str]) -> None:
    shown = list(items)
    if shown:
        heading(title)
        for item in shown:
            click.echo(textwrap.fill(item, WIDTH, initial_indent="  - ", subsequent_indent="    "))


def _decides(finding: dict[str, Any], result: dict[str, Any]) -> bool:
    citation: str = finding["provision"]
    if result["verdict"] == "prohibited":
        return citation.endswith("-30 A")
    return "-30 B " in citation and result["basis"] == "exempt"


def _known(names: list[str], facts: list[dict[str, Any]]) -> str:
    by_name = {fact["fact"]: fact for fact in facts}
    return "; ".join(f"{name} {_value(by_name[name])} ({by_name[name]['source']})" for name in names)


def _value(fact: dict[str, Any]) -> str:
    told = [str(value).lower() if isinstance(value, bool) else str(value) for value in fact["values"]]
    told += [f"{r['min']} to {r['max']}" for r in fact["ranges"]]
    return " or ".join(told) or "unknown"


def _source(advisory: dict[str, Any]) -> str:
    parts = [part for part in (advisory["source"], advisory["date"]) if part]
    return f" [{', '.join(parts)}]" if parts else ""
