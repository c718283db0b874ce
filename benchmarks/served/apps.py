"""The applications that `http.py` measures, each for a WSGI server."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from levcheck.api.json_out import json_bytes
from levcheck.api.schemas.request import CheckRequestSchema
from levcheck.api.schemas.result import ResultSchema
from levcheck.app import Settings, create_app
from levcheck.check import check
from levcheck.evidence.registry import Registry

STORED: dict[str, Any] = check(
    {
        "transaction": {"type": "sale", "date": date(2025, 6, 1), "state": "VA"},
        "vehicle": {
            "vehicle_type": "light_duty_truck",
            "model_year": 2025,
            "gvwr_lb": 6500,
            "mileage": Decimal("12.4"),
            "certification": {"california": False, "federal": True},
        },
        "seller": {"type": "dealer"},
        "buyer": {"type": "individual"},
        "destination": {"state": "NC"},
    },
    today=date(2025, 6, 1),
    registry=Registry(),
)


def bare() -> Flask:
    """Reads the body, answers with as many stored bytes as the full answer has."""
    return _stored(json_bytes(STORED))


def bare_verdict() -> Flask:
    """Reads the body, answers with the stored verdict."""
    return _stored(json_bytes({"verdict": STORED["verdict"]}))


def _stored(answer: bytes) -> Flask:
    app = Flask("bare")

    @app.post("/v1/checks")
    def checks() -> Response:
        request.get_data()
        return Response(answer, mimetype="application/json")

    return app


def marshmallow_alone() -> Flask:
    """Loads the body and dumps a stored result, as the usual Flask service does."""
    app = Flask("marshmallow")
    loaded, dumped = CheckRequestSchema(), ResultSchema()

    @app.post("/v1/checks")
    def checks() -> Response:
        loaded.load(json.loads(request.get_data(), parse_float=Decimal))
        return Response(json.dumps(dumped.dump(STORED), default=float), mimetype="application/json")

    return app


def levcheck() -> Flask:
    """The service."""
    return create_app(Settings(dev=True))


def openfisca() -> Flask:
    """OpenFisca's own web server, with the law as its variables."""
    sys.path.append(str(Path(__file__).parent.parent))  # last: a file there is named http
    from engines.openfisca_law import system
    from openfisca_core.parameters import ParameterNode
    from openfisca_web_api.app import create_app as openfisca_app

    law = system()
    year = {"description": "The first model year", "values": {"2024-03-13": {"value": 2025}}}
    law.parameters = ParameterNode("", data={"model_year": year})  # no formula reads it, but the server shows one
    served: Flask = openfisca_app(law)
    return served
