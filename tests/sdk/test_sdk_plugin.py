"""The plugins at the counter, against a real service: go, hold, ask; answer; complete."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import levcheck_client.adapters
import levcheck_client.plugin
import pytest
from levcheck_client import Client, Determination, LevcheckError, ProblemError, ProvisionalDetermination
from levcheck_client.adapters import AdapterError, adf, csv, opentrack, opentravel, star
from levcheck_client.plugin import DealerPlugin, Decision, InvalidAnswer, RentalPlugin
from sdk.cuttable import Line

FEDERAL = "This vehicle conforms to U.S. EPA regulations applicable to 2025 model-year new motor vehicles."
BOTH = "This vehicle conforms to U.S. EPA and California regulations applicable to 2025 model-year new motor vehicles."
CERTIFICATION, STATE = "vehicle.certification", "destination.state"
UNKNOWN: dict[str, object] = {CERTIFICATION: None, STATE: None}
CHECK_OUT = """<OTA_VehCheckOutRS><PickUpReturnDetails PickUpDateTime="2025-06-01T10:00:00">
<PickUpLocation LocationCode="IAD"/><ReturnLocation LocationCode="{to}"/></PickUpReturnDetails>
<Vehicle><VehMakeModel ModelYear="2025"/><VehIdentity VehicleID_Number="1FTEW3LP9SKE98169"/></Vehicle>
<OdometerReading UnitOfMeasureQuantity="2200" UnitOfMeasure="Miles"/><ContractID ID="{id}"/></OTA_VehCheckOutRS>"""
IDS = count()


def report(**changes: object) -> dict[str, object]:
    """A retail delivery report of its own: a new truck to a person."""
    return {
        "retail_delivery_report_id": f"RDR-{next(IDS)}",
        "purchase_type": "RETAIL",
        "party_type": "PERSON",
        "sale_date": "2025-06-01",
        "vehicle": {"vin": "1FTEW3LP9SKE98169", "model_year": 2025},
        "odometer_at_sale": {"value": "12", "uom": "MILES"},
        **changes,
    }


@pytest.fixture
def client(server: str) -> Iterator[Client]:  # type: ignore[override]
    """A client of the real service."""
    with Client(server) as made:
        yield made


@pytest.fixture
def plugin(client: Client) -> DealerPlugin:
    """A dealer's plugin for retail delivery reports."""
    return DealerPlugin(client, star.RetailDeliveryReport())


def facts(decision: Decision) -> list[str]:
    """What is asked."""
    return [question.fact for question in decision.questions]


def test_public_names() -> None:
    """The two packages offer these names and no others."""
    assert levcheck_client.plugin.__all__ == ["DealerPlugin", "Decision", "InvalidAnswer", "RentalPlugin"]
    assert levcheck_client.adapters.__all__ == [
        "Adapted", "Adapter", "AdapterError", "Contradiction", "Ignored", "Message", "Missing",
    ]  # fmt: skip


def test_go(plugin: DealerPlugin) -> None:
    """A certified truck goes once the label's sentence and the state of registration are known."""
    decision = plugin.before_delivery(report())
    assert (decision.action, facts(decision)) == ("ask", [CERTIFICATION, STATE])
    decision = plugin.answer(decision, {CERTIFICATION: BOTH, STATE: "VA"})
    assert (decision.action, decision.questions, decision.provisional) == ("go", (), False)
    assert decision.reason == decision.result.summary
    assert decision.result.verdict == "permitted"


def test_hold(plugin: DealerPlugin) -> None:
    """What is prohibited is held, with the summary and every remedy to show."""
    decision = plugin.answer(plugin.before_delivery(report()), {CERTIFICATION: FEDERAL, STATE: "VA"})
    assert decision.action == "hold"
    lines = decision.reason.splitlines()
    assert lines == [decision.result.summary, *(f"- {remedy.text}" for remedy in decision.result.remedies)]
    assert len(lines) > 2


