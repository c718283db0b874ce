"""The contract as the code generates it: what `openapi.yaml` must equal, byte for byte."""

from __future__ import annotations

import json

import yaml

from ..app import Settings, create_app


def as_yaml() -> str:
    """The OpenAPI 3.1 document as YAML."""
    (made,) = create_app(Settings(dev=True)).extensions["flask-smorest"]["apis"].values()
    document = json.loads(json.dumps(made["ext_obj"].spec.to_dict()))
    return yaml.safe_dump(document, sort_keys=True, allow_unicode=True, width=120)
