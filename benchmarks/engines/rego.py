"""OPA's Rego in Microsoft's `regopy`: the law as a policy, one rule for each alternative, as its authors write them.

The policy is built into a bundle once and its entry point asked. Making its input of the facts is not timed, nor is reading
the answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from regopy import Input, Interpreter

from . import hand_written
from .contender import TOTAL, Contender
from .expression import PERMITTED, Node, clauses, context, infix

ENTRY = "law/verdict"
HEAD = """
package law
import rego.v1
default verdict := "prohibited"
verdict := "permitted" if permitted
"""


def contenders(total: Sequence[Mapping[str, Any]]) -> list[Contender]:
    """The policy."""
    verdicts = [hand_written.verdict(facts) for facts in total]
    inputs = [Input(context(facts)) for facts in total]
    builder, interpreter = Interpreter(), Interpreter()
    builder.add_module("law", policy())
    bundle = builder.build(None, [ENTRY])

    def ask(given: Input) -> Any:
        interpreter.set_input(given)
        return interpreter.query_bundle_entrypoint(bundle, ENTRY)

    return [Contender(TOTAL, "Rego (regopy)", ask, inputs, total, verdicts, _verdict)]


def policy() -> str:
    """The law in Rego."""
    rules = [f"permitted if {{ {'; '.join(map(_test, clause))} }}" for clause in clauses(PERMITTED)]
    return HEAD + "\n".join(rules)


def _test(node: Node) -> str:
    return infix(node, {"not in": "not {0} in {1}"}, "input.")


def _verdict(output: Any) -> str:
    return str(json.loads(str(output))["expressions"][0])
