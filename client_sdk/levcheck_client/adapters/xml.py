"""XML without what makes it dangerous: no document type, hence no entities and nothing fetched.

What `defusedxml` does, on the standard library's expat.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn
from xml.parsers import expat

from levcheck_client.adapters.adapted import AdapterError
from levcheck_client.adapters.tree import Element, Grower, limited

# An attribute's value and the next one's name without the space between them, as in OpenTravel's published samples.
RUN_TOGETHER = re.compile(rb"""(=[ \t\r\n]{0,9}(?:"[^"<]*"|'[^'<]*'))(?=[A-Za-z_])""")
MOST_MENDED = 1_000


def read(message: bytes | str | Mapping[str, object]) -> tuple[Element, bool]:
    """The message's root, and whether spaces had to be put between its attributes. Names come without their prefix.

    Raises `AdapterError`.
    """
    if isinstance(message, Mapping):
        raise AdapterError("the message is a mapping, not XML as bytes or text")
    content = _content(message)
    try:
        return _parsed(content, isinstance(message, str)), False
    except expat.ExpatError as error:
        spaced, count = RUN_TOGETHER.subn(rb"\1 ", content, MOST_MENDED)
        fault = error
    if count:
        try:
            return _parsed(spaced, isinstance(message, str)), True
        except expat.ExpatError as error:
            fault = error
    raise AdapterError(f"the message is not XML: {fault}")


def _content(message: bytes | str) -> bytes:
    limited(message)
    if isinstance(message, bytes):
        return message
    try:
        return message.encode("utf-8")
    except UnicodeEncodeError:
        raise AdapterError("the message holds half a character (a lone surrogate)") from None


def _parsed(content: bytes, decoded: bool) -> Element:
    """The root. A text that came decoded is UTF-8 here, whatever its first line says."""
    builder = Builder()
    parser = expat.ParserCreate("utf-8" if decoded else None)
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.UnparsedEntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(content, True)
    except (ValueError, LookupError) as error:
        # The encoding that its first line names.
        raise AdapterError(f"the message is not XML: {error}") from None
    if builder.root is None:
        raise AdapterError("the message is empty")
    return builder.root


def _refuse(*_: object) -> NoReturn:
    raise AdapterError("the message declares a document type or an entity, which is refused")


class Builder:
    """Grows the tree from what expat tells."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._grower = Grower()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        own = {_local(key): value for key, value in attributes.items()}
        element = self._grower.element(_local(name), len(self._open), own)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def data(self, text: str) -> None:
        self._texts[-1].append(text)

    def end(self, _: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())


def _local(name: str) -> str:
    return name.rpartition(":")[2]
