"""The signed ruleset: fetched, verified, kept, and refused where it may not be used."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import responses
from levcheck_client import Client, ConnectionFailed, OfflineUnavailable, RulesetRefused
from sdk.rulesets import COMPILED, KIND, Kept, as_bytes, contents, document, fetch
from sdk.signing import CLAIMS, MISSING, STRANGER, jws

DAY = 86_400
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def kept(tmp_path: Path, time: Any) -> Kept:
    """A folder that clients share."""
    return Kept(tmp_path, time)


@pytest.fixture
def cut(service: responses.RequestsMock) -> Callable[[], None]:
    """Cut the line: nothing is registered any more, so every call fails to connect."""
    return service.reset


def test_it_is_fetched_and_kept(kept: Kept, service: responses.RequestsMock, cut: Any) -> None:
    """What was fetched is told, and another program with the same file answers by it while the line is down."""
    with kept.client() as client:
        told = fetch(service, client, document())
    assert (told.serial, told.reading, told.ruleset, told.account) == (7, "as_written", COMPILED["ruleset"], None)
    cut()
    with kept.client() as client:
        result = client.check({})
    assert (result.provisional, result.regulation.ruleset) == (True, COMPILED["ruleset"])


def test_without_a_file_it_is_kept_in_memory(service: responses.RequestsMock, time: Any, cut: Any) -> None:
    """A client without files answers by the ruleset that it fetched itself."""
    with Client("http://levcheck.test", offline="provisional", _timing=time.timing()) as client:
        fetch(service, client, document())
        cut()
        assert client.check({}).provisional


def _edge(content: dict[str, Any]) -> None:
    edges = content["law"]["nodes"][-1][1]
    edges[0] = 1 - edges[0] if edges[0] < 2 else 1


def _signed(body: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    return {**body, "law": content["law"], "vocabulary": content["vocabulary"]}


def _altered(change: Change) -> dict[str, Any]:
    """A signed ruleset whose content was changed after it was signed."""
    content = contents()
    change(content)
    return _signed(document(), content)


def _unreadable(change: Change) -> dict[str, Any]:
    """A ruleset of a form that this version does not know, rightly signed."""
    content = contents()
    change(content)
    return document(content)


FORGED = {
    "another key": document(signer=STRANGER),
    "an unknown key": document(header={**KIND, "kid": "k2"}, signer=STRANGER),
    "a key of its own": document(header={**KIND, "jwk": {"kty": "OKP"}}, signer=STRANGER),
    "no algorithm": document(header={**KIND, "alg": "none"}),
    "a certificate": document(header={**KIND, "typ": "levcheck-certificate+jws"}),
    "a certificate's claims": {**document(), "signature": jws(KIND, CLAIMS)},
    "no signature": {**document(), "signature": document()["signature"].rpartition(".")[0] + "."},
    "altered diagram": _altered(_edge),
    "altered default": _altered(lambda c: c["law"]["defaults"].update({"vehicle.kind": "engine"})),
    "altered question": _altered(lambda c: c["vocabulary"]["facts"][0].update(ask="Who pays?")),
    "altered law's words": _altered(lambda c: c["vocabulary"]["provisions"].update({"9VAC5-95-30 A": "All is permitted."})),
    "later expiry": {**document(), "expires": "2035-01-01T00:00:00Z"},
    "higher serial": {**document(), "serial": 8},
    "another reading": {**document(), "reading": "federal_since_2025"},
    "an unknown reading": document(reading="as_wished"),
    "a serial that is none": document(serial="7"),
    "a time that is none": document(issued="yesterday"),
    "a time without an offset": document(issued="2025-06-15T15:00:00"),
    "a loop": _unreadable(lambda c: c["law"]["nodes"][3][1].__setitem__(0, len(c["law"]["nodes"]) + 1)),
    "a node beyond": _unreadable(lambda c: c["law"]["nodes"][0][1].__setitem__(0, 10**6)),
    "a node before": _unreadable(lambda c: c["law"]["nodes"][0][1].__setitem__(0, -1)),
    "a root beyond": _unreadable(lambda c: c["law"]["roots"].update(exempt=10**6)),
    "a root missing": _unreadable(lambda c: c["law"]["roots"].pop("certified")),
    "a fact missing": _unreadable(lambda c: c["vocabulary"]["facts"].pop()),
    "a value without a class": _unreadable(lambda c: c["vocabulary"]["facts"][0]["values"].append("barter")),
    "words missing": _unreadable(lambda c: c["vocabulary"]["provisions"].popitem()),
    "no law": {name: value for name, value in document().items() if name != "law"},
    "no object": [document()],
    "no JSON": b"<html>Sign in to the hotel's network</html>",
}


@pytest.mark.parametrize("body", FORGED.values(), ids=FORGED)
def test_a_forged_one_is_refused(kept: Kept, service: responses.RequestsMock, body: object) -> None:
    """A ruleset that no kept key signed whole, or that cannot be read, is refused when fetched, and the old one stays."""
    with kept.client() as client:
        fetch(service, client, document())
        before = kept.ruleset.read_bytes()
        with pytest.raises(RulesetRefused):
            fetch(service, client, body)
    assert kept.ruleset.read_bytes() == before


@pytest.mark.parametrize("body", FORGED.values(), ids=FORGED)
def test_a_forged_file_answers_nothing(kept: Kept, service: responses.RequestsMock, cut: Any, body: object) -> None:
    """A file that was tampered with gives no answer: the error of the line is raised, and says why nothing was evaluated."""
    with kept.client() as client:
        fetch(service, client, document())
    kept.ruleset.write_bytes(body if isinstance(body, bytes) else as_bytes(body))
    cut()
    with kept.client() as client, pytest.raises(ConnectionFailed) as caught:
        client.check({})
    assert isinstance(caught.value.__cause__, RulesetRefused)


def test_any_altered_byte_is_found(kept: Kept, service: responses.RequestsMock, cut: Any) -> None:
    """A file with any one byte changed answers nothing, or says the very same."""
    with kept.client() as client:
        fetch(service, client, document())
    cut()
    good, rng = kept.ruleset.read_bytes(), random.Random(5)
    refused = 0
    for _ in range(300):
        at = rng.randrange(len(good))
        kept.ruleset.write_bytes(good[:at] + bytes([rng.randrange(256)]) + good[at + 1 :])
        try:
            same = json.loads(kept.ruleset.read_bytes()) == json.loads(good)
        except ValueError:
            same = False
        with kept.client(max_retries=0) as client:
            if same:
                assert client.check({}).provisional
                continue
            with pytest.raises(ConnectionFailed):
                client.check({})
        refused += 1
    assert refused > 250


@pytest.mark.parametrize("drawn_apart", [-DAY, 0, DAY])
def test_a_clock_may_be_a_day_off(
    kept: Kept, service: responses.RequestsMock, time: Any, cut: Any, drawn_apart: int
) -> None:
    """A machine whose clock is a day slow or fast takes a ruleset that was just signed, and answers by it."""
    time.elapsed += drawn_apart
    with kept.client() as client:
        fetch(service, client, document())
        cut()
        assert client.check({}).provisional


SIGNED_AT, EXPIRES_AT = -400, 30 * DAY - 400  # from the tests' present


@pytest.mark.parametrize(
    ("at", "usable"),
    [
        (EXPIRES_AT + DAY - 1, True),
        (EXPIRES_AT + DAY + 1, False),
        (SIGNED_AT - DAY + 1, True),
        (SIGNED_AT - DAY - 1, False),
    ],
)
def test_it_expires(kept: Kept, service: responses.RequestsMock, time: Any, cut: Any, at: int, usable: bool) -> None:
    """A ruleset is used from a day before it was signed to a day after it expires, by this machine's clock."""
    with kept.client() as client:
        fetch(service, client, document())
        cut()
        time.elapsed = at
        if usable:
            assert client.check({}).provisional
        else:
            with pytest.raises(ConnectionFailed) as caught:
                client.check({})
            assert isinstance(caught.value.__cause__, RulesetRefused)


