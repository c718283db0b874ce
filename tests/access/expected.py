"""Who may do what, written down by hand from what was promised; and one right request for each operation.

`open`: anyone, without a key. `own`: what the organization made itself; anything else is answered as if it were not there.
`all`: every organization's, each read written down. `yes`: the operation has no one's objects. `-`: never.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from records.keeping import SALE, VIN

ROLES = ("dealer", "rental_agency", "dmv", "board", "admin")
WRITTEN = """
    GET  /healthz                                  open
    GET  /readyz                                   open
    GET  /.well-known/jwks.json                    open
    POST /v1/certificates/verify                   open
    GET  /verify                                   open
    POST /verify                                   open
    GET  /assets/<name>                            open
    GET  /law                                      open
    GET  /law/cases                                open
    GET  /law/cases/<case>                         open
    GET  /law/what-if                              open
    GET  /login                                    open
    POST /login                                    open
    POST /logout                                   open
    POST /embed                                    open
    POST /embed/record                             open
    POST /v1/checks                                check    yes  yes  yes  yes  yes
    POST /v1/screenings                            check    yes  yes  yes  yes  yes
    GET  /v1/vehicles/<vin>                        check    yes  yes  yes  yes  yes
    GET  /v1/certifications/<test_group>           check    yes  yes  yes  yes  yes
    GET  /v1/regulation                            check    yes  yes  yes  yes  yes
    GET  /v1/regulation/provisions/<citation>      check    yes  yes  yes  yes  yes
    GET  /v1/ruleset                               check    yes  yes  yes  yes  yes
    GET  /v1/log/checkpoint                        check    yes  yes  yes  yes  yes
    GET  /v1/log/consistency                       check    yes  yes  yes  yes  yes
    GET  /openapi.json                             check    yes  yes  yes  yes  yes
    GET  /docs                                     check    yes  yes  yes  yes  yes
    GET  /                                         check    yes  yes  yes  yes  yes
    POST /                                         check    yes  yes  yes  yes  yes
    POST /scan                                     check    yes  yes  yes  yes  yes
    GET  /inventory                                check    yes  yes  yes  yes  yes
    POST /inventory                                check    yes  yes  yes  yes  yes
    POST /inventory/export                         check    yes  yes  yes  yes  yes
    GET  /rental                                   check    yes  yes  yes  yes  yes
    POST /rental                                   check    yes  yes  yes  yes  yes
    POST /rental/list                              check    yes  yes  yes  yes  yes
    POST /record                                   record   own  own  own  -    -
    GET  /records/<id>                             read     own  own  own  all  -
    GET  /records/<id>/certificate.pdf             read     own  own  own  all  -
    POST /v1/embeds                                record   own  own  own  -    -
    POST /v1/determinations                        record   own  own  own  -    -
    POST /v1/determinations/<id>/void              record   own  own  own  -    -
    POST /v1/determinations/<id>/supersede         record   own  own  own  -    -
    GET  /v1/determinations                        read     own  own  own  all  -
    GET  /v1/determinations/<id>                   read     own  own  own  all  -
    GET  /v1/determinations/<id>/certificate       read     own  own  own  all  -
    GET  /v1/determinations/<id>/proof             read     own  own  own  all  -
    GET  /metrics                                  operate  -    -    -    -    yes
"""
_ROWS = [line.split() for line in WRITTEN.strip().splitlines()]
SCOPE: dict[str, str] = {f"{method} {rule}": scope for method, rule, scope, *_ in _ROWS}
REACH: dict[str, dict[str, str]] = {
    f"{method} {rule}": dict(zip(ROLES, reaches, strict=bool(reaches))) for method, rule, _, *reaches in _ROWS
}
BY_TOKEN = {"POST /embed", "POST /embed/record"}
"""Open, but of no use without the token of the page inside another system: `tests/web/test_embed.py` has them."""
OPEN = sorted(operation for operation, scope in SCOPE.items() if scope == "open" and operation not in BY_TOKEN)
CLOSED = sorted(operation for operation, scope in SCOPE.items() if scope != "open")
ON_ONE = sorted(operation for operation in CLOSED if "<id>" in operation)

VALUES = {
    "<vin>": VIN,
    "<test_group>": "SFMXT02.73JK",
    "<citation>": "9VAC5-95-30%20B%205",
    "<name>": "levcheck.css",
    "<case>": "b06-norm",
}
PAGES = {operation for operation in SCOPE if " /v1/" not in operation}
"""What answers a person, or a machine that reads no problem documents, in a form of its own."""
QUERIES = {"GET /v1/log/consistency": "?first=1"}


DONE = {
    "POST /v1/embeds": 201,
    "POST /v1/determinations": 201,
    "POST /v1/determinations/<id>/supersede": 201,
    "POST /record": 303,
    "POST /scan": 422,  # no photo was sent along, which is not asked before who asks
}
"""The status of what was done; 200 of any other operation."""


def request_of(operation: str, id: str, certificate: str = "", key: str = "") -> tuple[str, str, dict[str, Any]]:
    """A right request for an operation: method, path, and what is sent. `id`: of the determination that it is about."""
    method, rule = operation.split()
    path = rule.replace("<id>", id)
    for place, value in VALUES.items():
        path = path.replace(place, value)
    bodies: dict[str, dict[str, Any]] = {
        "POST /": {"data": {"vehicle.vin": VIN}},
        "POST /scan": {"data": {"vehicle.vin": VIN}},
        "POST /inventory": {"data": {"pasted": VIN}},
        "POST /inventory/export": {"data": {"pasted": VIN}},
        "POST /rental": {"data": {"vehicle.vin": VIN, "return": "NC"}},
        "POST /rental/list": {"data": {"pasted": f"VIN,Return\n{VIN},NC"}},
        "POST /record": {"data": {"vehicle.vin": VIN, "idempotency_key": str(uuid4())}},
        "POST /v1/checks": {"json": SALE},
        "POST /v1/screenings": {"data": json.dumps(SALE) + "\n", "content_type": "application/x-ndjson"},
        "POST /v1/embeds": {"json": {"vin": VIN, "origin": "https://dms.example"}},
        "POST /v1/determinations": {"json": SALE},
        "POST /v1/determinations/<id>/void": {"json": {"reason": "unwound"}},
        "POST /v1/determinations/<id>/supersede": {"json": {"request": SALE}},
        "POST /v1/certificates/verify": {"json": {"certificate": certificate}},
        "POST /verify": {"data": {"certificate": certificate}},
        "POST /login": {"data": {"key": key}},
        "POST /logout": {"data": {}},
    }
    return method, path + QUERIES.get(operation, ""), bodies.get(operation, {})
