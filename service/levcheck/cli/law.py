"""`levcheck explain`, `notes` and `openapi`: the law beside its code, and the documents made from the code."""

from __future__ import annotations

import click

from ..law import notes as law_notes
from ..law.logic.conditions import facts_of
from ..law.logic.provisions import Duty, Meaning, OutOfReach, Paragraph, Provision
from ..law.logic.words import as_lines
from ..law.va_9vac5_95 import PARAGRAPHS, by_citation
from .errors import BAD_DATA, Failure
from .shown import heading, paragraph


@click.command()
@click.argument("citation", nargs=-1, required=True)
def explain(citation: tuple[str, ...]) -> None:
    """Print a provision: the law's words, the code's reading of them, and the facts it turns on.

    For example: levcheck explain "9VAC5-95-30 B 6"
    """
    wanted = " ".join(citation)
    found = by_citation(wanted) or by_citation(f"9VAC5-95-{wanted}")
    if not found:
        near = ", ".join(
            dict.fromkeys(p.citation for p in PARAGRAPHS if p.citation.casefold().startswith(wanted.casefold()))
        )
        hint = f"Did you mean: {near}?" if near else "Citations look like 9VAC5-95-30 B 6."
        raise Failure(f"the chapter has no provision {wanted!r}. {hint}", BAD_DATA)
    for item in found:
        _explain(item)


def _explain(item: Paragraph) -> None:
    heading(item.citation)
    paragraph(item.text, indent=2)
    match item:
        case Provision():
            heading("As code")
            for line in as_lines(item.condition, depth=1):
                click.echo(line)
            heading("Facts it turns on")
            for fact in facts_of(item):
                paragraph(f"{fact.name}: {fact.ask}", indent=2)
        case Duty():
            heading("A duty")
            paragraph(f"Owed by: {item.who}. Due: {item.due}.", indent=2)
        case Meaning():
            heading("The meaning of a fact")
            paragraph(f"{item.fact.name}: {item.fact.ask}", indent=2)
        case OutOfReach():
            heading("Out of a transaction's reach")
            paragraph(item.reason, indent=2)
    choices = law_notes.notes_on(item.citation)
    if choices:
        heading("Choices of interpretation")
        for text in choices:
            paragraph(f"- {text}", indent=2)


@click.command()
def notes() -> None:
    """Print every choice of interpretation as a page (docs/readings.md)."""
    click.echo(law_notes.markdown(), nl=False)


@click.command()
def openapi() -> None:
    """Print the contract as the code generates it (openapi.yaml)."""
    from ..api.contract import as_yaml

    click.echo(as_yaml(), nl=False)