NEWER = document(serial=8, made="2025-06-10T00:00:00Z", issued="2025-06-15T15:00:01Z")
OLDER = {
    "an earlier serial": document(),
    "an earlier time of making": document(serial=8),
    "an earlier signing": document(serial=8, made="2025-06-10T00:00:00Z", issued="2025-06-14T15:00:00Z"),
    "another law of the same serial": document(
        {**contents(), "law": {**COMPILED["law"], "edition": "2024-03-14"}}, serial=8, made="2025-06-10T00:00:00Z"
    ),
}


@pytest.mark.parametrize("body", OLDER.values(), ids=OLDER)
def test_a_rolled_back_one_is_refused(kept: Kept, service: responses.RequestsMock, cut: Any, body: object) -> None:
    """What is older than a ruleset accepted before is refused, fetched or put in the file's place, after a restart too."""
    with kept.client() as client:
        fetch(service, client, NEWER)
        with pytest.raises(RulesetRefused):
            fetch(service, client, body)
    kept.ruleset.write_bytes(as_bytes(body))
    with kept.client() as client:
        with pytest.raises(RulesetRefused):
            fetch(service, client, body)
        cut()
        with pytest.raises(ConnectionFailed) as caught:
            client.check({})
    assert isinstance(caught.value.__cause__, RulesetRefused)