def test_the_two_facts_are_always_asked(plugin: DealerPlugin) -> None:
    """A sale that is permitted whatever they are still asks for both, and goes when nobody knows either."""
    old = report(vehicle={"model_year": 2018})
    decision = plugin.before_delivery(old)
    assert decision.result.verdict == "permitted"
    assert (decision.action, facts(decision)) == ("ask", [CERTIFICATION, STATE])
    decision = plugin.answer(decision, {STATE: None})
    assert (decision.action, facts(decision)) == ("ask", [CERTIFICATION])
    assert plugin.answer(decision, {CERTIFICATION: None}).action == "go"


def test_a_field_for_them_takes_the_place_of_the_question(client: Client) -> None:
    """Facts that the adapter was given a field for are asked only where the deal leaves them open and they matter."""
    fields = {STATE: "registration", f"{CERTIFICATION}.label": "label"}
    plugin = DealerPlugin(client, star.RetailDeliveryReport(fields=fields))
    assert plugin.before_delivery(report(registration="VA", label=BOTH)).action == "go"
    assert plugin.before_delivery(report(vehicle={"model_year": 2018})).action == "go"
    assert facts(plugin.before_delivery(report())) == [CERTIFICATION, STATE]
    assert facts(plugin.before_delivery(report(registration="VA"))) == [CERTIFICATION]


def test_a_word_that_cannot_be_used_is_never_taken_for_silence(client: Client) -> None:
    """Where the deal's own word for a fact is none of the contract's, neither its default nor the plugin's stands in."""
    fields = {f"{CERTIFICATION}.california": "clean", f"{CERTIFICATION}.conforms": "conforms", "seller.type": "seller"}
    plugin = DealerPlugin(client, star.RetailDeliveryReport(fields={**fields, STATE: "registration"}))
    plain = report(registration="VA", clean="yes")
    assert plugin.before_delivery(plain).action == "go"
    unsure = plugin.before_delivery({**plain, "conforms": "unsure"})
    assert facts(unsure) == [f"{CERTIFICATION}.conforms"]
    assert plugin.answer(unsure, {f"{CERTIFICATION}.conforms": True}).action == "go"
    assert plugin.answer(unsure, {f"{CERTIFICATION}.conforms": None}).action == "hold"
    assert plugin.before_delivery({**plain, "seller": "BROKER"}).transaction["seller"] == {"type": None}


def test_what_nobody_knows_is_held(plugin: DealerPlugin) -> None:
    """Where the verdict turns on what nobody knows, the vehicle is held and the reason names what is needed."""
    decision = plugin.answer(plugin.before_delivery(report()), UNKNOWN)
    assert (decision.action, decision.questions) == ("hold", ())
    assert decision.result.verdict == "undetermined"
    assert all(question.ask in decision.reason for question in decision.result.questions)
    assert "Needed before the vehicle may go" in decision.reason


def test_questions_are_ready_for_a_form(client: Client) -> None:
    """Every question has its text, its type and what to choose from; the two facts come first."""
    message = "<Deal><DocumentNumber>7</DocumentNumber><VIN>1FTEW3LP9SKE98169</VIN></Deal>"
    decision = DealerPlugin(client, opentrack.OpenTrack()).before_delivery(message)
    asked = {question.fact: question.answer for question in decision.questions}
    assert list(asked)[:2] == [CERTIFICATION, STATE]
    assert "VA" in asked[STATE].choices
    assert [member.name for member in asked[CERTIFICATION].members] == [
        "label", "executive_order", "test_group", "california", "federal",
    ]  # fmt: skip
    assert (asked["vehicle.mileage"].type, asked["vehicle.mileage"].unit) == ("number", "mi")
    assert (asked["buyer.type"].type, "dealer" in asked["buyer.type"].choices) == ("string", True)
    assert "seller.type" not in asked
    assert all(question.ask.endswith((".", "?")) for question in decision.questions)


