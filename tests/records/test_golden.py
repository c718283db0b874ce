"""The records of every release verify, and are judged the same, in every later one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from levcheck.check import as_judged, judged_again
from levcheck.law.ruleset import Ruleset, content_hash
from levcheck.records import canonical, certificates
from levcheck.records.keys import Keys

FOLDER = Path(__file__).parent / "golden"
RELEASES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
KEPT = [(release, kept) for release, golden in RELEASES.items() for kept in golden["determinations"]]
EACH = pytest.mark.parametrize(("release", "kept"), KEPT, ids=[f"{release}: {kept['name']}" for release, kept in KEPT])


def test_this_release_has_golden_records() -> None:
    """The first release's golden records are here, with every basis and every verdict among them."""
    told = [canonical.decoded(kept["record"])["result"] for _, kept in KEPT]
    assert {result["verdict"] for result in told} == {"permitted", "prohibited", "undetermined"}
    assert {result["basis"] for result in told} >= {"exempt", "certified", "not_covered", "either_way", "no_exception"}


@EACH
def test_its_signature_holds(release: str, kept: dict[str, Any]) -> None:
    """A golden record's certificate verifies with its release's keys, and says what the record says."""
    keys = Keys.given(json.dumps(RELEASES[release]["keys"]))
    claims = certificates.verify(kept["certificate"], keys).claims
    assert claims == certificates.claims(canonical.decoded(kept["record"]), kept["record"].encode())
    assert claims["record"] == canonical.digest(kept["record"].encode())


@EACH
def test_its_law_judges_it_the_same(release: str, kept: dict[str, Any]) -> None:
    """Under the law that it was made with, a golden record's facts come to the verdict, findings and questions recorded."""
    golden = RELEASES[release]
    assert content_hash(golden["law"]) == golden["ruleset"]
    result = canonical.decoded(kept["record"])["result"]
    assert judged_again(Ruleset.from_portable(golden["law"]), result) == as_judged(result)
