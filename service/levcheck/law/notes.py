"""The choices of interpretation: every `# Reading:` comment in the code of this law and of the evidence, with its place."""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from .logic.provisions import Paragraph
from .va_9vac5_95 import PARAGRAPHS, SECTIONS, chapter, editions

_MARK = "# Reading: "


@dataclass(frozen=True)
class Note:
    """One choice of interpretation: where it is made (a citation) and what it is."""

    citation: str
    text: str


@cache
def notes() -> tuple[Note, ...]:
    """Every choice, in print order."""
    order = {paragraph.citation: place for place, paragraph in reversed(list(enumerate(PARAGRAPHS)))}
    found = [note for module in (editions, *SECTIONS) for note in _of_module(module)]
    return tuple(sorted(found, key=lambda note: order.get(note.citation, -1)))


def notes_on(citation: str) -> list[str]:
    """The choices made at one citation."""
    return [note.text for note in notes() if note.citation == citation]


def _of_module(module: ModuleType) -> Iterator[Note]:
    source = inspect.getsource(module)
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for line, text in _comments(source):
        inside = next(f for f in functions if f.lineno <= line <= _last_line(f, functions, source))
        yield Note(_citation(module, inside.name), text)


def _last_line(function: ast.FunctionDef, functions: list[ast.FunctionDef], source: str) -> int:
    """Up to where a function's comments reach: a comment after its last statement is its own too."""
    later = [f.lineno - len(f.decorator_list) for f in functions if f.lineno > function.lineno]
    return min(later) - 1 if later else source.count("\n") + 1


def _comments(source: str) -> Iterator[tuple[int, str]]:
    """Each `# Reading:` comment with its first line; the comment lines that follow directly continue it."""
    current: list[str] = []
    start = last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        if token.string.startswith(_MARK):
            if current:
                yield start, " ".join(current)
            current, start, last = [token.string.removeprefix(_MARK)], line, line
        elif current and line == last + 1:
            current.append(token.string.removeprefix("# "))
            last = line
        elif current:
            yield start, " ".join(current)
            current = []
    if current:
        yield start, " ".join(current)


def _citation(module: ModuleType, name: str) -> str:
    item = getattr(module, name)
    if isinstance(item, Paragraph):
        return item.citation
    return {"covered": "9VAC5-95-30 A", "certified": "9VAC5-95-30 A"}.get(name, editions.CHAPTER)


def markdown() -> str:
    """The choices as a page for a lawyer: `docs/readings.md`."""
    lines = [
        "# Choices of interpretation",
        "",
        "Made from the `# Reading:` comments in `service/levcheck/law/va_9vac5_95/` by `levcheck notes`; a test keeps it",
        "current. Where the chapter's words leave room, this is how the code reads them. Not legal advice.",
        "",
    ]
    by_citation: dict[str, list[str]] = {}
    for note in notes():
        by_citation.setdefault(note.citation, []).append(note.text)
    for citation, texts in by_citation.items():
        lines += [f"## {citation}", ""]
        words = [p.text for p in chapter.by_citation(citation)]
        lines += [f"> {text}\n" for text in words]
        lines += [f"- {text[0].upper()}{text[1:]}" for text in texts]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"
