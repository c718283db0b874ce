"""The case files of the adapters: messages of each format, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from levcheck_client.adapters import Adapter

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@dataclass(frozen=True)
class Case:
    """One message for one adapter."""

    id: str
    adapter: str
    options: dict[str, Any]
    message: str
    expect: dict[str, Any]

    def made(self) -> Adapter:
        """The adapter that the case asks for."""
        return adapter_of(self.adapter, self.options)


def adapter_of(name: str, options: dict[str, Any]) -> Adapter:
    """An adapter by the name of its module and class."""
    module, _, kind = name.partition(".")
    options = {key: tuple(value) if key == "empty" else value for key, value in options.items()}
    made: Adapter = getattr(import_module(f"levcheck_client.adapters.{module}"), kind)(**options)
    return made


def _cases(path: Path) -> list[Case]:
    file = yaml.safe_load(path.read_text(encoding="utf-8"))
    common = {"loss": file["loss"]}
    return [
        Case(f"{path.stem}: {case['id']}", file["adapter"], case.get("options", {}), case["message"], {**common, **case})
        for case in file["cases"]
    ]


CASES = [case for path in FILES for case in _cases(path)]
