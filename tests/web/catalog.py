"""The catalog of what pages say: gathered from the code, with the translations that it has. `make translations` runs this.

A message without a translation stands there with an empty one, and fails a test until somebody writes it.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from levcheck.web import told
from levcheck.web.language import CATALOGS, ENGLISH, LANGUAGES

WEB = CATALOGS.parent
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}
HEADERS = [
    ("Last-Translator", "levcheck"),
    ("Language-Team", "levcheck"),
    ("Report-Msgid-Bugs-To", "levcheck"),
    ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def path(code: str, kind: str = "po") -> Path:
    """Where the catalog of a language is: its text (`po`), or what the service reads (`mo`)."""
    return CATALOGS / code / "LC_MESSAGES" / f"messages.{kind}"


def read(code: str) -> Catalog:
    """The catalog as it is."""
    if not path(code).exists():
        return Catalog(locale=code)
    with path(code).open("rb") as file:
        return read_po(file, locale=code)


def gathered(code: str) -> Catalog:
    """Every message of the code, with the translations of the catalog as it is."""
    kept = read(code)
    times = {"creation_date": kept.creation_date, "revision_date": kept.revision_date}
    made = Catalog(code, project="levcheck", version="1", fuzzy=False, header_comment="#", **times)
    made.mime_headers = HEADERS
    for place, _, message, _, context in extract_from_dir(WEB, METHODS, OPTIONS, KEYWORDS):
        _add(made, kept, message, place, context)
    for message in sorted({*told.constants(), *told.PATTERNS}):
        _add(made, kept, message, "told.py", None)
    return made


def _add(made: Catalog, kept: Catalog, message: str | tuple[str, ...], place: str, context: str | None) -> None:
    one = message[0] if isinstance(message, tuple) else message
    before = kept.get(one, context) or kept.obsolete.get(one)
    made.add(message, before.string if before else None, [(place, 0)], context=context)


def text(catalog: Catalog) -> bytes:
    """A catalog as the content of its `po`."""
    content = io.BytesIO()
    write_po(content, catalog, width=120, include_lineno=False, sort_output=True)
    return content.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """A catalog as the content of its `mo`."""
    content = io.BytesIO()
    write_mo(content, catalog)
    return content.getvalue()


def main() -> None:
    """Write every catalog again."""
    for code in LANGUAGES:
        if code == ENGLISH:
            continue
        catalog = gathered(code)
        path(code).parent.mkdir(parents=True, exist_ok=True)
        path(code).write_bytes(text(catalog))
        path(code, "mo").write_bytes(compiled(catalog))
        missing = sum(not message.string or not all(message.string) for message in catalog if message.id)
        print(f"{code}: {len(catalog)} messages, {missing} of them without a translation")


if __name__ == "__main__":
    main()
