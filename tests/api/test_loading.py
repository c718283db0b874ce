"""The readers made from the schemas take what the schemas take, to the same value, and refuse in their words."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import marshmallow as ma
import pytest
from api.hostile import BODIES
from hypothesis import given, settings
from hypothesis import strategies as st
from levcheck.api.json_in import decode
from levcheck.api.loading import Loader
from levcheck.api.problems import Problem
from levcheck.api.schemas.embeds import EmbedSchema
from levcheck.api.schemas.records import SupersedeSchema, VerifySchema, VoidSchema
from levcheck.api.schemas.request import CheckRequestSchema

SCHEMAS = (CheckRequestSchema, SupersedeSchema, VoidSchema, VerifySchema, EmbedSchema)
LOADERS = {schema: Loader(schema()) for schema in SCHEMAS}
QUICK = settings(max_examples=300, derandomize=True, deadline=None, database=None)
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, True, False, 0, 1, 2025, 10**40, [], {}, [1], {"a": 1}),
        *map(Decimal, ("2025", "2025.0", "2025.5", "12.40", "-0", "1e300")),
        *("", "VA", "va", "sale", "dealer", "mi", "x" * 65, "x" * 2001, "a\x00b", "\x7f"),
        *("2025-06-01", "2025-02-30", "2025-6-1", "٢٠٢٥-٠٦-٠١"),
        *("1FTEW3LP9SKE98169", "1ftew3lp9ske98169", "1FTEW3LP9SKE9816\n"),
    ]
)


def comes_to(load: Callable[[Any], Any], value: Any) -> tuple[str, Any]:
    """What is loaded, digit by digit, or what is said against it."""
    try:
        return "loaded", _typed(load(value))
    except ma.ValidationError as error:
        return "refused", error.normalized_messages()  # type: ignore[no-untyped-call]


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _typed(member) for name, member in value.items()}
    return type(value), str(value)


def _like(schema: ma.Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of a schema's members, right ones and odd ones, and now and then one that it does not have."""
    members: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in schema.load_fields.items():
        right = [st.none()] if field.allow_none else []
        if isinstance(field, ma.fields.Nested):
            members[name] = st.one_of(_like(field.schema), _like(field.schema), ODD)
            continue
        right += [st.sampled_from(v.choices) for v in field.validators if isinstance(v, ma.validate.OneOf)]
        right += [st.integers(v.min, v.max) for v in field.validators if isinstance(v, ma.validate.Range)]  # type: ignore[arg-type]
        members[name] = st.one_of(*right, *right, *right, ODD)
    return st.fixed_dictionaries({}, optional={**members, "colour": ODD})


@QUICK
@given(_like(CheckRequestSchema()))
def test_a_transaction_is_loaded_alike(value: dict[str, Any]) -> None:
    """Whatever a transaction holds, the reader takes it exactly when the schema does, to the same value and type."""
    assert comes_to(LOADERS[CheckRequestSchema].load, value) == comes_to(CheckRequestSchema().load, value)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_other_bodies_are_loaded_alike(schema: type[ma.Schema]) -> None:
    """The same holds for every other body that the contract has, and for what is no object at all."""

    @settings(QUICK, max_examples=100)
    @given(st.one_of(_like(schema()), ODD))
    def alike(value: Any) -> None:
        assert comes_to(LOADERS[schema].load, value) == comes_to(schema().load, value)

    alike()


def test_the_hostile_corpus_is_loaded_alike() -> None:
    """Every hostile body that is JSON at all is taken or refused as the schema does it."""
    compared = 0
    for body in BODIES:
        try:
            value = decode(body.raw)
        except Problem:
            continue
        compared += 1
        assert comes_to(LOADERS[CheckRequestSchema].load, value) == comes_to(CheckRequestSchema().load, value), body.name
    assert compared > 100


def test_ordinary_bodies_do_not_need_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that can be taken is taken without the schema's own loading, whose time is what the readers save."""
    body = json.dumps(
        {"vehicle": {"model_year": 2025, "mileage": 12.4, "certification": None}, "seller": {"type": "dealer"}}
    )
    loader = Loader(CheckRequestSchema())
    monkeypatch.setattr(loader, "schema", None)
    assert loader.load(decode(body.encode()))["vehicle"]["mileage"] == Decimal("12.4")


def test_a_schema_that_does_more_is_not_taken_on() -> None:
    """A schema with defaults, hooks or lenient members is refused when the service starts, not guessed at."""

    class Defaulted(ma.Schema):
        class Meta:
            unknown = ma.RAISE

        name = ma.fields.String(load_default="x")

    class Hooked(ma.Schema):
        @ma.pre_load
        def before(self, data: Any, **_kwargs: Any) -> Any:
            return data

    class Lenient(ma.Schema):
        class Meta:
            unknown = ma.EXCLUDE

    for schema in (Defaulted(), Hooked(), Lenient()):
        with pytest.raises(TypeError):
            Loader(schema)
