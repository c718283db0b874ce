"""What a member that is left out means, and one that is null."""

from __future__ import annotations

from typing import Any

import pytest
from api.asked import ABSENT, BLOCKS, NEVER_NULL, NO_DEFAULT, OPEN, SALE, changed, check, fact, known, refused
from api.validation import DOCUMENT
from flask.testing import FlaskClient

DEFAULTS = {
    "transaction.transfer": "ordinary",
    "transaction.purpose": "use",
    "transaction.state": "VA",
    "vehicle.kind": "vehicle",
    "vehicle.new_engine": False,
    "vehicle.off_highway_only": False,
    "vehicle.authorized_emergency_vehicle": False,
    "vehicle.military_tactical_vehicle": False,
    "vehicle.certification.conforms": True,
    "destination.country": "US",
}
"""What is presumed of a member that is left out, but for the contract, the date and the relocation."""


class TestAbsentAndNull:
    @pytest.mark.parametrize(("path", "value"), DEFAULTS.items())
    def test_absent_member_takes_its_default(self, client: FlaskClient, path: str, value: Any) -> None:
        """A member that is left out takes its default, which is named among the facts with the source default."""
        assert fact(check(client, SALE), path) == known(value, "default")

    @pytest.mark.parametrize(("path", "value"), DEFAULTS.items())
    def test_default_that_is_stated(self, client: FlaskClient, path: str, value: Any) -> None:
        """A default that is stated gives the same verdict and is a stated fact."""
        left_out, stated = check(client, SALE), check(client, changed(SALE, {path: value}))
        assert fact(stated, path) == known(value, "stated")
        assert (stated["verdict"], stated["findings"]) == (left_out["verdict"], left_out["findings"])

    @pytest.mark.parametrize("path", DEFAULTS)
    def test_null_is_unknown_never_the_default(self, client: FlaskClient, path: str) -> None:
        """Null is an explicit unknown, never the default."""
        assert fact(check(client, changed(SALE, {path: None})), path) == OPEN

    @pytest.mark.parametrize("path", NO_DEFAULT)
    def test_no_default_means_absent_is_unknown(self, client: FlaskClient, path: str) -> None:
        """A member without a default that is left out is unknown, just as when it is null."""
        absent, null = (check(client, changed(SALE, {path: value})) for value in (ABSENT, None))
        assert absent == null
        assert fact(absent, path)[3] in ("unknown", "derived") and fact(absent, path)[0] != "known"

    @pytest.mark.parametrize(("block", "schema"), BLOCKS.items())
    def test_null_block_is_every_member_unknown(self, client: FlaskClient, block: str, schema: str) -> None:
        """A null block says the same as the block with each of its members null."""
        members = DOCUMENT["components"]["schemas"][schema]["properties"]
        nulls = {name: None for name in members if f"{block}.{name}" not in NEVER_NULL}
        null, spelt_out = (check(client, changed(SALE, {block: value})) for value in (None, nulls))
        for result in (null, spelt_out):  # whose relocation it is, is asked of those only who sent the block
            result["advisories"] = [item for item in result["advisories"] if item["code"] != "whose_relocation"]
        assert null == spelt_out

    @pytest.mark.parametrize("block", [block for block in BLOCKS if block != "relocation"])
    def test_absent_block_is_an_empty_one(self, client: FlaskClient, block: str) -> None:
        """A block that is left out says the same as an empty one."""
        assert check(client, changed(SALE, {block: ABSENT})) == check(client, changed(SALE, {block: {}}))

    def test_relocation_that_is_left_out_is_none(self, client: FlaskClient) -> None:
        """No relocation block means that there was none; null, or an empty one, that it is not known."""
        assert fact(check(client, SALE), "relocation") == known(False, "default")
        for block in (None, {}, {"purchased_in": "NC"}):
            assert fact(check(client, SALE | {"relocation": block}), "relocation") == OPEN

    @pytest.mark.parametrize("path", NEVER_NULL)
    def test_never_null(self, client: FlaskClient, path: str) -> None:
        """The date, the mileage's unit and the reading are never null: the refusal says to leave them out."""
        error = refused(client, changed(SALE, {path: None})).errors["/" + path.replace(".", "/")]
        assert error["value"] is None and "Leave the member out" in error["remedy"]

    def test_date_that_is_left_out_is_today(self, client: FlaskClient) -> None:
        """A date that is left out is today's in Virginia, as is that of a null block."""
        for request in (changed(SALE, {"transaction.date": ABSENT}), SALE | {"transaction": None}, {}):
            assert fact(check(client, request), "transaction.date") == known("2025-06-01", "default")

    def test_nothing_known_is_an_answer(self, client: FlaskClient) -> None:
        """A request that says nothing is answered: undetermined, with what is to be asked."""
        result = check(client, {})
        assert (result["verdict"], result["basis"]) == ("undetermined", None)
        assert result["questions"]

    def test_reference_is_the_callers_own(self, client: FlaskClient) -> None:
        """The caller's reference, or its being null, changes nothing in the result."""
        assert (
            check(client, SALE | {"reference": "deal 48213"})
            == check(client, SALE | {"reference": None})
            == check(client, SALE)
        )
