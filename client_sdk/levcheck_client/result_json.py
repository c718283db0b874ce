"""The JSON of `POST /v1/checks` into a `Result`. Members this version does not know are ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from levcheck_client.decoding import Node
from levcheck_client.results import (
    Advisory,
    Answer,
    AnswerMember,
    Claim,
    Conflict,
    Document,
    Duty,
    FactState,
    Finding,
    Question,
    Range,
    Regulation,
    Remedy,
    Result,
    Status,
    Value,
    Verdict,
)

T = TypeVar("T")


def result_of(node: Node) -> Result:
    """The result. Raises `ProtocolError` naming the first required member that is missing or mistyped."""
    return Result(
        verdict=_verdict(node.get("verdict")),
        basis=node.get("basis").text_or_none(),
        assurance=node.get("assurance").text_or_none(),
        summary=node.get("summary").text(),
        findings=_each(node, "findings", _finding),
        questions=_each(node, "questions", _question),
        facts=_each(node, "facts", _fact),
        conflicts=_each(node, "conflicts", _conflict),
        duties=_each(node, "duties", _duty),
        documents=_each(node, "documents", _document),
        advisories=_each(node, "advisories", _advisory),
        remedies=_each(node, "remedies", _remedy),
        readings=_readings(node.get("readings")),
        regulation=_regulation(node.get("regulation")),
        request_id=node.request_id,
    )


def _each(node: Node, key: str, build: Callable[[Node], T]) -> tuple[T, ...]:
    return tuple(build(item) for item in node.get(key).items())


def _verdict(node: Node) -> Verdict:
    # A verdict this version does not know cannot be acted upon, so it is refused rather than passed on.
    return cast(Verdict, node.one_of("permitted", "prohibited", "undetermined"))


def _status(node: Node) -> Status:
    return cast(Status, node.one_of("holds", "fails", "unknown"))


def _finding(node: Node) -> Finding:
    return Finding(
        provision=node.get("provision").text(),
        text=node.get("text").text(),
        status=_status(node.get("status")),
        because=node.get("because").texts(),
    )


def _question(node: Node) -> Question:
    return Question(
        fact=node.get("fact").text(),
        ask=node.get("ask").text(),
        provisions=node.get("provisions").texts(),
        answer=_answer(node.get("answer")),
    )


def _answer(node: Node) -> Answer:
    return Answer(
        type=node.get("type").text(),
        choices=_choices(node),
        unit=node.optional_text("unit"),
        members=_each(node, "members", _answer_member) if node.has("members") else (),
    )


def _answer_member(node: Node) -> AnswerMember:
    return AnswerMember(name=node.get("name").text(), type=node.get("type").text(), choices=_choices(node))


def _choices(node: Node) -> tuple[Value, ...]:
    return tuple(item.any() for item in node.get("choices").items()) if node.has("choices") else ()


def _fact(node: Node) -> FactState:
    return FactState(
        fact=node.get("fact").text(),
        state=node.get("state").text(),
        values=tuple(item.any() for item in node.get("values").items()),
        ranges=_each(node, "ranges", _range),
        source=node.get("source").text(),
    )


def _range(node: Node) -> Range:
    return Range(min=node.get("min").number_or_none(), max=node.get("max").number_or_none())


def _conflict(node: Node) -> Conflict:
    return Conflict(fact=node.get("fact").text(), claims=_each(node, "claims", _claim), text=node.get("text").text())


def _claim(node: Node) -> Claim:
    return Claim(source=node.get("source").text(), value=node.get("value").any())


def _duty(node: Node) -> Duty:
    return Duty(
        provision=node.get("provision").text(),
        who=node.get("who").text(),
        text=node.get("text").text(),
        due=node.optional_text("due"),
    )


def _document(node: Node) -> Document:
    return Document(
        code=node.get("code").text(),
        text=node.get("text").text(),
        standing=node.get("standing").text(),
        provision=node.optional_text("provision"),
    )


def _advisory(node: Node) -> Advisory:
    return Advisory(
        code=node.get("code").text(),
        text=node.get("text").text(),
        severity=node.get("severity").text(),
        source=node.optional_text("source"),
        date=node.optional_text("date"),
    )


def _remedy(node: Node) -> Remedy:
    return Remedy(code=node.get("code").text(), text=node.get("text").text(), provision=node.optional_text("provision"))


def _readings(node: Node) -> dict[str, Verdict]:
    return {name: _verdict(node.get(name)) for name in node.members()}


def _regulation(node: Node) -> Regulation:
    return Regulation(
        chapter=node.get("chapter").text(),
        edition=node.get("edition").text_or_none(),
        reading=node.get("reading").text(),
        ruleset=node.get("ruleset").text(),
    )
