"""What the evidence rooms know of a VIN and of a test group."""

from __future__ import annotations

import re

from flask import Response

from ..evidence import test_groups, vpic
from ..evidence import vin as rules
from . import describe
from .blueprint import StrictBlueprint, answer, problems
from .parser import invalid
from .problems import Problem
from .schemas.evidence import DecodedVehicleSchema, TestGroupSchema
from .service import service

blueprint = StrictBlueprint("evidence", __name__, url_prefix="/v1", description="What a VIN or a test group tells.")

_VIN = {"in": "path", "name": "vin", "required": True, "schema": {"type": "string", "pattern": "^[A-Za-z0-9]{17}$"}}
_GROUP = {
    "in": "path",
    "name": "test_group",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-HJ-NPR-TV-Y1-9][A-Z0-9]{3}[A-Z][0-9.]{4}[A-Z0-9]{3}$"},
}


@blueprint.route("/vehicles/<vin>", parameters=[_VIN])
@problems(blueprint, 404, 422)
@blueprint.response(200, DecodedVehicleSchema, description="What the VIN tells; `problem` says why it is not used.")
def vehicle(vin: str) -> Response:
    """What a VIN tells: model year, weight class, body, and what class of vehicle remains possible."""
    if not rules.is_well_formed(vin):
        remedy = "Send the 17 letters and digits of the vehicle identification number, without spaces."
        raise invalid([{"pointer": "/vin", "value": vin[:120], "detail": "Not 17 letters and digits", "remedy": remedy}])
    return answer(describe.vehicle(vpic.decode(vin.upper())))


@blueprint.route("/certifications/<test_group>", parameters=[_GROUP])
@problems(blueprint, 404, 422)
@blueprint.response(200, TestGroupSchema, description="The rows on file.")
def certification(test_group: str) -> Response:
    """What is on file about a test group. Absence proves nothing: 404 does not mean that the group is not certified."""
    group = test_groups.normalised(test_group)
    if group is None or not test_groups.model_years(group):
        error = {
            "pointer": "/test_group",
            "value": re.sub(r"[^ -~]", "?", test_group[:120]),
            "detail": "Not the form of a test group",
            "remedy": "Send the 12 characters of the test group on the emission label, such as SFMXT02.73JK.",
        }
        raise invalid([error])
    entry = service().registry.certification(group)
    if entry is None:
        raise Problem("not_on_file", f"{group} is not in EPA's certification list on file. That proves nothing either way.")
    return answer(describe.certification(entry, service().registry))
