"""The public face: names, imports, arguments."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import resources

import levcheck_client
import pytest
import requests
import responses
from levcheck_client import Client
from sdk.conftest import BASE

NEW_MODULES = """
import json, sys
import requests
before = set(sys.modules)
import levcheck_client
print(json.dumps(sorted(set(sys.modules) - before)))
"""
A_KEY = "lvk_aaaaaaaaaaaa_secret"
UNREACHABLE = """
from levcheck_client import Client, LevcheckError
try:
    Client("http://127.0.0.1:1", max_retries=1).check({})
except LevcheckError as error:
    print(type(error).__name__)
"""


def test_public_names() -> None:
    """The package offers these names and no others."""
    assert levcheck_client.__all__ == [
        "Advisory",
        "Answer",
        "AnswerMember",
        "Claim",
        "Client",
        "Conflict",
        "ConnectionFailed",
        "DeadlineExceeded",
        "Determination",
        "Document",
        "Duty",
        "FactState",
        "Finding",
        "Flushed",
        "HistoryEvent",
        "InvalidTransaction",
        "LevcheckError",
        "OfflineUnavailable",
        "OutboxUnavailable",
        "Problem",
        "ProblemError",
        "ProblemItem",
        "ProtocolError",
        "ProvisionalDetermination",
        "Question",
        "Queued",
        "Range",
        "Regulation",
        "Remedy",
        "Result",
        "Ruleset",
        "RulesetRefused",
        "TransactionRequest",
        "Verification",
        "__version__",
    ]
    assert all(hasattr(levcheck_client, name) for name in levcheck_client.__all__)


def test_imports_nothing_but_requests_and_the_standard_library() -> None:
    """Importing the client brings in nothing besides requests, what requests needs, and the standard library."""
    run = subprocess.run([sys.executable, "-c", NEW_MODULES], capture_output=True, text=True, check=True, timeout=60)
    roots = {name.partition(".")[0] for name in json.loads(run.stdout)}
    assert roots - sys.stdlib_module_names == {"levcheck_client"}


def test_is_typed() -> None:
    """The package tells type checkers that it is typed."""
    assert resources.files(levcheck_client).joinpath("py.typed").is_file()


@pytest.mark.parametrize(
    "base_url",
    [
        "http://levcheck.test\n",
        " http://levcheck.test",
        "http://levcheck.test:99999",
        "",
        "levcheck.test",
        "ftp://levcheck.test",
        "http://",
        "http://me:pw@levcheck.test",
        "http://a?b=c",
    ],
)
def test_base_url_must_be_an_address(base_url: str) -> None:
    """An address that cannot be the service's is refused when the client is made."""
    with pytest.raises(ValueError, match="base_url"):
        Client(base_url)


@pytest.mark.parametrize(
    "options",
    [{"timeout": 0}, {"timeout": (2, float("nan"))}, {"deadline": -1}, {"deadline": True}, {"max_retries": -1},
     {"max_retries": 1.5}],
)  # fmt: skip
def test_limits_must_be_usable(options: dict[str, object]) -> None:
    """A time limit or a number of retries that cannot be kept is refused when the client is made."""
    with pytest.raises(ValueError):
        Client(**options)  # type: ignore[arg-type]


def test_a_bad_key_is_refused_without_repeating_it() -> None:
    """A key that cannot stand in a header is refused, and the error does not show it."""
    for key in ("sk-secret\r\nX-Other: 1", "sk-secret\n", "", b"sk-secret"):
        with pytest.raises(ValueError) as caught:
            Client(api_key=key)  # type: ignore[arg-type]
        assert "sk-secret" not in str(caught.value)


def test_address_and_key_may_come_in_either_order(service: responses.RequestsMock, answer_text: str) -> None:
    """Address and key are told apart by what they are, by position and by name, and the key goes to the address."""
    made = (Client(BASE, A_KEY), Client(A_KEY, BASE), Client(base_url=BASE, api_key=A_KEY))
    for client in (*made, Client(base_url=A_KEY, api_key=BASE)):
        with client:
            service.post(f"{BASE}/v1/checks", body=answer_text, content_type="application/json")
            client.check({})
    assert {call.request.headers["Authorization"] for call in service.calls} == {f"Bearer {A_KEY}"}


def test_a_key_is_no_address() -> None:
    """A key in the place of the address is refused, and the error does not show it."""
    with pytest.raises(ValueError, match="base_url") as caught:
        Client(A_KEY)
    assert A_KEY not in str(caught.value)


def test_a_program_without_logging_hears_nothing() -> None:
    """Where nobody has set up logging, a line that is down writes nothing to standard error."""
    run = subprocess.run([sys.executable, "-c", UNREACHABLE], capture_output=True, text=True, check=True, timeout=60)
    assert (run.stdout, run.stderr) == ("ConnectionFailed\n", "")


def test_leaves_an_injected_session_open() -> None:
    """A session that was passed in is not closed with the client."""

    class Session(requests.Session):
        closed = False

        def close(self) -> None:
            self.closed = True

    session = Session()
    with Client(session=session):
        pass
    assert not session.closed
