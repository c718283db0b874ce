"""The Dockerfile and compose.yaml, read as data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parent.parent.parent


class Instruction(NamedTuple):
    """One instruction of a Dockerfile: its word, and what follows."""

    word: str
    rest: str

    @property
    def exec_form(self) -> list[str]:
        """The command of an instruction in exec form. Raises ValueError for the shell form."""
        command: list[str] = json.loads(self.rest[self.rest.index("[") :])
        return command


def stages() -> list[list[Instruction]]:
    """The instructions of the Dockerfile, stage by stage."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = re.sub(r"\\\n", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    found: list[list[Instruction]] = []
    for line in filter(str.strip, lines):
        word, rest = line.split(maxsplit=1)
        if word == "FROM":
            found.append([])
        found[-1].append(Instruction(word, rest.strip()))
    return found


def copied_from_here() -> list[tuple[str, str]]:
    """What the image copies from this folder: source and target."""
    copies = [one.rest.split() for stage in stages() for one in stage if one.word == "COPY"]
    return [(source, words[-1]) for words in copies if not words[0].startswith("--from") for source in words[:-1]]


def sent_to_the_build() -> list[str]:
    """What .dockerignore lets through."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def compose() -> dict[str, Any]:
    """compose.yaml, its anchors resolved."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return read
