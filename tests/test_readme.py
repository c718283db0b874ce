"""The README is true: its commands give what it shows, its code is the project's, its folders exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", blocks("console"))
def test_commands_print_what_is_shown(block: str) -> None:
    """A command of the README prints the lines shown; `...` stands for any lines."""
    command, shown = block.removeprefix("$ ").split("\n", 1)
    program, *arguments = shlex.split(command)
    assert program == "levcheck"
    ran = subprocess.run([sys.executable, "-m", "levcheck", *arguments], capture_output=True, text=True, check=False)
    pattern = ".*".join(re.escape(part.strip("\n")) for part in re.split(r"^\.\.\.$", shown, flags=re.MULTILINE))
    assert re.match(pattern, ran.stdout, re.DOTALL), f"{ran.stdout}\n{ran.stderr}"


def test_the_program_prints_what_is_shown(server: str) -> None:
    """The README's program, run against a real service, prints the line that it shows."""
    (program,) = (block for block in blocks("python") if "levcheck_client" in block)
    shown = re.findall(r"print\(.*\)  # (.*)", program)
    code = program.replace("http://127.0.0.1:8095", server)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == shown


def test_the_provision_is_the_code() -> None:
    """The provision that the README shows stands so in the law's code."""
    (shown,) = (block for block in blocks("python") if "@provision" in block)
    assert shown in (ROOT / "service/levcheck/law/va_9vac5_95/section_30.py").read_text("utf-8")


def test_the_folders_exist() -> None:
    """Every folder and file of the README's tree exists."""
    (tree,) = blocks("text")
    base = ROOT
    for line in tree.splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        base = ROOT / name if depth == 0 else base
        parent = base if depth == 1 else base / "law" if depth == 2 else ROOT
        path = base if depth == 0 else parent / name
        assert path.exists(), f"{path} is in the README and not in the project"


def test_links_lead_somewhere() -> None:
    """Every file that the README links to exists."""
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_two_commands_are_named() -> None:
    """The README's first block holds the two commands that do all set-up."""
    assert re.findall(r"^make \w+", blocks("sh")[0], re.MULTILINE) == ["make run", "make test"]


def test_the_changelog_names_this_version() -> None:
    """The changelog has this version of the software and the latest ruleset's serial number."""
    from levcheck import __version__
    from levcheck.law.issues import LATEST

    assert f"**Software.** {__version__}" in README
    assert f"**Law.** Serial {LATEST.serial} " in README
