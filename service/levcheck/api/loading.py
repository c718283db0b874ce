"""A schema's `load` for what it takes, without the bookkeeping for what it does not: a tenth of the time.

Made from the schema itself, field by field; whatever it cannot take, and whatever it is in doubt about, the schema judges.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma

from .schemas.fields import WHOLE_JUDGES

Reader = Callable[..., Any]
"""From a value, its name and the object that it stands in, as marshmallow's fields are asked, to what is loaded."""
_HOOKS_KNOWN = "validates_schema"


class _Doubt(Exception):
    """The schema is to judge."""


class Loader:
    """Loads what a schema would load, to the same value. Raises marshmallow's ValidationError, as the schema does."""

    def __init__(self, schema: ma.Schema) -> None:
        self.schema = schema
        self._quick = _object(schema)

    def load(self, value: Any) -> Any:
        """The value as the schema loads it."""
        try:
            return self._quick(value)
        except (_Doubt, ma.ValidationError):
            return self.schema.load(value)


def _object(schema: ma.Schema) -> Reader:
    """A reader of one object. Raises TypeError for a schema that does what no reader here is made for."""
    hooks = {kind: found for kind, found in schema._hooks.items() if found}
    if schema.unknown != ma.RAISE or schema.many or schema.partial or set(hooks) - {_HOOKS_KNOWN}:
        raise TypeError(f"{type(schema).__name__} is more than its fields")
    members = {
        field.data_key or name: (name, field.allow_none, _member(field)) for name, field in schema.load_fields.items()
    }
    required = frozenset(name for name, field in schema.load_fields.items() if field.required)
    judges = [getattr(schema, name) for name, *_ in hooks.get(_HOOKS_KNOWN, ())]

    def read(value: Any, _name: str | None = None, _within: Any = None) -> Any:
        if type(value) is not dict:
            raise _Doubt
        loaded = {}
        for key, told in value.items():
            member = members.get(key)
            if member is None:
                raise _Doubt
            name, nullable, reader = member
            if told is not None:
                loaded[name] = reader(told, key, value)
            elif nullable:
                loaded[name] = None
            else:
                raise _Doubt
        if not required <= loaded.keys():
            raise _Doubt
        for judge in judges:
            judge(loaded, many=False, partial=None, unknown=ma.RAISE)
        return loaded

    return read


def _member(field: ma.fields.Field[Any]) -> Reader:
    """A reader of one member that is not null."""
    if field.load_default is not ma.missing or field.load_only or field.attribute:
        raise TypeError(f"the field {field.name!r} does more than read its member")
    if isinstance(field, ma.fields.Nested):
        return _object(field.schema)
    return field._deserialize if type(field) in WHOLE_JUDGES else field.deserialize