def test_answers_of_every_type(client: Client) -> None:
    """Numbers, words and blocks are taken as what they are, a mileage in the unit that was asked."""
    row = {"Deal": "9", "Km": "12", "Year": "2025", "Type": "sale"}
    columns = {"Deal": "reference", "Km": "vehicle.mileage", "Year": "vehicle.model_year", "Type": "transaction.type"}
    plugin = DealerPlugin(client, csv.Columns(columns, unit="km"))
    decision = plugin.before_delivery({**row, "Km": ""})
    decision = plugin.answer(decision, {"vehicle.mileage": 12.5, "vehicle.gvwr_lb": 4_850, "buyer.type": "individual"})
    vehicle = decision.transaction["vehicle"]
    assert (str(vehicle["mileage"]), vehicle["mileage_unit"], vehicle["gvwr_lb"]) == ("12.5", "mi", 4_850)
    assert facts(decision) == [CERTIFICATION, STATE, "vehicle.vehicle_type"]
    decision = plugin.answer(decision, {"vehicle.vehicle_type": "passenger_car", STATE: "VA", CERTIFICATION: False})
    assert decision.action == "hold"


@pytest.mark.parametrize(
    ("answer", "stated"),
    [
        (True, {"california": True}),
        (False, {"california": False}),
        (BOTH, {"label": BOTH}),
        (" A-006-2406-2 ", {"executive_order": "A-006-2406-2"}),
        ("A\u2011006\u20112406\u20112", {"executive_order": "A\u2011006\u20112406\u20112"}),
        ("SFMXT02.73JK", {"test_group": "SFMXT02.73JK"}),
        ({"california": False, "federal": True}, {"california": False, "federal": True}),
        ({"test_group": "SFMXT02.73JK", "label": None}, {"test_group": "SFMXT02.73JK", "label": None}),
        (None, {"california": None, "federal": None}),
        ("Yes", {"california": True}),
        ("no", {"california": False}),
    ],
)
def test_evidence_of_certification(plugin: DealerPlugin, answer: object, stated: dict[str, object]) -> None:
    """A sentence, an executive order, a test group, yes, no and "nobody knows" each become what they are."""
    decision = plugin.answer(plugin.before_delivery(report()), {CERTIFICATION: answer})
    assert decision.transaction["vehicle"]["certification"] == stated
    members = answer if isinstance(answer, dict) else {}
    for name, value in members.items():
        single = plugin.answer(plugin.before_delivery(report()), {f"{CERTIFICATION}.{name}": value})
        assert single.transaction["vehicle"]["certification"] == {name: value}


def test_evidence_that_does_not_settle_it_is_asked_again(plugin: DealerPlugin) -> None:
    """A sentence that says nothing of California leaves the question, until somebody knows or nobody does."""
    decision = plugin.answer(plugin.before_delivery(report()), {CERTIFICATION: "Catalyst.", STATE: "VA"})
    assert (decision.action, facts(decision)) == ("ask", [CERTIFICATION])
    assert plugin.answer(decision, {CERTIFICATION: True}).action == "go"
    assert plugin.answer(decision, {CERTIFICATION: None}).action == "hold"


