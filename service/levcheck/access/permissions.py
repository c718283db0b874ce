"""The one table of who may do what. A route without a row is closed to everyone, and fails the tests."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

ROLES = ("dealer", "rental_agency", "dmv", "board", "admin")
SCOPES = {
    "check": "evaluate transactions, read the law and what the evidence rooms know; nothing is kept",
    "record": "make, void and supersede determinations",
    "read": "read determinations and their certificates",
    "operate": "read the service's metrics",
}
SELLERS = ("dealer", "rental_agency")
"""The roles that are kinds of seller: their organizations supply `seller.type` where a request leaves it out."""


class Reach(Enum):
    """How far a role reaches at an operation."""

    NONE = "-"
    YES = "yes"  # the operation has no one's objects
    OWN = "own"  # only the organization's own objects: others are answered as if they were not there
    ALL = "all"  # every organization's objects; each such read is logged


@dataclass(frozen=True)
class Permission:
    """An operation's row: the scope that a key needs, and how far each role reaches. No scope: anyone, without a key."""

    scope: str | None
    reach: dict[str, Reach]

    @property
    def is_open(self) -> bool:
        """Whether no key is asked for."""
        return self.scope is None


def _row(scope: str | None, *reaches: str) -> Permission:
    return Permission(scope, dict(zip(ROLES, map(Reach, reaches), strict=bool(scope))))


_ANYONE = _row(None)
_LAW = _row("check", "yes", "yes", "yes", "yes", "yes")
_WRITE = _row("record", "own", "own", "own", "-", "-")
_READ = _row("read", "own", "own", "own", "all", "-")

TABLE: dict[str, Permission] = {
    # operation                                     scope      dealer rental_agency dmv board admin
    "GET /healthz": _ANYONE,
    "GET /readyz": _ANYONE,
    "GET /.well-known/jwks.json": _ANYONE,
    "POST /v1/certificates/verify": _ANYONE,
    "GET /verify": _ANYONE,
    "POST /verify": _ANYONE,
    "GET /assets/<name>": _ANYONE,
    "GET /law": _ANYONE,
    "GET /law/cases": _ANYONE,
    "GET /law/cases/<case>": _ANYONE,
    "GET /law/what-if": _ANYONE,
    "GET /login": _ANYONE,
    "POST /login": _ANYONE,
    "POST /logout": _ANYONE,
    "POST /embed": _ANYONE,
    "POST /embed/record": _ANYONE,
    "POST /v1/checks": _LAW,
    "POST /v1/screenings": _LAW,
    "GET /v1/vehicles/<vin>": _LAW,
    "GET /v1/certifications/<test_group>": _LAW,
    "GET /v1/regulation": _LAW,
    "GET /v1/regulation/provisions/<citation>": _LAW,
    "GET /v1/ruleset": _LAW,
    "GET /v1/log/checkpoint": _LAW,
    "GET /v1/log/consistency": _LAW,
    "GET /openapi.json": _LAW,
    "GET /docs": _LAW,
    "GET /": _LAW,
    "POST /": _LAW,
    "POST /scan": _LAW,
    "GET /inventory": _LAW,
    "POST /inventory": _LAW,
    "POST /inventory/export": _LAW,
    "GET /rental": _LAW,
    "POST /rental": _LAW,
    "POST /rental/list": _LAW,
    "POST /record": _WRITE,
    "GET /records/<id>": _READ,
    "GET /records/<id>/certificate.pdf": _READ,
    "POST /v1/embeds": _WRITE,
    "POST /v1/determinations": _WRITE,
    "POST /v1/determinations/<id>/void": _WRITE,
    "POST /v1/determinations/<id>/supersede": _WRITE,
    "GET /v1/determinations": _READ,
    "GET /v1/determinations/<id>": _READ,
    "GET /v1/determinations/<id>/certificate": _READ,
    "GET /v1/determinations/<id>/proof": _READ,
    "GET /metrics": _row("operate", "-", "-", "-", "-", "yes"),
}

PAGES = {
    "GET /docs",
    "GET /",
    "POST /",
    "POST /scan",
    "GET /inventory",
    "POST /inventory",
    "POST /inventory/export",
    "GET /rental",
    "POST /rental",
    "POST /rental/list",
    "POST /record",
    "GET /records/<id>",
    "GET /records/<id>/certificate.pdf",
}
"""Operations that a person opens in a browser: without a session they lead to the page that begins one."""
FRAMED = {"POST /embed", "POST /embed/record"}
"""Operations of the page inside another system: the token in the form says who asks, and neither key nor session does."""


def scopes_of(role: str) -> tuple[str, ...]:
    """Every scope that is of use to a role."""
    useful = {row.scope for row in TABLE.values() if row.reach.get(role, Reach.NONE) is not Reach.NONE}
    return tuple(scope for scope in SCOPES if scope in useful)
