"""CEL in Google's own implementation, `cel-expr-python`: the one expression, compiled and type-checked once.

Each block of the request is a map to it, read from the dictionary as it is; one flat variable a fact is no faster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cel_expr_python import cel

from . import hand_written
from .contender import TOTAL, Contender
from .expression import PERMITTED, context, infix

WORDS = {"and": "&&", "or": "||", "not in": "!({0} in {1})"}


def contenders(total: Sequence[Mapping[str, Any]]) -> list[Contender]:
    """The expression, asked with dictionaries."""
    verdicts = [hand_written.verdict(facts) for facts in total]
    contexts = [context(facts) for facts in total]
    return [Contender(TOTAL, "cel-expr-python", asking(contexts[0]), contexts, total, verdicts, _verdict)]


def asking(example: Mapping[str, Any]) -> Callable[[dict[str, Any]], Any]:
    """Evaluates the expression over a context with the members of the example."""
    block = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
    types = {name: block if isinstance(value, dict) else cel.Type.BOOL for name, value in example.items()}
    expression = cel.NewEnv(variables=types).compile(f'{infix(PERMITTED, WORDS)} ? "permitted" : "prohibited"')
    return lambda members: expression.eval(data=members)


def _verdict(value: Any) -> str:
    return str(value.value())