@pytest.mark.parametrize(
    ("answers", "fact", "text"),
    [
        ({STATE: "XX"}, STATE, "one of its 62 choices"),
        ({STATE: 51}, STATE, "takes a text, not an int"),
        ({"buyer.type": "individual"}, "buyer.type", "was not asked"),
        ({"destination.county": "X"}, "destination.county", "was not asked"),
        ({f"{CERTIFICATION}.california": "yes"}, f"{CERTIFICATION}.california", "takes yes or no"),
        ({CERTIFICATION: {"carb": True}}, CERTIFICATION, "no member 'carb'"),
        ({CERTIFICATION: 1}, CERTIFICATION, "takes yes, no, or what the label says"),
        ({CERTIFICATION: {}}, CERTIFICATION, "is empty"),
        ({STATE: "VA", "destination.country": "ca"}, "destination.country", "is CA, which has no state VA"),
        ({CERTIFICATION: " "}, f"{CERTIFICATION}.label", "is empty"),
        ({CERTIFICATION: "\x00"}, f"{CERTIFICATION}.label", "one line"),
        ({CERTIFICATION: "x" * 2_001}, f"{CERTIFICATION}.label", "at most 2,000"),
        ({CERTIFICATION: True, f"{CERTIFICATION}.federal": True}, f"{CERTIFICATION}.federal", "answered twice"),
        ({"destination.country": "Ghana"}, "destination.country", "code of a country"),
        ({"vehicle.gvwr_lb": "4850"}, "vehicle.gvwr_lb", "takes a whole number, not a str"),
        ({"vehicle.gvwr_lb": True}, "vehicle.gvwr_lb", "takes a whole number, not a bool"),
        ({"vehicle.gvwr_lb": 0}, "vehicle.gvwr_lb", "from 1 to 1,000,000"),
        ({"vehicle.gvwr_lb": 10**5_000}, "vehicle.gvwr_lb", "too many digits"),
        ({"vehicle.mileage": -1}, "vehicle.mileage", "takes a number"),
        ({"vehicle.mileage": float("nan")}, "vehicle.mileage", "takes a number"),
        ([True], "answers", "are a mapping"),
    ],
)
def test_an_answer_that_does_not_fit(plugin: DealerPlugin, answers: Any, fact: str, text: str) -> None:
    """An answer of another type, out of range, or to what was not asked is refused, naming its question."""
    decision = plugin.before_delivery(report(vehicle={"model_year": 2025}, odometer_at_sale={}))
    with pytest.raises(InvalidAnswer, match=text) as caught:
        plugin.answer(decision, answers)
    assert caught.value.fact == fact
    assert isinstance(caught.value, LevcheckError)
    assert pickle.loads(pickle.dumps(caught.value)).fact == fact


def test_a_sale_abroad(plugin: DealerPlugin) -> None:
    """Registration abroad answers the question for the state, which is then left out."""
    decision = plugin.answer(plugin.before_delivery(report()), {"destination.country": "GH", CERTIFICATION: False})
    assert decision.transaction["destination"] == {"country": "GH"}
    assert decision.action == "go"


def test_a_date_that_cannot_be_read_is_asked(plugin: DealerPlugin) -> None:
    """A deal with a date of no known form is never recorded as of today: the clerk must give the date."""
    decision = plugin.answer(plugin.before_delivery(report(sale_date="06/01/2025")), {CERTIFICATION: True, STATE: "VA"})
    assert (decision.action, facts(decision)) == ("ask", ["transaction.date"])
    assert "sale_date takes a date such as 2025-06-01" in decision.reason
    for answer in (None, "06/01/2025", 20250601):
        with pytest.raises(InvalidAnswer, match=r"transaction\.date"):
            plugin.answer(decision, {"transaction.date": answer})
    decision = plugin.answer(decision, {"transaction.date": "2025-06-01"})
    assert (decision.action, decision.transaction["transaction"]["date"]) == ("go", "2025-06-01")
    undated = plugin.answer(plugin.before_delivery(report(sale_date=None)), {CERTIFICATION: True, STATE: "VA"})
    assert undated.action == "go"


def test_where_the_deal_contradicts_itself_it_says_so(plugin: DealerPlugin) -> None:
    """A year that is not the VIN's is told to the clerk and asked; the answer settles it."""
    vehicle = {"vin": "1FTEW3LP9SKE98169", "model_year": 2024}
    decision = plugin.before_delivery(report(vehicle=vehicle))
    assert "the message says 2024" in decision.reason
    assert "vehicle.model_year" in facts(decision)
    decision = plugin.answer(decision, {"vehicle.model_year": 2025, STATE: "VA", CERTIFICATION: True})
    assert decision.action == "go"


