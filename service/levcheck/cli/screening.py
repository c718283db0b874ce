"""`levcheck screen`: a table in, the same table with its verdicts out."""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
import yaml

from .. import __version__
from ..clock import today_in_virginia
from ..evidence.registry import Registry
from ..law import readings
from ..law.current import HASH
from .errors import BAD_DATA, NO_INPUT, UNAVAILABLE, Failure
from .shown import COLORS

try:
    from ..screening import columns, delimited, engines, files, places, run
    from ..screening.groups import Asked
    from ..screening.in_place import screen_in_place
    from ..screening.screen import RESULTS, Screen
except ImportError as error:
    raise Failure(
        f"screening needs packages that are not installed ({error.name}): pip install 'levcheck[screening]'.", UNAVAILABLE
    ) from error

BARS = 40
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@click.command()
@click.argument("source", metavar="IN")
@click.option(
    "--out", required=True, help="The table to write: a file; of a database, the name of a new table, or SCHEMA.TABLE."
)
@click.option("--table", help="The table or SCHEMA.TABLE to read, where IN is a database (postgresql://...).")
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
@click.option(
    "--engine",
    type=click.Choice([*engines.EMBEDDED, "spark"]),
    default="duckdb",
    show_default=True,
    help="What reads the table, where IN is a file. Spark writes a folder of Parquet.",
)
@click.option(
    "--part", type=click.IntRange(1), default=run.PART, show_default=True, help="Rows of a part: what is done at a time."
)
@click.option("--prefix", default="", help="Written before the names of the columns that are added.")
@click.option(
    "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), envvar="LEVCHECK_DATA",
    help="Data folder with imported registries.",
)  # fmt: skip
def screen(source: str, out: str, **chosen: Any) -> int:
    """Screen the table IN into the table given by --out.

    IN is a file (.csv or .parquet), or a PostgreSQL database with --table: there the rows stay, and --out names a new table
    beside. Columns are read by their names, the paths of the contract (vehicle.vin, vehicle.mileage, destination.state,
    ...); others are carried through. Each row gets a verdict, its basis, the provision that decides, the facts still needed,
    and the verdict under each reading. Rows that cannot be read go to OUT.bad.csv, under their number from 1, header and
    empty lines not counted, or in a database under their primary key. A run of files that was interrupted goes on when the
    same command is given again.

    CSV is UTF-8 with commas, semicolons, tabs or bars between its cells, and is written with commas. A file of the name of
    --out is replaced; a table of a database is not.

    Ends with 0 if every row was read, 65 if some were not; other codes of 64 and more are errors.
    """
    try:
        if source.startswith(("postgresql://", "postgres://")) or chosen["engine"] == "spark":
            counts, bad = _in_place(source, out, chosen)
        else:
            counts, bad = _of_files(Path(source), Path(out), chosen)
    except (delimited.UnreadableTable, files.UnwritableTable, columns.UnusableColumns) as error:
        raise Failure(str(error), BAD_DATA) from error
    except (run.Busy, places.Unavailable) as error:
        raise Failure(str(error), UNAVAILABLE) from error
    except OSError as error:
        if error.errno in _FULL:
            told = "make room, and give the same command again: what is finished is kept."
            raise Failure(f"There is no room left for {out}: {told}", UNAVAILABLE) from error
        raise Failure(f"{error.filename or source} cannot be used: {error.strerror}.", NO_INPUT) from error
    _summarize(counts, out, bad)
    return BAD_DATA if counts.bad else 0


def _of_files(source: Path, out: Path, chosen: Mapping[str, Any]) -> tuple[run.Counts, Path]:
    if files.kind(out) not in files.SUFFIXES or out.is_dir():
        raise click.UsageError(f"--out ends with one of {', '.join(files.SUFFIXES)}, and is no folder")
    table = files.opened(source)
    files.check_holds(table.schema, out)
    mapped = _mapped(table.schema.names, chosen)
    registry, today = _registry(chosen), _today(chosen)
    choices = {"columns": mapped, "reading": chosen["reading"], "ruleset": HASH, "registry": registry.digest()}
    choices["software"] = __version__
    job = run.Run(table, out, choices, today=today, chosen=bool(chosen["day"]), prefix=chosen["prefix"], part=chosen["part"])
    if any(path.exists() and path.samefile(source) for path in (out, job.bad)):
        raise click.UsageError("--out would write over the table that is read: choose another name")
    with job.begun() as goes_on:
        if goes_on:
            click.echo("Going on where the last run stopped.", err=True)

        def make() -> Screen:
            asked = Asked(today=job.today, registry=registry, reading=chosen["reading"])
            return Screen(chosen["engine"], mapped, asked)

        hidden = not sys.stderr.isatty()
        with click.progressbar(length=table.rows or 0, label="Screening", file=sys.stderr, hidden=hidden) as bar:
            try:
                return job.carry_out(make, bar.update), job.bad
            except KeyboardInterrupt:
                click.echo("\nWhat is finished is kept: the same command goes on from there.", err=True)
                raise


def _in_place(source: str, out: str, chosen: Mapping[str, Any]) -> tuple[run.Counts, Path]:
    with contextlib.closing(places.opened(source, chosen["table"], out)) as place:
        try:
            mapped = _mapped(place.names(), chosen)
            asked = Asked(today=_today(chosen), registry=_registry(chosen), reading=chosen["reading"])
            counts, faults = screen_in_place(place, mapped, asked, chosen["prefix"])
            faults.sort(key=lambda fault: (fault.row, fault.column))
            called = place.called([fault.row for fault in faults])
        except place.errors as error:
            raise places.Unavailable(
                f"The table cannot be screened where it is, and nothing was written: {error}"
            ) from error
    bad = Path(f"{out.rstrip('/')}.bad.csv")
    run.write_bad(bad, [(called[fault.row], fault.column, fault.value, fault.remedy) for fault in faults])
    return counts, bad


def _registry(chosen: Mapping[str, Any]) -> Registry:
    return Registry(chosen["data"] / "registry" if chosen["data"] else None)


def _today(chosen: Mapping[str, Any]) -> date:
    day: date = chosen["day"].date() if chosen["day"] else today_in_virginia()
    return day


def _mapped(names: list[str], chosen: Mapping[str, Any]) -> dict[str, str]:
    """The column of each path; says which columns are carried through."""
    mapped = columns.mapped(names, _told(chosen["named"], chosen["map_file"]))
    if taken := [chosen["prefix"] + name for name in RESULTS if chosen["prefix"] + name in names]:
        raise click.UsageError(f"the table has a column {taken[0]!r} already: choose a --prefix")
    if carried := [name for name in names if name not in mapped.values()]:
        click.echo(f"Carried through unread: {', '.join(carried)}", err=True)
    return mapped


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


def _summarize(counts: run.Counts, out: str, bad: Path) -> None:
    """How many rows came to each verdict, as bars."""
    click.echo(f"{counts.rows:,} rows, written to {out}")
    most = max([*counts.verdicts.values(), counts.bad, 1])
    told: Mapping[str, int] = {**{verdict: counts.verdicts[verdict] for verdict in COLORS}, "not read": counts.bad}
    for name, number in told.items():
        bar = "█" * round(BARS * number / most) or ("▏" if number else "")
        click.echo(
            f"  {name:13}{number:>13,} {number / max(counts.rows, 1):>6.1%}  " + click.style(bar, fg=COLORS.get(name))
        )
    if counts.bad:
        click.echo(f"Rows that could not be read, and what to do: {bad}")
