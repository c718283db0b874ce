"""What a check answers, and that answering its questions decides it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from api.asked import ABSENT, BLOCKS, NEVER_NULL, NO_DEFAULT, SALE, VIN, changed, check, fact, send, status
from api.validation import DOCUMENT
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FACTS = (
    "transaction.type", "transaction.contract", "transaction.transfer", "transaction.purpose", "transaction.date",
    "transaction.state", "vehicle.kind", "vehicle.vehicle_type", "vehicle.model_year", "vehicle.gvwr_lb", "vehicle.mileage",
    "vehicle.new_engine", "vehicle.off_highway_only", "vehicle.authorized_emergency_vehicle",
    "vehicle.military_tactical_vehicle", "vehicle.certification.california", "vehicle.certification.federal",
    "vehicle.certification.conforms", "seller.type", "buyer.type", "destination.state", "destination.country", "relocation",
)  # fmt: skip


class TestResult:
    def test_names_every_fact_once(self, client: FlaskClient) -> None:
        """Every result lists every fact of the vocabulary, in its order, each with its source."""
        for request in ({}, SALE, {"vehicle": {"vin": VIN}}):
            assert [entry["fact"] for entry in check(client, request)["facts"]] == list(FACTS)

    def test_stated_facts(self, client: FlaskClient) -> None:
        """What a caller states comes back with the source stated."""
        result = check(client, SALE)
        stated = {entry["fact"] for entry in result["facts"] if entry["source"] == "stated"}
        assert stated == {"transaction.type", "transaction.date", *NO_DEFAULT}

    @pytest.mark.parametrize(
        ("changes", "verdict", "basis", "holds"),
        [
            ({}, "prohibited", "no_exception", "30 A"),
            ({"destination.state": "NC"}, "permitted", "exempt", "30 B 5"),
            ({"destination.country": "CA", "destination.state": ABSENT}, "permitted", "exempt", "30 B 5"),
            ({"vehicle.mileage": 7500}, "permitted", "exempt", "30 B 1"),
            ({"buyer.type": "dealer"}, "permitted", "exempt", "30 B 2"),
            ({"transaction.purpose": "dismantling"}, "permitted", "exempt", "30 B 3"),
            ({"vehicle.certification.california": True}, "permitted", "certified", "30 A 1"),
            ({"vehicle.model_year": 2024}, "permitted", "not_covered", None),
            ({"transaction.date": "2024-03-12"}, "permitted", "not_covered", None),
            ({"transaction.state": "MD"}, "permitted", "not_covered", None),
            ({"reading": "federal_since_2025"}, "permitted", "not_covered", None),
            ({"destination.state": None}, "undetermined", None, None),
            ({"destination.state": None, "vehicle.certification.california": True}, "permitted", "certified", None),
        ],
    )
    def test_verdicts(
        self, client: FlaskClient, changes: dict[str, Any], verdict: str, basis: str | None, holds: str | None
    ) -> None:
        """The verdict and its basis come over the wire as the chapter has them, an undetermined one as an answer too."""
        result = check(client, changed(SALE, changes))
        assert (result["verdict"], result["basis"]) == (verdict, basis)
        assert holds is None or status(result, holds) == "holds"
        assert bool(result["questions"]) == (verdict == "undetermined")
        assert bool(result["remedies"]) == (verdict == "prohibited")

    @pytest.mark.parametrize("reading", ["as_written", "incorporated_years", "federal_since_2025"])
    def test_reading_is_named(self, client: FlaskClient, reading: str) -> None:
        """The reading that was asked for is used and named beside the verdict under every other one."""
        result = check(client, SALE | {"reading": reading})
        assert result["regulation"]["reading"] == reading
        assert result["readings"][reading] == result["verdict"]
        assert result["readings"] == check(client, SALE)["readings"]

    def test_findings_rest_on_facts(self, client: FlaskClient) -> None:
        """Each finding names the facts because of which it came out so, all of them facts of the result."""
        for request in ({}, SALE, changed(SALE, {"destination.state": "NC"})):
            for finding in check(client, request)["findings"]:
                assert finding["text"] and set(finding["because"]) <= set(FACTS)

    def test_same_request_same_bytes(self, client: FlaskClient) -> None:
        """The same request gets the same bytes, whatever the order of its members."""
        turned = {name: dict(reversed(block.items())) for name, block in reversed(SALE.items())}
        assert send(client, SALE).body == send(client, SALE).body == send(client, turned).body

    def test_question_offers_what_is_still_possible(self, client: FlaskClient) -> None:
        """A question offers only the answers that are still possible."""
        request = changed(SALE, {"vehicle.vehicle_type": ABSENT, "vehicle.gvwr_lb": 9_000})
        (question,) = check(client, request)["questions"]
        assert question["fact"] == "vehicle.vehicle_type" and question["answer"]["type"] == "string"
        assert "light_duty_truck" not in question["answer"]["choices"]
        assert "medium_duty_passenger_vehicle" in question["answer"]["choices"]

    def test_relocation_is_asked_as_an_object(self, client: FlaskClient) -> None:
        """The question of a relocation asks for its four members, each with its choices."""
        questions = {question["fact"]: question for question in check(client, SALE | {"relocation": None})["questions"]}
        members = {member["name"]: member for member in questions["relocation"]["answer"]["members"]}
        assert set(members) == set(DOCUMENT["components"]["schemas"]["Relocation"]["properties"])
        assert members["became_virginia_resident"]["choices"] == [True, False]


def _everything_unknown() -> dict[str, Any]:
    """A request in which every member is null that can be."""
    schemas = DOCUMENT["components"]["schemas"]
    paths = [f"{block}.{name}" for block, schema in BLOCKS.items() for name in schemas[schema]["properties"]]
    members = [path for path in paths if path not in (*NEVER_NULL, *BLOCKS)]
    return changed({}, dict.fromkeys(members))


def _answers(question: dict[str, Any], known_as: tuple[str, list[Any], list[Any], str]) -> st.SearchStrategy[Any]:
    """The answers that a question can be given: one of its choices, or a number that is still possible."""
    form = question["answer"]
    if form["type"] == "object":
        return st.fixed_dictionaries({member["name"]: st.sampled_from(member["choices"]) for member in form["members"]})
    if form["choices"]:
        return st.sampled_from(form["choices"])
    bounds = DOCUMENT["components"]["schemas"]["Vehicle"]["properties"][question["fact"].removeprefix("vehicle.")]
    ranges = known_as[2] or [{"min": bounds["minimum"], "max": bounds["maximum"]}]
    turning: list[Any] = [0, 1, 2024, 2025, 2026, 7499, 7500, 8500, 8501, 9999, 10_000, 14_000, 14_001]
    turning += [7499.5, 7500.5] if form["type"] == "number" else []
    edges = [n for n in turning if any(part["min"] <= n <= part["max"] for part in ranges)]
    edges += [end for part in ranges for end in part.values()]
    inside = st.one_of([st.integers(part["min"], part["max"]) for part in ranges])
    return st.one_of(st.sampled_from(edges), inside)


@pytest.mark.parametrize(
    "start", [{}, _everything_unknown(), {"vehicle": {"vin": VIN}}], ids=["nothing", "all unknown", "a VIN"]
)
@given(data=st.data())
@settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_answering_the_questions_decides(client: FlaskClient, start: dict[str, Any], data: st.DataObject) -> None:
    """Whoever answers what is asked, with any answer offered, is never refused nor asked twice, and gets a verdict."""
    request, asked = deepcopy(start), set()
    for _ in range(25):
        result = check(client, request)
        assert bool(result["questions"]) == (result["verdict"] == "undetermined")
        if result["verdict"] != "undetermined":
            break
        question = data.draw(st.sampled_from(result["questions"]))
        name = question["fact"]
        assert name not in asked
        asked.add(name)
        request = changed(request, {name: data.draw(_answers(question, fact(result, name)))})
    assert result["verdict"] in ("permitted", "prohibited")
    assert {fact(result, name)[3] for name in asked} <= {"stated", "derived", "vin"}
