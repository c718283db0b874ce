"""Records against a dictionary: every order of creating, retrying, voiding, superseding, rotating and restarting."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from levcheck.records import certificates
from levcheck.records.audit import audit
from levcheck.records.calls import AlreadyEnded, KeyReused, NoSuchDetermination, Outcome
from records.keeping import clock, create, everything, opened, sale, supersede, void

KEYS = st.sampled_from([f"key {n}" for n in range(6)])
STATES = st.sampled_from(["NC", "VA", "MD"])


class RecordsMachine(RuleBasedStateMachine):
    """What was made by which key, and what became of it, kept beside the records and compared with them."""

    fresh_url: Callable[[Path], str]
    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.data = Path(tempfile.mkdtemp(prefix="levcheck-machine-"))
        self.url = type(self).fresh_url(self.data)
        self.records = opened(self.url, self.data)
        self.by_key: dict[str, tuple[str, str]] = {}
        self.status: dict[str, str] = {}
        self.order: list[str] = []

    def _record(self, key: str, what: str, made: Callable[[], Outcome]) -> Any:
        """Make something by a key, or meet what the key made before."""
        before = self.by_key.get(key)
        if before and before[1] != what:
            try:
                made()
            except KeyReused:
                return multiple()
            raise AssertionError(f"{key} was used for {before[1]} and then took {what}")
        outcome = made()
        id = outcome.determination["id"]
        assert outcome.replayed == (before is not None)
        if before:
            assert id == before[0]
            return multiple()
        self.by_key[key] = (id, what)
        self.status[id] = "current"
        self.order.append(id)
        return id

    @rule(target=made, key=KEYS, state=STATES)
    def create(self, key: str, state: str) -> Any:
        """Create, retry, or send another body with a used key."""
        return self._record(key, f"create {state}", lambda: create(self.records, key, sale(destination={"state": state})))

    @rule(target=made, key=KEYS, id=made, state=STATES)
    def supersede(self, key: str, id: str, state: str) -> Any:
        """Supersede what is current; what has ended, or was superseded by this key before, stays as it is."""
        what = f"supersede {id} {state}"
        ended = self.status[id] != "current"
        try:
            made = self._record(key, what, lambda: supersede(self.records, key, id, sale(destination={"state": state})))
        except AlreadyEnded:
            assert ended and key not in self.by_key
            return multiple()
        if made in self.status:
            assert not ended
            self.status[id] = "superseded"
        return made

    @rule(key=KEYS, id=made)
    def void(self, key: str, id: str) -> None:
        """Void what is current, once a key."""
        before, what = self.by_key.get(key), f"void {id}"
        try:
            outcome = void(self.records, key, id)
        except KeyReused:
            assert before is not None and before[1] != what
        except AlreadyEnded:
            assert before is None and self.status[id] != "current"
        else:
            assert outcome.replayed == (before is not None)
            self.by_key[key] = (id, what)
            self.status[id] = "voided"

    @rule(id=made)
    def verify(self, id: str) -> None:
        """Every certificate verifies, whichever key signed it, and its standing is known."""
        determination = self.records.get("local", id)
        assert determination["status"] == self.status[id]
        assert certificates.verify(determination["certificate"], self.records.keys).claims["jti"] == id
        assert self.records.standing(id, determination["certificate"])[0] == self.status[id]

    @rule()
    def nobody_elses(self) -> None:
        """Another account sees nothing."""
        for id in self.order[:1]:
            try:
                self.records.get("another", id)
            except NoSuchDetermination:
                continue
            raise AssertionError("another account read a determination")

    @rule()
    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.records.keys.rotate(clock())

    @rule()
    def restart(self) -> None:
        """Close everything and open it again."""
        self.records.store.close()
        self.records = opened(self.url, self.data)

    @invariant()
    def lists_what_was_made(self) -> None:
        """The list holds what was made, once each, with the status of now."""
        listed = {item["id"]: item["status"] for item in everything(self.records)}
        assert listed == self.status

    def teardown(self) -> None:
        """Audit it all, and clear up."""
        assert audit(self.records.store, self.records.keys).faults == []
        self.records.store.close()
        shutil.rmtree(self.data)


def run_machine(fresh_url: Callable[[Path], str], runs: int, steps: int) -> None:
    """Run the machine; `fresh_url` gives the address of an empty database for a data folder."""
    machine = type("Machine", (RecordsMachine,), {"fresh_url": staticmethod(fresh_url)})
    chosen = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=chosen)
