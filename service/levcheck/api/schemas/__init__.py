"""The contract's bodies as marshmallow schemas: the one definition, from which `openapi.yaml` is made."""
