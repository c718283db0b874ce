"""`levcheck registry`: what is on file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from ..evidence.imports import Report, Row, UnreadableFile, read_file
from ..evidence.registry import Registry
from .errors import BAD_DATA, Failure

SHOWN = 10
DATA = click.option(
    "--data", type=click.Path(path_type=Path), envvar="LEVCHECK_DATA", default=Path(".levcheck"), show_default=True,
    help="Data folder of the deployment.",
)  # fmt: skip


@click.group()
def registry() -> None:
    """Certifications and Executive Orders on file."""


@registry.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DATA
def import_(file: Path, data: Path) -> None:
    """Import an EPA Green Vehicle Guide list or a list of CARB Executive Orders (.xlsx or .csv).

    A running service reads what was imported at its next check.
    """
    try:
        report = read_file(file, _progress)
    except UnreadableFile as error:
        raise Failure(str(error), BAD_DATA) from error
    on_file = Registry(data / "registry")
    if report.certifications:
        on_file.add_certifications(report.certifications)
    if report.orders:
        on_file.add_orders(report.orders)
    _tell(report, data)


def _progress(rows: Sequence[Row]) -> Iterable[Row]:
    with click.progressbar(rows, label="Reading", file=sys.stderr) as bar:
        yield from bar


def _tell(report: Report, data: Path) -> None:
    kept = f"{len(report.certifications)} test groups" if report.certifications else f"{len(report.orders)} Executive Orders"
    click.echo(f"Read {report.rows:,} rows; kept {kept} in {data / 'registry'}.")
    for title, sentences in (("Refused", report.refused), ("Inconsistent", report.inconsistent)):
        click.echo(f"{title}: {len(sentences)}")
        for sentence in sentences[:SHOWN]:
            click.echo(f"  - {sentence}")
        if len(sentences) > SHOWN:
            click.echo(f"  ... and {len(sentences) - SHOWN:,} more")
