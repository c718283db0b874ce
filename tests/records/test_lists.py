"""Lists among many rows: every combination of filters is answered from one piece of one index, on both stores."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

from levcheck.records.records import Records
from levcheck.records.times import as_text
from records import grown
from sqlalchemy import Connection, event

KEPT, MIDDLE, EARLY, PAGE = 20_000, 10_001, 100, 50
EXAMINED = 200
"""Rows that PostgreSQL may look at for a page: less than the busy account's, by far, and more than share a reference."""
STEPS = 6_000
"""SQLite's instructions for a page. About 50 go into each row that it shows, and 5 into one that it passes over."""

Query: TypeAlias = tuple[str | None, dict[str, str], str | None]
"""An account, filters, and the id before which the page begins."""
CHOICES: dict[str, list[Any]] = {
    "account": [None, grown.BUSY, grown.QUIET],
    "vin": [None, grown.vin_of(MIDDLE)],
    "reference": [None, grown.reference_of(MIDDLE), grown.REPEATED],
    "verdict": [None, "prohibited", "undetermined"],
    "period": [(None, None), (MIDDLE, MIDDLE + 100), (EARLY, None), (None, EARLY)],
    "before": [None, grown.id_of(MIDDLE + 50)],
}


def queries() -> Iterator[Query]:
    """Every combination."""
    for chosen in itertools.product(*CHOICES.values()):
        given = dict(zip(CHOICES, chosen, strict=True))
        account, before, bounds = given.pop("account"), given.pop("before"), given.pop("period")
        period = {name: as_text(grown.moment(at)) for name, at in zip(("from", "to"), bounds, strict=True) if at is not None}
        yield account, {name: value for name, value in given.items() if value} | period, before


class Plain:
    """The same lists by looking at one row after the other."""

    def __init__(self) -> None:
        self.rows = [dict(zip(grown.COLUMNS, row, strict=True)) for row in grown.rows(0, KEPT)][::-1]
        self.equal = cache(self._equal)

    def _equal(self, *values: tuple[str, str]) -> list[dict[str, Any]]:
        return [row for row in self.rows if all(row[name] == value for name, value in values)]

    def page(self, account: str | None, wanted: dict[str, str], before: str | None) -> list[str]:
        """The ids that a page holds."""
        given = {**wanted, **({"account": account} if account else {})}
        first, last = given.pop("from", ""), given.pop("to", "~")
        found = (row["id"] for row in self.equal(*given.items()) if first <= row["recorded_at"] < last)
        return list(itertools.islice((id for id in found if before is None or id < before), PAGE))


def steps_of(connection: Connection, statement: str, parameters: Any) -> int:
    """The instructions that SQLite runs for a statement, to a hundred."""
    driver: Any = connection.connection.driver_connection
    ran = itertools.count()
    driver.set_progress_handler(lambda: next(ran) and 0, 100)
    driver.execute(statement, parameters).fetchall()
    driver.set_progress_handler(None, 0)
    return next(ran) * 100


def rows_examined(connection: Connection, statement: str, parameters: Any) -> int:
    """The determinations that PostgreSQL reads for a statement."""
    driver: Any = connection.connection.driver_connection
    plan = driver.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).fetchone()[0][0]["Plan"]
    return _examined(plan)


def _examined(node: dict[str, Any]) -> int:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    own = (node["Actual Rows"] + removed) * node["Actual Loops"] if node.get("Relation Name") == "determinations" else 0
    return int(own) + sum(map(_examined, node.get("Plans", ())))


def test_a_page_reads_hardly_more_rows_than_it_shows(open_records: Callable[..., Records]) -> None:
    """Among 20,000 rows any filters together give the page that a plain search gives, and few other rows are looked at."""
    records = open_records()
    grown.add(records.store, 0, KEPT)
    plain, is_sqlite = Plain(), records.store.is_sqlite
    cost, most = (steps_of, STEPS) if is_sqlite else (rows_examined, EXAMINED)
    with records.store.write() as connection:
        if not is_sqlite:
            connection.exec_driver_sql("ANALYZE")  # as its own daemon does before long
    asked: list[tuple[str, Any]] = []
    event.listen(
        records.store.engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, given, *_: asked.append((statement, given)),
    )
    for account, wanted, before in queries():
        items, _ = records.page(account, wanted, before, PAGE)
        assert [item["id"] for item in items] == plain.page(account, wanted, before), (account, wanted, before)
        statement, given = asked[-1]
        with records.store.read() as connection:
            assert cost(connection, statement, given) <= most, (account, wanted, before)
