"""Every page, and how a browser comes to it: one line each. The matrix, the screenshots and the benchmark go through them.

A page that a form leads to is reached by sending that form, so that it is the same with scripts and without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from levcheck.web import forms
from levcheck_client import Client
from playwright.sync_api import Page, Request, Response, Route

VIN = "1FTEW3LP9SKE98169"
ORIGIN = "http://localhost"
SALE: dict[str, Any] = {
    "transaction": {"type": "sale", "date": "2025-06-01"},
    "vehicle": {"vin": VIN, "mileage": 12, "certification": {"california": False}},
    "seller": {"type": "dealer"},
    "buyer": {"type": "individual"},
    "destination": {"state": "NC"},
}
_ASKED = {"activity": "sale", forms.VIN: VIN}
_TOLD = {**_ASKED, "chosen": "sale", "transaction.type": "sale", "seller.type": "dealer", "vehicle.mileage": "12"}
_FEDERAL = {**_TOLD, "vehicle.certification.california": "no"}
_PERMITTED = {**_FEDERAL, "destination.state": "NC"}
_PROHIBITED = {**_FEDERAL, "destination.state": "VA", "buyer.type": "individual"}
_TRIP = {forms.VIN: VIN, "vehicle.mileage": "12", "label_says": "federal"}
_TRIPS = f"Agreement,VIN,Miles,Return\nR-1,{VIN},12,NC\nR-2,{VIN},9000,RIC\nR-3,{VIN},12,the moon\n"
_STOCK = f"Stock #,VIN,Miles,CA Cert\nA1,{VIN},12,no\nA2,2HGFE4F86SH011469,12,yes\nA3,{VIN},,\nA4,{VIN},many,no\nA5,X,1,no\n"
_CLASH = {**_PROHIBITED, "vehicle.model_year": "2024", "vehicle.vehicle_type": "passenger_car"}


@dataclass(frozen=True)
class Place:
    """Where a page is: its path, the form that leads to it, and the status that it comes with.

    `{id}`, `{certificate}` and `{token}` stand for those of a record that the service has, and of a new embed. `guarded`: it
    is of a service that asks for keys. `origin`: of the other system's page that has the form.
    """

    path: str
    form: Mapping[str, str] | None = None
    status: int = 200
    guarded: bool = False
    origin: str = ""


PAGES = {
    "start": Place("/"),
    "question": Place("/", _ASKED),
    "state": Place("/", _FEDERAL),
    "relocation": Place("/", {"activity": "registration", forms.VIN: VIN}),
    "permitted": Place("/", _PERMITTED),
    "prohibited": Place("/", _PROHIBITED),
    "conflict": Place("/", _CLASH),
    "changing": Place("/", {**_PROHIBITED, "change": "vehicle.mileage"}),
    "refused": Place("/", {**_ASKED, forms.VIN: VIN[:-1]}, 422),
    "recorded": Place("/records/{id}"),
    "problem": Place("/nowhere", status=404),
    "sign-in": Place("/login", guarded=True),
    "certificate": Place("/verify"),
    "no-certificate": Place("/verify", {"certificate": "x"}, 422),
    "accepted": Place("/verify", {"certificate": "{certificate}", "vin": VIN}),
    "another-vehicle": Place("/verify", {"certificate": "{certificate}", "vin": "2HGFE4F86SH011469"}),
    "law": Place("/law"),
    "law-cases": Place("/law/cases?citation=9VAC5-95-30+B+6"),
    "law-case": Place("/law/cases/b06-norm"),
    "what-if": Place("/law/what-if?vehicle.mileage=12&vehicle.certification.california=no&seller.type=dealer"),
    "what-if-refused": Place("/law/what-if?vehicle.mileage=many", status=422),
    "rental": Place("/rental"),
    "rental-go": Place("/rental", {**_TRIP, "return": "RDU"}),
    "rental-hold": Place("/rental", {**_TRIP, "return": "RIC"}),
    "rental-look": Place("/rental", {forms.VIN: VIN, "return": "RIC"}),
    "rental-list": Place("/rental/list", {"pasted": _TRIPS}),
    "rental-refused": Place("/rental", {**_TRIP, "return": "the moon"}, 422),
    "inventory": Place("/inventory"),
    "inventory-judged": Place("/inventory", {"pasted": _STOCK}),
    "inventory-columns": Place("/inventory", {"pasted": "Thing,Other\n1,2\n"}, 422),
    "inventory-refused": Place("/inventory", {"pasted": " "}, 422),
    "framed": Place("/embed", {"token": "{token}"}, origin=ORIGIN),
    "framed-ended": Place("/embed", {"token": "x"}, 403),
}


def furnish(address: str) -> dict[str, str]:
    """Make the record that some pages are about. Returns what stands for it in their places."""
    with Client(address) as client:
        made = client.determine(SALE, idempotency_key=str(uuid4()))
        return {"id": made.id, "certificate": str(made.certificate)}


def come_to(page: Page, place: Place, address: str, made: Mapping[str, str]) -> Response:
    """Bring a browser to a page. Returns the answer that brought it."""
    url = address + place.path.format_map(made)
    if place.origin:
        with Client(address) as client:
            made = {**made, "token": client.embed(VIN, place.origin)}
        page.route(f"{place.origin}/", lambda route: route.fulfill(body=_form(url, place, made), content_type="text/html"))
        page.goto(f"{place.origin}/")
        with page.expect_navigation() as coming:
            page.click("button")
        assert coming.value
        return coming.value
    if place.form is not None:
        page.route(url, lambda route, request: _sent(route, request, place, made), times=1)
    answer = page.goto(url)
    assert answer
    return answer


def _form(url: str, place: Place, made: Mapping[str, str]) -> str:
    fields = "".join(f'<input name="{name}" value="{text}">' for name, text in _filled(place, made).items())
    return f'<form method="post" action="{url}">{fields}<button>Open</button></form>'


def _filled(place: Place, made: Mapping[str, str]) -> dict[str, str]:
    return {name: text.format_map(made) for name, text in (place.form or {}).items()}


def _sent(route: Route, request: Request, place: Place, made: Mapping[str, str]) -> None:
    body = urlencode(_filled(place, made))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    route.continue_(method="POST", post_data=body, headers={**request.headers, **kind})
