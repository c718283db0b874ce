"""What every page owes its readers, as checks on its HTML."""

from __future__ import annotations

import re
from itertools import pairwise

from flask.testing import FlaskClient
from printed.reading import Elements

VOID = {"meta", "link", "input", "br", "circle", "path", "img"}
HEAVIEST = 150_000
_ASSET = r"/assets/[a-z_.-]+\?v=[0-9a-f]{16}"


def needs_nothing_from_elsewhere(html: str) -> None:
    """It has no script, style or handler of its own, fetches the service's assets only, and links to the service only."""
    read = Elements(html)
    names = {name for _, attributes in read.elements for name in attributes}
    assert not {"style", "srcset", "ping"} & names
    assert not {name for name in names if name.startswith("on")}
    assert "style" not in read.tags
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
    assert all("src=" in attributes and not body for attributes, body in scripts)
    for tag, attributes in read.elements:
        for name in {"src", "href", "action", "formaction"} & attributes.keys():
            wanted = r"[/#](?!/).*" if tag in ("a", "form", "button") else _ASSET
            assert re.fullmatch(wanted, str(attributes[name])), (tag, attributes)


def is_well_made(html: str) -> None:
    """It names its language and title, has one main heading, skips no level, closes what it opens, and repeats no id."""
    read = Elements(html)
    assert re.search(r'<html lang="[a-z]{2}">', html)
    assert re.search(r"<title>\S.* \| levcheck</title>", html)
    levels = [int(tag[1]) for tag in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1 == levels[0]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for tag in set(read.tags) - VOID:
        assert html.count(f"</{tag}>") == read.tags.count(tag), tag
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def has_words_for_every_field(html: str) -> None:
    """Each field has a label or a name, and every id that the page refers to is on it."""
    read = Elements(html)
    ids = {attributes["id"] for _, attributes in read.elements if "id" in attributes}
    labelled = {attributes.get("for") for tag, attributes in read.elements if tag == "label"}
    inside = len(re.findall(r"<label[^>]*><input", html))
    for tag, attributes in read.elements:
        if tag in ("input", "textarea", "select") and attributes.get("type") not in ("hidden", "radio"):
            assert attributes.get("aria-label") or attributes.get("id") in labelled or inside, attributes
        for name in ("aria-labelledby", "aria-describedby", "for", "list"):
            assert set((attributes.get(name) or "").split()) <= ids, attributes


def weight(client: FlaskClient, html: str) -> int:
    """The bytes of a page and of all that it fetches."""
    return len(html.encode()) + sum(len(client.get(path).data) for path in set(re.findall(rf'"({_ASSET})"', html)))
