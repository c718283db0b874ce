"""The compiled law as JSON: portable, content-addressed, and enough for an offline reader."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from law import portable_reader, transactions_page
from law.partial import NUMBER_CELLS, random_partial
from law.portable_reader import Reader
from levcheck.law import issues, notes, readings, vocabulary
from levcheck.law.current import HASH, LAW, portable
from levcheck.law.ruleset import Ruleset, content_hash
from levcheck.records.certificates import verify
from levcheck.records.keys import Keys

DOCS = Path(__file__).parent.parent.parent / "docs"
AS_JSON = json.loads(json.dumps(portable(LAW)))


def test_the_reader_is_short() -> None:
    """A reader of the compiled law fits in under 100 lines."""
    assert len(Path(portable_reader.__file__).read_text("utf-8").splitlines()) < 100


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@given(st.integers(0, 2**32), st.sampled_from(tuple(readings.BY_NAME)))
@settings(max_examples=500, deadline=None)
def test_the_reader_agrees(seed: int, reading: str) -> None:
    """From the JSON alone, a reader gives the service's verdict and questions on partial transactions."""
    partial = random_partial(random.Random(seed))
    known = {
        name: [[_plain(low), _plain(high)] for low, high in cells] if name in NUMBER_CELLS else list(cells)
        for name, cells in partial.cells.items()
    }
    masks, reader = LAW.masks(partial.possible), Reader(AS_JSON)
    assert reader.verdict(known, reading) == LAW.verdict(masks, reading)
    assert reader.questions(known, reading) == LAW.questions(masks, reading)


@given(st.integers(0, 2**32), st.sampled_from(tuple(readings.BY_NAME)))
@settings(max_examples=200, deadline=None)
def test_a_stored_law_judges_as_it_did(seed: int, reading: str) -> None:
    """A ruleset read back from its JSON gives the same verdict, basis, findings and questions."""
    again, possible = Ruleset.from_portable(AS_JSON), random_partial(random.Random(seed)).possible
    masks = LAW.masks(possible)
    verdict = LAW.verdict(masks, reading)
    assert again.masks(possible) == masks
    assert again.verdict(masks, reading) == verdict
    assert again.basis(masks, reading, verdict) == LAW.basis(masks, reading, verdict)
    assert again.findings(masks, reading) == LAW.findings(masks, reading)
    assert again.questions(masks, reading) == LAW.questions(masks, reading)


def test_the_hash_is_of_the_content() -> None:
    """The ruleset's hash is that of its JSON, and any change of the law changes it."""
    assert content_hash(AS_JSON) == HASH
    for member in AS_JSON:
        assert content_hash({**AS_JSON, member: "changed"}) != HASH


def test_the_latest_issue_is_this_law() -> None:
    """The last entry of the list of released rulesets is the law as it compiles now, and serials only rise."""
    assert issues.LATEST.ruleset == HASH, f"the law has changed: add an issue with the hash {HASH}"
    serials = [issue.serial for issue in issues.ISSUES]
    assert serials == sorted(set(serials))
    assert [issue.made for issue in issues.ISSUES] == sorted(issue.made for issue in issues.ISSUES)


def test_the_service_hands_it_out(client: FlaskClient) -> None:
    """GET /v1/ruleset gives the compiled law with its hash, serial number and time, signed by a key of the service."""
    body = client.get("/v1/ruleset").json
    signature = body.pop("signature")
    keys = Keys.given(json.dumps(client.get("/.well-known/jwks.json").json))
    assert body.pop("law") == AS_JSON
    assert content_hash(body.pop("vocabulary")) == body["vocabulary_hash"]
    assert verify(signature, keys, "levcheck-ruleset+jws").claims == body
    assert body["ruleset"] == HASH and body["serial"] == issues.LATEST.serial and body["made"] == issues.LATEST.made
    assert body["issued"] < body["expires"]


def test_defaults_travel_with_it() -> None:
    """The JSON carries every presumption of the contract, and the limits of each class of weight."""
    assert AS_JSON["defaults"] == {fact.name: value for fact, value in vocabulary.DEFAULTS.items()}
    assert AS_JSON["class_weights"]["light_duty_truck"] == [1, 8500]


def test_the_page_of_readings_is_current() -> None:
    """docs/readings.md is what `levcheck notes` prints."""
    assert (DOCS / "readings.md").read_text("utf-8") == notes.markdown()


def test_every_choice_is_on_the_page() -> None:
    """Every `# Reading:` comment of the law's code stands on the page, at a citation of the chapter."""
    folder = Path(notes.__file__).parent / "va_9vac5_95"
    written = sum(path.read_text("utf-8").count("# Reading: ") for path in folder.glob("*.py"))
    assert len(notes.notes()) == written >= 20


def test_the_page_of_transactions_is_current() -> None:
    """docs/transactions.md is made from the worked cases as they stand."""
    assert (DOCS / "transactions.md").read_text("utf-8") == transactions_page.page()
