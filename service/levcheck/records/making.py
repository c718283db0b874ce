"""A new determination: evaluated, written out in its one spelling, signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from .. import __version__
from ..check import evaluate, result_of, settled_by
from ..evidence.registry import Registry
from . import canonical, certificates
from .calls import Call, Outcome
from .keys import Keys
from .telling import CURRENT, told
from .times import as_text, new_id, retain_until


class Made(NamedTuple):
    """A new determination: its row, and the record that stands in it."""

    row: dict[str, Any]
    record: dict[str, Any]

    def outcome(self) -> Outcome:
        """As the contract tells it, once the row is durable."""
        return Outcome(told(self.record, self.row["certificate"], CURRENT, []))


@dataclass(frozen=True)
class Maker:
    """What a deployment makes determinations with."""

    keys: Keys
    registry: Registry
    reading: str
    issuer: str
    years: int
    now: Callable[[], datetime]

    def made(
        self,
        call: Call,
        operation: str,
        request: Mapping[str, Any],
        received: Any,
        today: date,
        supersedes: str | None = None,
    ) -> Made:
        """A new determination; `received` is the request as it came, for the record."""
        case = evaluate(request, today=today, registry=self.registry, reading=self.reading, account=call.seller)
        provisions, settled = settled_by(case)
        moment = self.now()
        record = {
            "id": new_id(moment),
            "account": call.account,
            "issuer": self.issuer,
            "software": __version__,
            "recorded_at": as_text(moment),
            "retain_until": retain_until(moment, self.years),
            "supersedes": supersedes,
            "request": received,
            "result": result_of(case),
            "provisions": provisions,
            "settled_by": settled,
        }
        encoded = canonical.encoded(record)
        row = {
            **{name: record[name] for name in ("id", "account", "recorded_at", "retain_until")},
            "idempotency_key": call.key,
            "fingerprint": call.fingerprint(operation),
            "reference": request.get("reference"),
            "vin": (request.get("vehicle") or {}).get("vin"),
            "verdict": case.verdict,
            "ruleset": record["result"]["regulation"]["ruleset"],
            "record": encoded.decode(),
            "certificate": certificates.sign(certificates.claims(record, encoded), self.keys),
        }
        return Made(row, record)
