"""A determination filled in as the sheet that is printed."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from ..law import readings
from ..law import vocabulary as v
from ..law.current import PROHIBITION
from ..law.va_9vac5_95 import by_citation, editions
from . import wording
from .sheet import NOT_KNOWN, Ended, Item, Row, Sheet

EXEMPTION = f"{PROHIBITION.removesuffix('A')}B "
LISTED = f"{PROHIBITION} "
SCOPE, DEFINITION = "9VAC5-95-10", "9VAC5-95-20 B "
IDENTITY = (v.model_year, v.vehicle_type, v.gvwr, v.mileage, v.act, v.day, v.place, v.seller, v.buyer, v.destination_state)


def sheet(determination: Mapping[str, Any], address: str = "") -> Sheet:
    """What the certificate of a determination says; `address` is the public one of the service that verifies it."""
    result, request = determination["result"], determination["request"]
    claims = _claims(determination["certificate"])
    facts = {fact["fact"]: _row(fact, claims) for fact in result["facts"]}
    presumed = {fact["fact"] for fact in result["facts"] if fact["source"] == "default"}
    others = [facts[name] for name in facts if name not in {fact.name for fact in IDENTITY} | presumed]
    advisories = [(a, Item("", wording.whole(a["text"]), _source(a))) for a in result["advisories"]]
    return Sheet(
        issuer=wording.whole(claims["iss"]),
        verdict=result["verdict"],
        summary=wording.whole(result["summary"]),
        ended=_ended(determination),
        recorded_at=determination["recorded_at"],
        identity=tuple(_identity(request, facts)),
        facts=(*(row for row in others if row.source), *_evidence(request, result)),
        unknown=tuple(row for row in others if not row.source),
        presumed=tuple(facts[name] for name in facts if name in presumed),
        record=tuple(_record(determination, claims)),
        readings=tuple(_readings(result)),
        provisions=tuple(_provisions(result, claims)),
        questions=tuple(Item("", q["ask"], wording.places(q["provisions"])) for q in result["questions"]),
        remedies=tuple(Item("", r["text"], r["provision"]) for r in result["remedies"]),
        conflicts=tuple(Item(wording.label(c["fact"]), wording.whole(c["text"])) for c in result["conflicts"]),
        warnings=tuple(item for a, item in advisories if a["severity"] == "warning"),
        documents=tuple(Item(wording.begun(d["standing"]), d["text"], d["provision"] or "") for d in result["documents"]),
        duties=tuple(Item(f"{wording.begun(d['who'])}, {d['due']}", d["text"], d["provision"]) for d in result["duties"]),
        notes=tuple(item for a, item in advisories if a["severity"] != "warning"),
        id=determination["id"],
        certificate=determination["certificate"],
        address=address.rstrip("/"),
    )


def _claims(certificate: str) -> Mapping[str, Any]:
    """What the certificate claims: the page says of its issuer and of what decided what the signature covers."""
    payload = certificate.split(".")[1]
    claims: Mapping[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _row(fact: Mapping[str, Any], claims: Mapping[str, Any]) -> Row:
    name, source = fact["fact"], fact["source"]
    told = "" if source == "unknown" else wording.SOURCES.get(source, source)
    return Row(wording.label(name), wording.value(fact), told, source == "default", name in claims["facts"])


def _identity(request: Mapping[str, Any], facts: Mapping[str, Row]) -> Iterator[Row]:
    vehicle = request.get("vehicle") or {}
    vin = vehicle.get("vin")
    yield Row("VIN", vin.upper() if vin else NOT_KNOWN, wording.SOURCES["stated"] if vin else "")
    for fact in IDENTITY:
        row = facts[fact.name]
        if fact is v.mileage and vehicle.get("mileage") is not None:
            told = wording.odometer(vehicle["mileage"], vehicle.get("mileage_unit") or "mi", row.value)
            row = Row(row.label, told, row.source, row.presumed, row.turns)
        yield row


def _evidence(request: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[Row]:
    """The evidence of certification as the caller sent it, and how well it shows California certification."""
    sent = (request.get("vehicle") or {}).get("certification") or {}
    for member, label in (("test_group", "Test group"), ("executive_order", "CARB order"), ("label", "Label's sentence")):
        if sent.get(member):
            yield Row(label, wording.cut(wording.whole(sent[member]), 160), wording.SOURCES["stated"])
    if result["assurance"]:
        yield Row("California shown by", wording.ASSURANCES.get(result["assurance"], result["assurance"]))


def _record(determination: Mapping[str, Any], claims: Mapping[str, Any]) -> Iterator[Row]:
    law = determination["result"]["regulation"]
    yield Row("Issuer", wording.whole(claims["iss"]))
    yield Row("Record", determination["id"])
    yield Row("Recorded", wording.time(determination["recorded_at"]))
    yield Row("Keep until", wording.time(determination["retain_until"]))
    if determination["reference"]:
        yield Row("Reference", wording.whole(determination["reference"]))
    if determination.get("supersedes"):
        yield Row("Supersedes", determination["supersedes"])
    yield Row("Status", determination["status"])
    yield Row("Edition", f"{law['chapter']}, in force from {wording.day(law['edition'])}")
    yield Row("Ruleset", law["ruleset"])


def _readings(result: Mapping[str, Any]) -> Iterator[tuple[str, str, str, bool]]:
    """Each reading's name, its reach, its verdict, and whether it is the one used."""
    for name, verdict in result["readings"].items():
        scope = readings.BY_NAME[name].scope if name in readings.BY_NAME else ""
        yield name.replace("_", " "), scope, verdict, name == result["regulation"]["reading"]


def _provisions(result: Mapping[str, Any], claims: Mapping[str, Any]) -> Iterator[Item]:
    """The provisions that decided, in the law's own words, as the record holds them."""
    held = [f["provision"] for f in result["findings"] if f["status"] == "holds"]
    wanted = set(claims["provisions"])
    if result["basis"] in ("exempt", "no_exception"):
        wanted |= {c for c in held if c.startswith(DEFINITION)}
    if result["basis"] == "exempt":
        wanted |= {c for c in held if c.startswith(EXEMPTION)}
    elif result["basis"] == "not_covered":
        wanted |= {SCOPE}
    else:
        wanted |= {c for c in held if c.startswith(LISTED)}
    before = _exempts(result)
    words = {finding["provision"]: finding["text"] for finding in result["findings"]}
    decided = [c for c in words if c in wanted and c in claims["provisions"]]
    for citation in (*decided, *(c for c in words if c in wanted and c not in decided)):
        yield Item(citation, f"{before} {words[citation]}" if before and citation.startswith(EXEMPTION) else words[citation])


def _exempts(result: Mapping[str, Any]) -> str:
    """The words that an exemption's own words go on from, while the law is still the record's edition."""
    current = result["regulation"]["edition"] == editions.FIRST.name
    return f"{by_citation(EXEMPTION)[0].text} [...]" if current else ""


def _source(advisory: Mapping[str, Any]) -> str:
    dated = wording.day(advisory["date"]) if advisory["date"] else ""
    source = advisory["source"] or ""
    return ", ".join(part for part in (source, "" if dated and dated in source else dated) if part)


def _ended(determination: Mapping[str, Any]) -> Ended | None:
    if determination["status"] == "current":
        return None
    event = (determination.get("history") or [{}])[-1]
    when = wording.time(event["at"]) if event.get("at") else ""
    return Ended(determination["status"], when, wording.whole(event.get("reason") or ""), event.get("by") or "")