def test_copies_signed_within_a_day_are_the_same(kept: Kept, service: responses.RequestsMock) -> None:
    """Two machines of a service whose clocks differ by some seconds hand out what is taken from both, in any order."""
    with kept.client() as client:
        fetch(service, client, document(issued="2025-06-15T15:00:10Z"))
        assert fetch(service, client, document()).serial == 7
        assert fetch(service, client, NEWER).serial == 8


def test_a_program_sees_what_another_accepted(kept: Kept, service: responses.RequestsMock) -> None:
    """A program that runs for long refuses what is older than another program of the same file has accepted since."""
    with kept.client() as first, kept.client() as second:
        fetch(service, first, document())
        fetch(service, second, NEWER)
        with pytest.raises(RulesetRefused):
            fetch(service, first, document())


def test_an_unreadable_mark_is_not_passed_over(kept: Kept, service: responses.RequestsMock) -> None:
    """Without the mark of what was accepted, nobody can tell what is older: it is refused, naming the file."""
    with kept.client() as client:
        fetch(service, client, document())
        mark = kept.ruleset.with_name("ruleset.json.newest")
        mark.write_bytes(b"")
        with pytest.raises(RulesetRefused, match=r"ruleset\.json\.newest"):
            fetch(service, client, NEWER)


def test_a_new_key_is_not_fetched_by_itself(kept: Kept, service: responses.RequestsMock) -> None:
    """Once keys are kept, a ruleset brings no others with it: only keys() renews them."""
    with kept.client() as client:
        fetch(service, client, document())
        service.calls.reset()
        with pytest.raises(RulesetRefused, match=r"keys\(\) fetches those of today"):
            fetch(service, client, document(header={**KIND, "kid": "k2"}))
    assert len(service.calls) == 1


def test_nothing_kept_is_nothing_answered(kept: Kept, cut: Any) -> None:
    """Without a ruleset the error of the line is raised, and says what is missing."""
    with kept.client() as client, pytest.raises(ConnectionFailed) as caught:
        client.check({})
    assert isinstance(caught.value.__cause__, OfflineUnavailable)
    assert "call ruleset()" in str(caught.value.__cause__)


def test_without_the_extra_nothing_is_kept(kept: Kept, service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `cryptography` the error names the extra to install, and no ruleset is kept."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    with kept.client() as client, pytest.raises(OfflineUnavailable, match=r"levcheck-client\[offline\]"):
        fetch(service, client, document())
    assert not kept.ruleset.exists()


def test_a_file_that_cannot_be_written(kept: Kept, service: responses.RequestsMock, tmp_path: Path) -> None:
    """A folder that is not there is told, and nothing is called kept."""
    nowhere = tmp_path / "nowhere" / "ruleset.json"
    with (
        kept.client(ruleset_path=nowhere, jwks_path=kept.keys) as client,
        pytest.raises(OfflineUnavailable, match="could not be written"),
    ):
        fetch(service, client, document())


def test_missing_claims_are_refused(kept: Kept, service: responses.RequestsMock) -> None:
    """A signature that leaves out any one claim covers nothing."""
    with kept.client() as client:
        for name in ("ruleset", "serial", "made", "vocabulary_hash", "reading", "account", "issued", "expires"):
            whole = document()
            claims = {each: whole[each] for each in whole if each not in ("law", "vocabulary", "signature", name)}
            assert whole[name] is not MISSING
            with pytest.raises(RulesetRefused):
                fetch(service, client, {**whole, "signature": jws(KIND, claims)})
