"""`levcheck check`: one transaction, from options or from a file."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import marshmallow as ma

from ..api.json_in import decode
from ..api.json_out import json_bytes
from ..api.parser import described
from ..api.problems import Problem
from ..api.schemas.request import CheckRequestSchema
from ..check import check as evaluate
from ..clock import today_in_virginia
from ..evidence.registry import Registry
from ..law import readings
from ..law import vocabulary as v
from .errors import BAD_DATA, NO_INPUT, Failure
from .shown import show

_IN_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
EXIT = {"permitted": 0, "prohibited": 1, "undetermined": 2}


class Number(click.ParamType[Decimal]):
    """A decimal number, kept digit by digit."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The option's text as a number that JSON could hold."""
        text = str(value)
        try:
            number = decode((text.replace(",", "") if _IN_THOUSANDS.fullmatch(text) else text).encode())
            if not isinstance(number, int | Decimal) or isinstance(number, bool):
                raise ValueError
        except (Problem, ValueError):
            self.fail(f"{value!r} is not a number", param, ctx)
        return Decimal(number)


def _words(*words: str) -> click.Choice[str]:
    return click.Choice(list(words), case_sensitive=False)


# Each option and the path of the request that it states.
OPTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("--type", "transaction.type", {"type": _words(*v.ACTS), "help": "What is being done (default: sale)."}),
    ("--contract", "transaction.contract", {"type": _words(*v.CONTRACTS)}),
    ("--transfer", "transaction.transfer", {"type": _words("ordinary", "inheritance", "court_decree")}),
    ("--purpose", "transaction.purpose", {"type": _words("use", "resale", "dismantling")}),
    ("--date", "transaction.date", {"metavar": "YYYY-MM-DD", "help": "Date of the act (default: today in Virginia)."}),
    ("--state", "transaction.state", {"metavar": "ST", "help": "State where it takes place (default: VA)."}),
    ("--vin", "vehicle.vin", {}),
    ("--kind", "vehicle.kind", {"type": _words("vehicle", "engine")}),
    ("--vehicle-type", "vehicle.vehicle_type", {"type": _words(*v.VEHICLE_TYPES)}),
    ("--model-year", "vehicle.model_year", {"type": int}),
    ("--gvwr", "vehicle.gvwr_lb", {"type": int, "help": "Gross vehicle weight rating, pounds."}),
    ("--mileage", "vehicle.mileage", {"type": Number(), "help": "Odometer on the date of the sale or lease."}),
    ("--mileage-unit", "vehicle.mileage_unit", {"type": _words("mi", "km")}),
    ("--new-engine/--no-new-engine", "vehicle.new_engine", {"default": None}),
    ("--off-highway-only/--no-off-highway-only", "vehicle.off_highway_only", {"default": None}),
    ("--emergency/--no-emergency", "vehicle.authorized_emergency_vehicle", {"default": None}),
    ("--military/--no-military", "vehicle.military_tactical_vehicle", {"default": None}),
    ("--california/--no-california", "vehicle.certification.california", {"default": None, "help": "California-certified."}),
    ("--federal/--no-federal", "vehicle.certification.federal", {"default": None, "help": "Federally certified."}),
    ("--label", "vehicle.certification.label", {"help": "Sentence on the emission label or certificate of origin."}),
    ("--executive-order", "vehicle.certification.executive_order", {}),
    ("--test-group", "vehicle.certification.test_group", {}),
    ("--seller", "seller.type", {"type": _words(*v.PARTIES)}),
    ("--buyer", "buyer.type", {"type": _words(*v.PARTIES)}),
    ("--destination", "destination.state", {"metavar": "ST", "help": "State of registration; for a rental, where it ends."}),
    ("--destination-country", "destination.country", {"metavar": "CC"}),
    ("--purchased-in", "relocation.purchased_in", {"metavar": "ST", "help": "B 11: where the newcomer bought it."}),
    ("--registered-in", "relocation.registered_in", {"metavar": "ST"}),
    ("--resident-of", "relocation.resident_of", {"metavar": "ST"}),
    ("--became-resident/--never-became-resident", "relocation.became_virginia_resident", {"default": None}),
    ("--reading", "reading", {"type": _words(*readings.BY_NAME), "help": "Position on the chapter's reach."}),
    ("--reference", "reference", {}),
)


def _name(option: str) -> str:
    return option.split("/", maxsplit=1)[0].removeprefix("--").replace("-", "_")


def _with_options(command: Any) -> Any:
    for option, _, settings in reversed(OPTIONS):
        command = click.option(option, _name(option), **settings)(command)
    return command


@click.command()
@click.argument("file", required=False, metavar="[FILE.json|-]")
@_with_options
@click.option("--json", "as_json", is_flag=True, help="The whole result as JSON.")
@click.option(
    "--data", type=click.Path(path_type=Path), envvar="LEVCHECK_DATA", help="Data folder with imported registries."
)
def check(file: str | None, as_json: bool, data: Path | None, **options: Any) -> int:
    """Check one transaction, from options or from FILE.json (- reads standard input).

    Ends with 0 if permitted, 1 if prohibited, 2 if undetermined; 64 and more are errors.
    """
    stated = {path: options[_name(option)] for option, path, _ in OPTIONS if options[_name(option)] is not None}
    if file and stated:
        raise click.UsageError("state the transaction in a file or by options, not both")
    if not file and not stated:
        raise click.UsageError("nothing to check: state what you know, at least --vin and --mileage (see --help)")
    body = _read(file) if file else _body(stated)
    result = evaluate(_loaded(body), today=today_in_virginia(), registry=Registry(data / "registry" if data else None))
    if as_json:
        click.echo(json_bytes(result).decode())
    else:
        show(result)
    return EXIT[result["verdict"]]


def _read(file: str) -> Any:
    try:
        return decode(sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes())
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", NO_INPUT) from error
    except Problem as problem:
        raise Failure(problem.detail, BAD_DATA) from problem


def _body(stated: Mapping[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for path, value in {"transaction.type": "sale", **stated}.items():
        *blocks, last = path.split(".")
        block = body
        for name in blocks:
            block = block.setdefault(name, {})
        block[last] = (
            value.upper() if last.endswith(("state", "country", "_in", "resident_of")) and isinstance(value, str) else value
        )
    return body


def _loaded(body: Any) -> Mapping[str, Any]:
    try:
        loaded: Mapping[str, Any] = CheckRequestSchema().load(body)
    except ma.ValidationError as error:
        lines = [
            f"  {e['pointer'] or 'the body'}: {e['detail']} (sent: {e['value']!r}). {e['remedy']}"
            for e in described(error.normalized_messages(), body)  # type: ignore[no-untyped-call]
        ]
        raise Failure("the transaction cannot be read:\n" + "\n".join(lines), BAD_DATA) from error
    return loaded
