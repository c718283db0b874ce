"""The query of a list: a piece of one index, read from its end, however many rows are kept.

The piece is asked for as a range of the index's own columns, and in their order, so that no other index gives that order.
As equalities and an order by id it would be the same rows, but PostgreSQL then chooses by what is usual, and walks back
through everybody's rows to find the few of an account that are not; SQLite, which knows nothing of its rows, guesses.
Only the rows of all accounts with one VIN or reference are put in order after they are found.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, tuple_

from .tables import determinations
from .telling import joined
from .times import first_id, last_id

FILTERS = ("vin", "reference", "verdict")
LEAST, BEYOND = "", "g"
"""Before every id, and after every id."""


def listed(account: str | None, wanted: Mapping[str, str], before: str | None) -> Select[Any]:
    """Determinations of an account, or of all (None), from the newest on: those with ids less than `before`, if given.

    `wanted` may hold `vin`, `reference`, `verdict`, and `from` and `to` as times (`to` excluded).
    """
    at = determinations.c
    given = {name: wanted[name] for name in FILTERS if name in wanted}
    rest, first, last = [], LEAST, before or BEYOND
    if "from" in wanted:  # an id is made of the time that its record tells
        first = first_id(datetime.fromisoformat(wanted["from"]))
        rest.append(at.recorded_at >= wanted["from"])
    if "to" in wanted:
        last = min(last, last_id(datetime.fromisoformat(wanted["to"])))
        rest.append(at.recorded_at < wanted["to"])
    named = next(iter(given), None)
    leading = {} if named is None else {named: given.pop(named)}
    rest += [func.coalesce(at[name], "") == value for name, value in given.items()]  # by no index of their own
    if account is not None:
        leading = {"account": account, **leading} if named == "verdict" else {**leading, "account": account}
    elif named in ("vin", "reference"):  # few, and put in order after they are found
        value, id = leading[named], func.coalesce(at.id, "")
        rest += [at[named] >= value, at[named] <= value, id >= first, id < last]
        return joined().where(*rest).order_by(at[named].desc(), at.id.desc())
    columns = (*(at[name] for name in leading), at.id)
    above = tuple_(*columns) >= tuple_(*map(literal, (*leading.values(), first)))
    below = tuple_(*columns) < tuple_(*map(literal, (*leading.values(), last)))
    return joined().where(above, below, *rest).order_by(*(column.desc() for column in columns))
