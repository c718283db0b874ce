"""Who is measured: how each is started, what it is sent for one transaction, and where its answer tells the verdict."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from engines import openfisca, zen
from engines.expression import PERMITTED, context, infix

HERE = Path(__file__).parent
NODE = HERE.parent / "node"
Facts = Mapping[str, Any]
RELOCATED = {"purchased_in": "NC", "registered_in": "NC", "resident_of": "NC", "became_virginia_resident": True}
GUNICORN, GRANIAN, NODE_HTTP = "gunicorn", "granian", "node"


@dataclass(frozen=True)
class Contender:
    """One row of the table. `application` is a factory of `apps`; `body` makes a request, `verdict` reads an answer."""

    label: str
    server: str
    application: str
    path: str
    body: Callable[[Facts], bytes]
    verdict: Callable[[Any], str]

    @property
    def served_by(self) -> tuple[str, str]:
        """What runs: rows with the same share one process."""
        return self.server, self.application


def command(server: str, application: str, port: int, decision: Path) -> list[str]:
    """How a server is started with one worker: gunicorn with four threads, granian as its own advice for WSGI has it."""
    if server == NODE_HTTP:
        return ["node", str(NODE / "zen_server.js"), str(port), str(decision)]
    if server == GRANIAN:
        told = ["--interface", "wsgi", "--blocking-threads", "1", "--runtime-mode", "st", "--workers", "1", "--factory"]
        told += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error", "--no-access-log"]
        return [sys.executable, "-m", "granian", *told, f"apps:{application}"]
    told = ["-b", f"127.0.0.1:{port}", "-w", "1", "-k", "gthread", "--threads", "4", "--keep-alive", "75"]
    return [sys.executable, "-m", "gunicorn", *told, "--log-level", "error", f"apps:{application}()"]


def stated(facts: Facts) -> bytes:
    """A transaction with every fact stated, as the contract has it."""
    members = context({path: _plain(value) for path, value in facts.items() if path != "relocation"})
    if facts["relocation"]:
        members["relocation"] = RELOCATED
    return json.dumps(members, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else float(value) if isinstance(value, Decimal) else value


def of_zen(facts: Facts) -> bytes:
    """The same for zen-engine, with the date as a number."""
    return json.dumps(context(facts), separators=(",", ":")).encode()


def of_openfisca(facts: Facts) -> bytes:
    """The same for OpenFisca, which is asked for one variable of one day."""
    situation = openfisca.situation(facts)
    situation["transactions"]["deal"]["prohibited"] = {openfisca.DAY: None}
    return json.dumps(situation, separators=(",", ":")).encode()


def _prohibited(answer: Any) -> str:
    prohibited = answer["transactions"]["deal"]["prohibited"][openfisca.DAY]
    return "prohibited" if prohibited else "permitted"


def _verdict(answer: Any) -> str:
    return str(answer["verdict"])


CHECKS, VERDICT = "/v1/checks", "/v1/checks?include=verdict"
BARE, BARE_FULL = "bare Flask, a verdict's bytes", "bare Flask, a full answer's bytes"
MARSHMALLOW, ZEN = "Flask with marshmallow alone", "zen-engine behind Node's HTTP server"
OURS, OURS_FULL, OURS_VIN = "levcheck, include=verdict", "levcheck, full answer", "levcheck, full answer, with a VIN"
FAST = " (granian)"
CONTENDERS = [
    Contender(BARE, GUNICORN, "bare_verdict", CHECKS, stated, _verdict),
    Contender(BARE_FULL, GUNICORN, "bare", CHECKS, stated, _verdict),
    Contender(MARSHMALLOW, GUNICORN, "marshmallow_alone", CHECKS, stated, _verdict),
    Contender("OpenFisca's own web server", GUNICORN, "openfisca", "/calculate", of_openfisca, _prohibited),
    Contender(OURS, GUNICORN, "levcheck", VERDICT, stated, _verdict),
    Contender(OURS_FULL, GUNICORN, "levcheck", CHECKS, stated, _verdict),
    Contender(OURS_VIN, GUNICORN, "levcheck", CHECKS, stated, _verdict),
    Contender(ZEN, NODE_HTTP, "", "/", of_zen, _verdict),
    Contender(BARE + FAST, GRANIAN, "bare_verdict", CHECKS, stated, _verdict),
    Contender(OURS + FAST, GRANIAN, "levcheck", VERDICT, stated, _verdict),
    Contender(OURS_FULL + FAST, GRANIAN, "levcheck", CHECKS, stated, _verdict),
]
STORED = {BARE, BARE_FULL, MARSHMALLOW, BARE + FAST}
"""Baselines, whose answers are stored and not worked out: they are not asked whether they agree."""


def base_of(contender: Contender) -> str:
    """The bare Flask that a row is compared with: it answers with as many bytes, under the same server if that is WSGI."""
    if contender.server == GRANIAN:
        return BARE + FAST
    return BARE_FULL if contender.label in (BARE_FULL, MARSHMALLOW, OURS_FULL, OURS_VIN) else BARE


def decision() -> dict[str, Any]:
    """The law as zen-engine's server reads it: one expression, compiled once."""
    graph = zen.decision_graph()
    law = next(node for node in graph["nodes"] if node["name"] == "law")
    expression = {"id": "verdict", "key": "verdict", "value": f'{infix(PERMITTED, zen.WORDS)} ? "permitted" : "prohibited"'}
    law |= {"type": "expressionNode", "content": {"expressions": [expression]}}
    return graph
