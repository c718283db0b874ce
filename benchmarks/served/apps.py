"""The applications that `http.py` measures, each for gunicorn."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
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
    """Reads the body, answers with stored bytes."""
    app = Flask("bare")
    answer = json_bytes(STORED)

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