def test_a_block_is_answered_whole_or_by_its_members(client: Client) -> None:
    """The earlier purchase elsewhere is one question with members; what nobody knows of it is not asked again."""
    row = {"A": "import", "Y": "2025", "M": "3000", "C": "passenger_car", "W": "4000", "N": "none", "I": "individual"}
    columns = {
        "A": "transaction.type", "N": "transaction.contract", "Y": "vehicle.model_year", "M": "vehicle.mileage",
        "C": "vehicle.vehicle_type", "W": "vehicle.gvwr_lb", "I": "buyer.type", "S": STATE,
        "X": f"{CERTIFICATION}.california",
    }  # fmt: skip
    plugin = DealerPlugin(client, csv.Columns(columns))
    decision = plugin.before_delivery({**row, "S": "VA", "X": "no"})
    # Only a null block makes it a question: absent, the contract presumes that there was none.
    decision = plugin.answer(_reopened(plugin, decision), {})
    assert facts(decision) == ["relocation"]
    told = {"purchased_in": "NC", "registered_in": "NC", "resident_of": "NC", "became_virginia_resident": True}
    assert plugin.answer(decision, {"relocation": told}).action == "go"
    assert plugin.answer(decision, {f"relocation.{name}": value for name, value in told.items()}).action == "go"
    assert plugin.answer(decision, {"relocation": None}).action == "hold"
    assert plugin.answer(decision, {"relocation": {**told, "resident_of": None}}).action == "hold"
    assert facts(plugin.answer(decision, {"relocation.purchased_in": "NC"})) == ["relocation"]
    with pytest.raises(InvalidAnswer, match="takes its members"):
        plugin.answer(decision, {"relocation": "NC"})


def _reopened(plugin: DealerPlugin, decision: Decision) -> Decision:
    return plugin._decided(decision.adapted, {**decision.transaction, "relocation": None}, frozenset(), frozenset())


def test_complete_records_once(plugin: DealerPlugin, client: Client) -> None:
    """The deal's own id is the key: recording it again gives the determination that was made, elsewhere another."""
    deal = report()
    decision = plugin.answer(plugin.before_delivery(deal), {CERTIFICATION: BOTH, STATE: "VA"})
    made = plugin.complete(decision)
    again = plugin.complete(plugin.answer(plugin.before_delivery(deal), {CERTIFICATION: BOTH, STATE: "VA"}))
    assert isinstance(made, Determination)
    assert isinstance(again, Determination)
    assert (again.id, again.replayed, made.replayed) == (made.id, True, False)
    assert made.reference == deal["retail_delivery_report_id"]
    other = DealerPlugin(client, star.RetailDeliveryReport(), site="second rooftop").complete(decision)
    explicit = plugin.complete(decision, idempotency_key="a-key-of-my-own")
    assert len({each.id for each in (made, other, explicit) if isinstance(each, Determination)}) == 3


def test_a_changed_deal_is_not_recorded_under_the_same_id(plugin: DealerPlugin) -> None:
    """A deal that was recorded and has changed since is refused: it must supersede."""
    deal = report()
    asked = plugin.before_delivery(deal)
    plugin.complete(plugin.answer(asked, {CERTIFICATION: BOTH, STATE: "VA"}))
    with pytest.raises(ProblemError, match="used for another request") as caught:
        plugin.complete(plugin.answer(asked, {CERTIFICATION: BOTH, STATE: "NC"}))
    assert (caught.value.status, caught.value.code) == (422, "idempotency_key_reused")


def test_only_a_go_is_recorded(plugin: DealerPlugin, client: Client) -> None:
    """What is held or asked, a lead, and a deal without an id of its own are not recorded."""
    asked = plugin.before_delivery(report())
    held = plugin.answer(asked, UNKNOWN)
    for decision in (asked, held):
        with pytest.raises(ValueError, match="not recorded"):
            plugin.complete(decision)
    leads = DealerPlugin(client, adf.Lead())
    lead = "<adf><prospect><id>L-1</id><vehicle interest='buy'><year>2018</year></vehicle></prospect></adf>"
    with pytest.raises(ValueError, match="comes before a deal"):
        leads.complete(leads.answer(leads.before_delivery(lead), UNKNOWN))
    nameless = plugin.answer(
        plugin.before_delivery(report(retail_delivery_report_id=None)), {CERTIFICATION: True, STATE: "VA"}
    )
    with pytest.raises(ValueError, match="no id of its own"):
        plugin.complete(nameless)
    assert isinstance(plugin.complete(nameless, idempotency_key="kept-beside-the-deal"), Determination)


def test_a_message_that_cannot_be_read_is_refused(plugin: DealerPlugin) -> None:
    """An unreadable deal raises the adapter's error, and nothing is asked of the service."""
    with pytest.raises(AdapterError, match="not JSON"):
        plugin.before_delivery(b"<deal/>")


