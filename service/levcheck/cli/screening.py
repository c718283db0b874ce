"""`levcheck screen`: a table in, the same table with its verdicts out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from ..clock import today_in_virginia
from ..evidence.registry import Registry
from ..law import readings
from ..law.current import HASH
from .errors import BAD_DATA, NO_INPUT, UNAVAILABLE, Failure
from .shown import COLORS

try:
    from ..screening import columns, engines, files, run
    from ..screening.groups import Asked
    from ..screening.screen import RESULTS, Screen
except ImportError as error:
    raise Failure(
        f"screening needs packages that are not installed ({error.name}): pip install 'levcheck[screening]'.", UNAVAILABLE
    ) from error

BARS = 40


@click.command()
@click.argument("source", metavar="IN", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The table to write.")
@click.option(
    "--column", "named", multiple=True, metavar="NAME=PATH", help="A column and the member that it states; may be repeated."
)
@click.option(
    "--columns", "map_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="MAP",
    help="The same for many columns, a YAML or JSON file of NAME: PATH.",
)  # fmt: skip
@click.option("--reading", type=click.Choice(list(readings.BY_NAME)), default=readings.DEFAULT, show_default=True)
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Date of rows that state none (default: today in Virginia)."
)
@click.option("--engine", type=click.Choice(list(engines.EMBEDDED)), default="duckdb", show_default=True)
@click.option("--prefix", default="", help="Written before the names of the columns that are added.")
@click.option(
    "--data", type=click.Path(path_type=Path), envvar="LEVCHECK_DATA", help="Data folder with imported registries."
)
def screen(source: Path, out: Path, **chosen: Any) -> int:
    """Screen the table IN (.csv or .parquet) into the table given by --out.

    Columns are read by their names, the paths of the contract (vehicle.vin, vehicle.mileage, destination.state, ...); others
    are carried through. Each row gets a verdict, its basis, the provision that decides, the facts still needed, and the
    verdict under each reading. Rows that cannot be read go to OUT.bad.csv. A run that was interrupted goes on when the same
    command is given again.

    Ends with 0 if every row was read, 65 if some were not; other codes of 64 and more are errors.
    """
    prefix, day = chosen["prefix"], chosen["day"]
    if out.suffix not in files.SUFFIXES:
        raise click.UsageError(f"--out ends with one of {', '.join(files.SUFFIXES)}")
    try:
        table = files.opened(source)
        mapped = columns.mapped(table.schema.names, _told(chosen["named"], chosen["map_file"]))
        if taken := [prefix + name for name in RESULTS if prefix + name in table.schema.names]:
            raise click.UsageError(f"the table has a column {taken[0]!r} already: choose a --prefix")
        registry = Registry(chosen["data"] / "registry" if chosen["data"] else None)
        choices = {"columns": mapped, "reading": chosen["reading"], "ruleset": HASH, "registry": registry.digest()}
        today = day.date() if day else today_in_virginia()
        job = run.Run(table, out, choices, today=today, chosen=day is not None, prefix=prefix)
        with job.begun() as goes_on:
            _say(goes_on, [name for name in table.schema.names if name not in mapped.values()])

            def make() -> Screen:
                asked = Asked(today=job.today, registry=registry, reading=chosen["reading"])
                return Screen(engines.EMBEDDED[chosen["engine"]](), table.schema, mapped, asked)

            with click.progressbar(length=table.rows or 0, label="Screening", file=sys.stderr) as bar:
                counts = job.carry_out(make, bar.update)
    except (files.UnreadableTable, columns.UnusableColumns) as error:
        raise Failure(str(error), BAD_DATA) from error
    except run.Busy as error:
        raise Failure(str(error), UNAVAILABLE) from error
    except OSError as error:
        raise Failure(f"{error.filename or source} cannot be used: {error.strerror}.", NO_INPUT) from error
    _summarize(counts, job)
    return BAD_DATA if counts.bad else 0


def _told(named: tuple[str, ...], map_file: Path | None) -> dict[str, str]:
    """Columns and the paths that they state, from the file and the options."""
    told: Any = {}
    if map_file:
        try:
            told = yaml.safe_load(map_file.read_text("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise Failure(f"{map_file} is neither YAML nor JSON: {error}", BAD_DATA) from error
        if not isinstance(told, dict) or not all(isinstance(x, str) for pair in told.items() for x in pair):
            raise Failure(f"{map_file} has to name a path for each column: 'Stock VIN: vehicle.vin'.", BAD_DATA)
    for pair in named:
        name, equals, path = pair.rpartition("=")
        if not equals:
            raise click.UsageError(f"--column takes NAME=PATH, not {pair!r}")
        told[name] = path
    return dict(told)


def _say(goes_on: bool, carried: list[str]) -> None:
    if goes_on:
        click.echo("Going on where the last run stopped.", err=True)
    if carried:
        click.echo(f"Carried through unread: {', '.join(carried)}", err=True)


def _summarize(counts: run.Counts, job: run.Run) -> None:
    """How many rows came to each verdict, as bars."""
    click.echo(f"{counts.rows:,} rows, written to {job.out}")
    most = max([*counts.verdicts.values(), counts.bad, 1])
    told: Mapping[str, int] = {**{verdict: counts.verdicts[verdict] for verdict in COLORS}, "not read": counts.bad}
    for name, number in told.items():
        bar = "█" * round(BARS * number / most) or ("▏" if number else "")
        click.echo(
            f"  {name:13}{number:>13,} {number / max(counts.rows, 1):>6.1%}  " + click.style(bar, fg=COLORS.get(name))
        )
    if counts.bad:
        click.echo(f"Rows that could not be read, and what to do: {job.bad}")
