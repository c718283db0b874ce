"""A list of vehicles, judged row by row under one assumed sale, and what can be seen of all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..api import texts
from ..law import vocabulary as v
from .columns import MAKE, MODEL, passed_over, presumed, told_of
from .outcomes import CERTIFICATIONS, Evaluate, Outcome, Outcomes, decoded
from .rows import Row, Table

VERDICTS = ("permitted", "prohibited", "undetermined")
AT_A_TIME = 250
"""Rows that are judged before it is told how many are done."""
_EXAMPLES = 100
"""Rows from which an example of each column is taken."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be read: its line, the header of its column ("" for the row as a whole), and what is wrong.

    `detail` says what to write instead; for a row that is torn it is one of `rows.ROW_FAULTS`.
    """

    line: int
    column: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A vehicle of the list that was judged: what the list and the VIN say of it, and what it came to.

    `note` says why the VIN's facts were not used, if they were not.
    """

    line: int
    vin: str
    reference: str
    model: str
    mileage: str
    note: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Settling:
    """What one fact would settle of the vehicles still undetermined: those whatever its answer, and those by some answer."""

    fact: str
    surely: int
    perhaps: int


@dataclass
class Stock:
    """A table, what its columns are read as, and what is assumed of the sale of each vehicle (texts by path)."""

    table: Table
    paths: tuple[str, ...]
    assumed: Mapping[str, str]
    units: list[Unit] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)
    """The lines of the rows that have faults, which were not judged."""

    def judge(self, evaluate: Evaluate) -> Iterator[int]:
        """Judge every row, and tell from time to time how many are done."""
        assumed = {**self.assumed, **presumed(self.table.header, self.paths)}
        outcomes = Outcomes(evaluate)
        for number, row in enumerate(self.table.rows, 1):
            found = self._judged(row, assumed, outcomes)
            if isinstance(found, Unit):
                self.units.append(found)
            else:
                self.faults += found
                self.unread.add(row.line)
            if number % AT_A_TIME == 0:
                yield number

    def _judged(self, row: Row, assumed: Mapping[str, str], outcomes: Outcomes) -> Unit | list[Fault]:
        if row.fault:
            return [Fault(row.line, "", " ".join(row.cells), row.fault)]
        told = told_of(self.paths, row.cells)
        make, model, reference = (told.pop(path, "") for path in (MAKE, MODEL, texts.REFERENCE))
        vin = texts.scanned(told.get(texts.VIN, "").removeprefix(texts.UNKNOWN))
        vehicle = decoded(vin)
        try:
            outcome = outcomes.of({**assumed, **told}, vehicle)
        except texts.Unreadable as error:
            return [self._fault(row, path, detail) for path, detail in error.faults.items()]
        if vehicle is not None and not vehicle.problem:
            make, model = vehicle.make or make, vehicle.model or model
        note = vehicle.detail or "" if vehicle and vehicle.problem else ""
        return Unit(row.line, vin, reference, f"{make} {model}".strip(), told.get(v.mileage.name, ""), note, outcome)

    def _fault(self, row: Row, path: str, detail: str) -> Fault:
        if path not in self.paths:
            return Fault(row.line, "", "", detail)
        place = self.paths.index(path)
        return Fault(row.line, self.table.header[place], row.cells[place], detail)

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """The header of each column, what it is read as, and the first of its cells that is not empty."""
        cells = zip(*(row.cells for row in self.table.rows[:_EXAMPLES] if not row.fault), strict=True)
        examples = [next(filter(None, column), "") for column in cells] or [""] * len(self.paths)
        return list(zip(self.table.header, self.paths, examples, strict=True))

    @property
    def passed_over(self) -> list[tuple[str, str]]:
        """The columns that say otherwise than another that is read as the same: the header of each, and of the other."""
        return passed_over(self.table.header, self.paths, self.table.rows)

    @property
    def verdicts(self) -> dict[str, int]:
        """How many vehicles have each verdict."""
        counted = Counter(unit.outcome.verdict for unit in self.units)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    @property
    def certifications(self) -> dict[str, int]:
        """Of the vehicles that the chapter reaches, or may reach, how many are known to be certified, and not to be."""
        counted = Counter(unit.outcome.certification for unit in self.units if unit.outcome.basis != "not_covered")
        return {name: counted[name] for name in CERTIFICATIONS}

    @property
    def models(self) -> list[tuple[str, dict[str, int]]]:
        """The verdicts of each model line: those first that have the most vehicles not permitted."""
        lines: dict[str, Counter[str]] = {}
        for unit in self.units:
            lines.setdefault(unit.model, Counter())[unit.outcome.verdict] += 1
        ranked = sorted(lines.items(), key=lambda line: (line[1]["permitted"] - line[1].total(), -line[1].total(), line[0]))
        return [(name, {verdict: counted[verdict] for verdict in VERDICTS}) for name, counted in ranked]

    @property
    def longest(self) -> int:
        """The vehicles of the model line that has the most."""
        return max(Counter(unit.model for unit in self.units).values(), default=0)

    @property
    def settling(self) -> list[Settling]:
        """The facts on which any verdict turns, the one first that settles the most."""
        shares: dict[str, list[float]] = {}
        for unit in self.units:
            for fact, share in unit.outcome.shares.items():
                shares.setdefault(fact, []).append(share)
        found = [Settling(f, sum(s == 1 for s in told), sum(s > 0 for s in told)) for f, told in shares.items()]
        return sorted(found, key=lambda one: (-one.surely, -one.perhaps, one.fact))

    @property
    def unverified(self) -> int:
        """How many vehicles have a VIN whose facts could not be used."""
        return sum(bool(unit.note) for unit in self.units)
