"""What the service answers, as frozen values. A fact's name is its path in the request: `vehicle.mileage`.

A whole number is an `int`, any other a `Decimal`, so that no digit is lost. Words that a newer service may
add to (sources, codes, bases) are plain strings; a verdict and a finding's status have three values for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NoReturn, TypeAlias

Verdict: TypeAlias = Literal["permitted", "prohibited", "undetermined"]
Status: TypeAlias = Literal["holds", "fails", "unknown"]
Number: TypeAlias = int | Decimal
# A fact's value is nearly always a scalar; only one that is a block in the request (relocation) may come as a mapping.
Value: TypeAlias = "str | int | Decimal | bool | list[Value] | dict[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one provision came to: its citation, the law's words, and the facts because of which."""

    provision: str
    text: str
    status: Status
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerMember:
    """One member of an answer that is a block: its name, its type, what to choose from."""

    name: str
    type: str
    choices: tuple[Value, ...] = field(default=(), hash=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The form of the answer to a question: its type, what to choose from, its unit (`lb`, `mi`), its members."""

    type: str
    choices: tuple[Value, ...] = field(default=(), hash=False)
    unit: str | None = None
    members: tuple[AnswerMember, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """An open fact that can change the verdict: its name, the question for a human, the provisions it bears on."""

    fact: str
    ask: str
    provisions: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `min` to `max`, both possible; `None` is an open end."""

    min: Number | None
    max: Number | None


@dataclass(frozen=True, slots=True)
class FactState:
    """What is known of one fact: `state` is `known`, `narrowed` or `open`; `source` says how it is known."""

    fact: str
    state: str
    values: tuple[Value, ...] = field(hash=False)
    ranges: tuple[Range, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says of a fact."""

    source: str
    value: Value = field(hash=False)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree about a fact, which is therefore open."""

    fact: str
    claims: tuple[Claim, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody owes under the chapter, and when it is due."""

    provision: str
    who: str
    text: str
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to keep: `standing` is `required` or `recommended`."""

    code: str
    text: str
    standing: str
    provision: str | None = None


@dataclass(frozen=True, slots=True)
class Advisory:
    """A note that changes no verdict: `severity` is `info` or `warning`; its source and date, if it has any."""

    code: str
    text: str
    severity: str
    source: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would make a prohibited transaction lawful."""

    code: str
    text: str
    provision: str | None = None


@dataclass(frozen=True, slots=True)
class Regulation:
    """The law that was applied: chapter, edition, reading, and the hash of the compiled law."""

    chapter: str
    edition: str | None
    reading: str
    ruleset: str


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The compiled law that provisional results are made by.

    `ruleset` is its hash, `serial` and `made` say which release it is; this copy was signed at `issued` and is used until
    `expires`. `reading` is the deployment's; `account` the kind of seller that asks, if it is one, as its key says.
    Times are RFC 3339 in UTC.
    """

    ruleset: str
    serial: int
    made: str
    reading: str
    account: str | None
    issued: str
    expires: str


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one transaction.

    `verdict` has three values, so a result has no truth of its own: `bool(result)` raises `TypeError`. Compare
    `result.verdict`, or use `permitted`, `prohibited`, `undetermined`. `questions` are exactly the open facts
    that can change the verdict; `readings` holds the verdict under each reading; `request_id` finds the call
    in the service's log. `provisional`: evaluated here by the kept ruleset while the service could not be reached, without
    what only the service knows (VIN, registry, label); its summary, advisories and the like are empty.
    """

    verdict: Verdict
    basis: str | None
    assurance: str | None
    summary: str
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    facts: tuple[FactState, ...]
    conflicts: tuple[Conflict, ...]
    duties: tuple[Duty, ...]
    documents: tuple[Document, ...]
    advisories: tuple[Advisory, ...]
    remedies: tuple[Remedy, ...]
    readings: Mapping[str, Verdict] = field(hash=False)
    regulation: Regulation
    request_id: str
    provisional: bool = False

    @property
    def permitted(self) -> bool:
        """Whether the verdict is `permitted`."""
        return self.verdict == "permitted"

    @property
    def prohibited(self) -> bool:
        """Whether the verdict is `prohibited`."""
        return self.verdict == "prohibited"

    @property
    def undetermined(self) -> bool:
        """Whether the verdict is `undetermined`: the answers to `questions` will settle it."""
        return self.verdict == "undetermined"

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a verdict has three values, so a result is neither true nor false: compare result.verdict with "
            "'permitted', 'prohibited' or 'undetermined', or use result.permitted"
        )
