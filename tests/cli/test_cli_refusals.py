"""How `levcheck check` reads numbers, and how it fails: with 64 and more and a message, never with a verdict's exit code."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import click
import pytest
from cli.running import is_error, levcheck
from cli.test_cli_check import OPTIONS, certified
from levcheck.cli.checks import Number


@pytest.mark.parametrize(
    ("written", "miles"), [("7,499", "7499"), ("12.50", "12.50"), ("1,234,567.5", "1234567.5"), ("0", "0")]
)
def test_how_mileage_is_written(written: str, miles: str) -> None:
    """A mileage may have its thousands parted by commas, and stays a decimal."""
    assert Number().convert(written, None, None) == Decimal(miles)


@pytest.mark.parametrize(
    "written", ["75,00", "12,5", "7,4999", "nan", "inf", "12 mi", "", "0x10", "true", '"1"', "[1]", "١٢"]
)
def test_what_is_no_mileage(written: str) -> None:
    """A comma that parts no thousands is not dropped in silence, and a word is no number."""
    with pytest.raises(click.BadParameter, match="is not a number"):
        Number().convert(written, None, None)


def test_a_mileage_with_a_comma() -> None:
    """On the command line 7,500 is seven thousand five hundred miles, and 75,00 is a mistake in usage."""
    assert levcheck("check", *OPTIONS, "--no-california", "--mileage", "7,500").returncode == 0
    is_error(levcheck("check", "--mileage", "75,00"), 64, "'75,00' is not a number")


def test_numbers_keep_their_digits() -> None:
    """A mileage one part in a billion under the limit is still new, from standard input as from an option."""
    just_below = Decimal("7499.999999999")
    request = certified(False)
    body = json.dumps(request).replace("12.5", str(just_below))
    assert levcheck("check", "-", stdin=body).returncode == 1
    assert levcheck("check", *OPTIONS, "--no-california", "--mileage", str(just_below)).returncode == 1
    assert levcheck("check", *OPTIONS, "--no-california", "--mileage", "7500").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ["Usage"]),
        (("check",), ["nothing to check", "--vin"]),
        (("check", "--frobnicate"), ["--frobnicate"]),
        (("check", "sale.json", "--mileage", "1"), ["not both"]),
        (("check", "--type", "gift"), ["gift", "sale"]),
        (("check", "--gvwr", "4850.5"), ["4850.5"]),
        (("check", "--model-year", "MY25"), ["MY25"]),
        (("frobnicate",), ["frobnicate"]),
        (("serve", "--port", "0"), ["--port"]),
        (("serve", "--port", "99999"), ["--port"]),
        (("registry", "import", "/nowhere/list.csv"), ["/nowhere/list.csv"]),
    ],
)
def test_usage_errors(arguments: tuple[str, ...], words: list[str]) -> None:
    """A command that is not understood ends with 64 and says what is wrong: never with a verdict's code."""
    is_error(levcheck(*arguments), 64, *words)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", ["not JSON", "line 1"]),
        ("", ["empty"]),
        ("[]", ["the body", "Not an object"]),
        ('{"vehicle": {"mileage": 1, "mileage": 9000}}', ["twice"]),
        ('{"vehicle": {"vin": "1FTEW3LP9SKE9816"}}', ["/vehicle/vin", "16 characters"]),
        ('{"vehicle": {"mileage": "12"}}', ["/vehicle/mileage", "Not a number"]),
        ('{"vehicle": {"certification": {"california": "no"}}}', ["/vehicle/certification/california", "true or false"]),
        ('{"transaction": {"type": "lease", "contract": "sale"}}', ["/transaction/contract"]),
        ('{"odometer": 12, "colour": "red"}', ["/odometer", "/colour"]),
    ],
)
def test_data_that_cannot_be_read(body: str, words: list[str]) -> None:
    """A request that cannot be read ends with 65, each member at fault named by its pointer."""
    is_error(levcheck("check", "-", stdin=body), 65, *words)


@pytest.mark.parametrize("option", [["--date", "2025-02-30"], ["--destination", "Ohio"]])
def test_options_that_cannot_be_read(option: list[str]) -> None:
    """An option's value that the contract does not take ends with 65 and names it."""
    is_error(levcheck("check", *option), 65, option[1].upper() if option[0] != "--date" else option[1])


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """A missing file and a folder end with 66 and their name."""
    is_error(levcheck("check", tmp_path / "missing.json"), 66, "missing.json", "cannot be read")
    is_error(levcheck("check", tmp_path), 66, str(tmp_path))


@pytest.mark.parametrize("damage", ["a file", "a strange table"])
def test_a_data_folder_that_cannot_be_used(damage: str, tmp_path: Path) -> None:
    """A data folder that cannot be read ends as an error of 64 or more, and never as if prohibited."""
    data = tmp_path / "data"
    if damage == "a file":
        data.write_text("not a folder")
    else:
        (data / "registry").mkdir(parents=True)
        (data / "registry" / "certifications.csv").write_text("some,other,columns\n1,2,3\n")
    done = levcheck("check", "--california", "--data", data)
    is_error(done, done.returncode, "Error")
    assert done.returncode >= 64
