"""Every adapter against its case file."""

from __future__ import annotations

import copy
import inspect
from decimal import Decimal
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import levcheck_client.adapters
import pytest
from levcheck_client.adapters import Adapter, AdapterError
from sdk.adapters.cases import CASES, FILES, Case

ERRORS = [case for case in CASES if "error" in case.expect]
READ = [case for case in CASES if "error" not in case.expect]


def _ids(cases: list[Case]) -> list[str]:
    return [case.id for case in cases]


def test_every_adapter_has_a_case_file() -> None:
    """A module with an adapter in it has a file of cases under its name, and the other way round."""
    modules = [
        import_module(f"levcheck_client.adapters.{each.name}") for each in iter_modules(levcheck_client.adapters.__path__)
    ]
    formats = [
        module.__name__.rpartition(".")[2]
        for module in modules
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Adapter) and not inspect.isabstract(kind) and kind.__module__ == module.__name__
    ]
    assert sorted(formats) == [path.stem for path in FILES]


@pytest.mark.parametrize("case", READ, ids=_ids(READ))
def test_reads(case: Case) -> None:
    """A message comes to its transaction, and to what is missing, contradictory, not used and lost; text and bytes alike."""
    adapter = case.made()
    adapted = adapter.read(case.message)
    assert adapted.transaction == _with_unknown(case.expect)
    assert {missing.fact: missing.why for missing in adapted.missing} == case.expect["missing"]
    contradictions = {each.at: each.text for each in adapted.contradictions}
    expected = case.expect.get("contradictions", {})
    assert contradictions.keys() == expected.keys()
    assert all(words in contradictions[at] for at, words in expected.items())
    assert [each.at for each in adapted.ignored] == case.expect.get("ignored", [])
    assert list(adapted.loss) == list(adapter.loss) == case.expect["loss"]
    assert (adapted.reference, adapted.records) == (case.expect["reference"], case.expect.get("records", True))
    assert adapter.read(case.message.encode("utf-8")) == adapted


@pytest.mark.parametrize("case", ERRORS, ids=_ids(ERRORS))
def test_refuses(case: Case) -> None:
    """A message that cannot be read is refused with the reason."""
    with pytest.raises(AdapterError, match=case.expect["error"]):
        case.made().read(case.message)


def _with_unknown(expect: dict[str, Any]) -> object:
    """The transaction expected; what a message says of a fact and cannot be used is an explicit unknown in it."""
    whole = copy.deepcopy(_exact(expect["transaction"]))
    for fact, why in expect["missing"].items():
        if why == "not_usable" and fact != "transaction.date":
            *blocks, last = fact.split(".")
            at: Any = whole
            for block in blocks:
                at = at.setdefault(block, {})
            at[last] = None
    return whole


def _exact(value: object) -> object:
    """Decimals stand in a case file as what YAML makes of them."""
    if isinstance(value, dict):
        return {key: _exact(each) for key, each in value.items()}
    return Decimal(str(value)) if isinstance(value, float) else value
