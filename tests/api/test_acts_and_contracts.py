"""What an act says of the contract that it is done under."""

from __future__ import annotations

import pytest
from api.asked import OPEN, SALE, changed, check, fact, known, refused
from flask.testing import FlaskClient

ACTS = ("delivery", "offer", "sale", "lease", "import", "acquisition", "receipt", "purchase", "rental")
CONTRACTS = ("sale", "lease", "rental", "none")
ONE_CONTRACT = {"sale": "sale", "purchase": "sale", "lease": "lease", "rental": "rental"}


class TestContract:
    @pytest.mark.parametrize("contract", CONTRACTS)
    @pytest.mark.parametrize("act", ACTS)
    def test_stated_contract(self, client: FlaskClient, act: str, contract: str) -> None:
        """A sale or purchase happens under a contract of sale, a lease of lease, a rental of rental; another is refused."""
        request = changed(SALE, {"transaction.type": act, "transaction.contract": contract})
        only = ONE_CONTRACT.get(act, contract)
        if contract == only:
            assert fact(check(client, request), "transaction.contract") == known(contract, "stated")
            return
        errors = refused(client, request).errors
        assert list(errors) == ["/transaction/contract"]
        assert errors["/transaction/contract"]["value"] == contract
        assert repr(only) in errors["/transaction/contract"]["remedy"]

    @pytest.mark.parametrize("act", ACTS)
    def test_contract_that_is_left_out(self, client: FlaskClient, act: str) -> None:
        """A contract that is left out follows from the act where only one can be, and is else presumed of sale."""
        result = check(client, changed(SALE, {"transaction.type": act}))
        expected = known(ONE_CONTRACT[act], "derived") if act in ONE_CONTRACT else known("sale", "default")
        assert fact(result, "transaction.contract") == expected

    @pytest.mark.parametrize("act", ACTS)
    def test_null_contract(self, client: FlaskClient, act: str) -> None:
        """A null contract is unknown, but where the act can happen under one only."""
        result = check(client, changed(SALE, {"transaction.type": act, "transaction.contract": None}))
        assert fact(result, "transaction.contract") == (known(ONE_CONTRACT[act], "derived") if act in ONE_CONTRACT else OPEN)

    @pytest.mark.parametrize("contract", CONTRACTS)
    def test_contract_without_an_act(self, client: FlaskClient, contract: str) -> None:
        """A contract without an act leaves the acts possible that happen under it."""
        request = changed(SALE, {"transaction.type": None, "transaction.contract": contract})
        state, values, _, source = fact(check(client, request), "transaction.type")
        assert (state, source) == ("narrowed", "derived")
        assert values == [act for act in ACTS if ONE_CONTRACT.get(act, contract) == contract]