def test_a_check_out(client: Client) -> None:
    """A one-way trip out of Virginia is asked about the label, and goes if that says federal; one within it is held."""
    plugin = RentalPlugin(client, opentravel.CheckOut(), branches={"IAD": "VA", "RDU": "NC", "RIC": "VA"})
    away = plugin.before_check_out(CHECK_OUT.format(to="RDU", id="R-1"))
    assert (away.action, facts(away)) == ("ask", [CERTIFICATION])
    gone = plugin.answer(away, {CERTIFICATION: FEDERAL})
    assert gone.action == "go"
    made = plugin.complete(gone)
    assert isinstance(made, Determination)
    assert made.result.verdict == "permitted"
    half = plugin.answer(away, {CERTIFICATION: False})
    assert (half.action, facts(half)) == ("ask", [CERTIFICATION])
    assert "federal" in half.questions[0].ask
    within = plugin.before_check_out(CHECK_OUT.format(to="RIC", id="R-2"))
    assert plugin.answer(within, {CERTIFICATION: FEDERAL}).action == "hold"


def test_a_branch_that_the_table_does_not_name_is_asked(client: Client) -> None:
    """A return to an unknown branch is a question, and is never taken for Virginia."""
    plugin = RentalPlugin(client, opentravel.CheckOut(branches={"XXX": "NC"}), branches={"IAD": "VA"})
    decision = plugin.before_check_out(CHECK_OUT.format(to="XXX", id="R-3"))
    assert facts(decision) == [CERTIFICATION, STATE]
    assert plugin.answer(decision, {STATE: "NC", CERTIFICATION: FEDERAL}).action == "go"


def test_while_the_line_is_down(server: str, tmp_path: Path) -> None:
    """By the rules kept, the counter goes on provisionally, and what it records waits in the outbox."""
    line = Line(int(server.rpartition(":")[2]))
    kept: Any = {"ruleset_path": tmp_path / "ruleset", "outbox": tmp_path / "outbox.db"}
    with Client(line.url, offline="provisional", max_retries=0, **kept) as client:
        client.ruleset()
        line.cut()
        plugin = DealerPlugin(client, star.RetailDeliveryReport())
        decision = plugin.before_delivery(report())
        assert (decision.action, decision.provisional) == ("ask", True)
        # What the VIN would have told is a question now.
        assert "vehicle.vehicle_type" in facts(decision)
        held = plugin.answer(decision, dict.fromkeys(facts(decision)))
        assert held.action == "hold"
        assert held.reason.startswith("Undetermined under 9VAC5-95, by the rules kept here")
        decision = plugin.answer(decision, {CERTIFICATION: True, STATE: "VA"})
        assert (decision.action, decision.provisional) == ("go", True)
        queued = plugin.complete(decision)
        assert isinstance(queued, ProvisionalDetermination)
        line.mend()
        assert len(client.flush().sent) == 1
        made = plugin.complete(decision)
        assert isinstance(made, Determination)
        assert made.replayed
    line.close()


def test_threads_share_a_plugin(plugin: DealerPlugin) -> None:
    """Eight threads at one plugin each get the answer to their own deal."""

    def counter(number: int) -> tuple[str, str]:
        asked = plugin.before_delivery(report(retail_delivery_report_id=f"T-{number}"))
        decision = plugin.answer(asked, {CERTIFICATION: number % 2 == 0, STATE: "VA"})
        return decision.action, str(decision.transaction["reference"])

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(counter, range(24)))
    assert told == [("go" if number % 2 == 0 else "hold", f"T-{number}") for number in range(24)]


def test_a_decision_is_plain_data(plugin: DealerPlugin) -> None:
    """A decision can be kept between two pages, is not changed by an answer, and is neither true nor false."""
    decision = plugin.before_delivery(report())
    before = pickle.dumps(decision)
    kept: Decision = pickle.loads(before)
    assert plugin.answer(kept, {CERTIFICATION: True, STATE: "VA"}).action == "go"
    assert pickle.loads(before) == kept == decision
    with pytest.raises(TypeError, match="three values"):
        bool(decision)
