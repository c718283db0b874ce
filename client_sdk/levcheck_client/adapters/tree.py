"""A message as a tree of named elements, whatever it was written in, and paths into it.

vehicle/odometer/value               below the root, step by step
//VehIdentity/@VehicleID_Number      anywhere below it; an attribute
//OptionalField[OptionNumber=3]/Alpha    the one whose child says so
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from levcheck_client.adapters.adapted import AdapterError

MOST_BYTES, MOST_ELEMENTS, MOST_DEPTH = 5_000_000, 100_000, 64
STEP = re.compile(r"(?P<name>@?[^/@\[\]=]+)(?:\[(?P<child>[^/@\[\]=]+)=(?P<value>[^\[\]]*)\])?")


@dataclass(slots=True)
class Element:
    """A name, attributes, text, and what stands below."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def below(self) -> Iterator[Element]:
        """Every element below this one, in their order."""
        waiting = self.children[::-1]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(element.children[::-1])

    def first(self, name: str) -> Element | None:
        """This element or the first below it of a name."""
        if self.name == name:
            return self
        return next((element for element in self.below() if element.name == name), None)

    def child(self, name: str) -> str:
        """The text of the first child of a name."""
        return next((child.text for child in self.children if child.name == name), "")


class Step(NamedTuple):
    """One step of a path."""

    name: str
    child: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class Path:
    """A path into a message."""

    text: str
    anywhere: bool
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, text: str) -> Path:
        """Read a path. Raises `ValueError` for what is none."""
        anywhere = text.startswith("//")
        matches = [STEP.fullmatch(step) for step in text.removeprefix("//").split("/")]
        steps = tuple(Step(m["name"], m["child"], m["value"]) for m in matches if m is not None)
        if len(steps) != len(matches) or any(step.name.startswith("@") for step in steps[:-1]):
            raise ValueError(f"{text!r} is no path into a message; one looks like vehicle/odometer/value")
        return cls(text, anywhere, steps)

    def texts(self, root: Element) -> list[str]:
        """What stands at the path, in order, without what is empty."""
        found = list(root.below()) if self.anywhere else root.children
        if self.steps[0].name.startswith("@"):
            found = [root]
        for depth, step in enumerate(self.steps):
            if step.name.startswith("@"):
                texts = [element.attributes.get(step.name[1:], "") for element in found]
                return [text.strip() for text in texts if text.strip()]
            found = [element for element in found if _is(element, step)]
            if depth + 1 < len(self.steps) and not self.steps[depth + 1].name.startswith("@"):
                found = [child for element in found for child in element.children]
        return [element.text.strip() for element in found if element.text.strip()]


def _is(element: Element, step: Step) -> bool:
    return element.name == step.name and (step.child is None or element.child(step.child).strip() == step.value)


def limited(message: bytes | str) -> bytes | str:
    """The message, if it is not too large."""
    if len(message) > MOST_BYTES:
        raise AdapterError(f"the message is larger than {MOST_BYTES:,} bytes")
    return message


class Grower:
    """Makes elements, as many and as deep as a message may have."""

    def __init__(self) -> None:
        self._made = 0

    def element(self, name: str, depth: int, attributes: Mapping[str, str] | None = None) -> Element:
        """A new element. Raises `AdapterError` where the message goes too far."""
        self._made += 1
        if depth > MOST_DEPTH:
            raise AdapterError(f"the message is nested deeper than {MOST_DEPTH}")
        if self._made > MOST_ELEMENTS:
            raise AdapterError(f"the message has more than {MOST_ELEMENTS:,} elements")
        return Element(name, dict(attributes or {}))

    def of_mapping(self, name: str, value: Mapping[Any, object], depth: int = 0) -> Element:
        """A mapping as an element; a list in it stands as so many children of its name, null as none."""
        element = self.element(name, depth)
        for key, member in value.items():
            if not isinstance(key, str):
                raise AdapterError("the message has a member whose name is no string")
            self._grow(element, _whole(key), member, depth + 1)
        return element

    def _grow(self, parent: Element, name: str, value: object, depth: int) -> None:
        if value is None:
            return
        if isinstance(value, Mapping):
            parent.children.append(self.of_mapping(name, value, depth))
        elif isinstance(value, (list, tuple)):
            if depth > MOST_DEPTH:
                raise AdapterError(f"the message is nested deeper than {MOST_DEPTH}")
            for item in value:
                self._grow(parent, name, item, depth + 1)
        else:
            leaf = self.element(name, depth)
            leaf.text = _whole(_spelled(value))
            parent.children.append(leaf)


def _spelled(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float, Decimal)):
        return _digits(value)
    raise AdapterError(f"the message holds a {type(value).__name__}, which no message can")


def _digits(value: int | float | Decimal) -> str:
    try:
        if not math.isfinite(value):
            raise AdapterError("the message holds a number that is not finite")
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    except (OverflowError, ValueError):
        raise AdapterError("the message holds a number of too many digits") from None


def _whole(text: str) -> str:
    """A text that can be written down."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise AdapterError("the message holds half a character (a lone surrogate)") from None
    return text
