"""The signed ruleset: the compiled law as `GET /v1/ruleset` gives it, read only if a key of the service signed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from levcheck_client import signatures
from levcheck_client.decoding import parse
from levcheck_client.errors import RulesetRefused
from levcheck_client.law import Law
from levcheck_client.results import Ruleset

TYPE = "levcheck-ruleset+jws"
CLAIMS = ("ruleset", "serial", "made", "vocabulary_hash", "reading", "account", "issued", "expires")
REASONS: dict[signatures.Fault, str] = {
    "altered": "its signature does not hold",
    "not_one": "it is not signed as a ruleset",
    "unknown_key": "none of the keys kept here signed it; keys() fetches those of today",
}


class Usable(NamedTuple):
    """A ruleset that was verified, and the law read from it."""

    told: Ruleset
    law: Law


def verified(body: bytes, keys: Callable[[], Mapping[str, bytes]]) -> Usable:
    """What a key of the service signed, with the law that has the hash in its claims."""
    try:
        document: Any = parse(body)
        claims = signatures.read(str(document["signature"]), TYPE, keys)[1]
        if any(document[name] != claims[name] for name in CLAIMS):
            raise RulesetRefused("the ruleset is refused: it does not say what was signed")
        for content, signed in (("law", "ruleset"), ("vocabulary", "vocabulary_hash")):
            if _hash(document[content]) != claims[signed]:
                raise RulesetRefused(f"the ruleset is refused: its {content} is not what was signed")
        told = Ruleset(**{name: _typed(name, claims[name]) for name in CLAIMS if name != "vocabulary_hash"})
        moment(told.made), moment(told.issued), moment(told.expires)
        law = Law(document["law"], document["vocabulary"])
        if told.reading not in law.readings:
            raise RulesetRefused(f"the ruleset is refused: it has no reading {told.reading!r}")
        return Usable(told, law)
    except signatures.Refused as refusal:
        raise RulesetRefused(f"the ruleset is refused: {REASONS[refusal.fault]}") from None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise RulesetRefused("the ruleset is refused: it is not of a form that this version can read") from error


def _typed(name: str, claim: object) -> Any:
    wanted = int if name == "serial" else str
    if type(claim) is not wanted and not (name == "account" and claim is None):
        raise TypeError(f"{name} is not of its type")
    return claim


def _hash(content: object) -> str:
    """SHA-256 of compact JSON with sorted keys."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def moment(text: str) -> datetime:
    """A time as it is written in a ruleset."""
    told = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if told.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return told
