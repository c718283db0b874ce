"""Fields that take exactly what JSON says: a boolean is true or false, a number is a number, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow as ma

from ..paging import moment

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def needed(remedy: str) -> dict[str, Any]:
    """A member that must be there: what is said where it is missing, null or of another kind, each with the remedy."""
    wrong = {"required": "Missing", "null": "Null is not taken here", "invalid": "Not a string"}
    return {"required": True, "error_messages": {name: f"{what} | {remedy}" for name, what in wrong.items()}}


def _remedy(message: str) -> str:
    return message.partition(" | ")[2]


class Truth(ma.fields.Boolean):
    """true or false; not "no", not 1."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ma.ValidationError("Not true or false | Send true, false, or null for unknown.")
        return value


class Whole(ma.fields.Integer):
    """A whole number between two bounds, both included."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=ma.validate.Range(least, most), **kwargs)
        self.bounds = (least, most)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
            raise ma.ValidationError("Not a whole number | Send a JSON number without a fraction, or null for unknown.")
        _refuse_beyond(value, *self.bounds)
        return int(value)


class Number(ma.fields.Decimal):
    """A decimal number between two bounds, both included, kept digit by digit."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Range(least, most), **kwargs)
        self.bounds = (least, most)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value  # the documentation's bounds pass here: numbers, where marshmallow would write strings

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ma.ValidationError("Not a number | Send a JSON number, or null for unknown.")
        _refuse_beyond(value, *self.bounds)
        return value


def _refuse_beyond(value: int | Decimal, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ma.ValidationError(f"Beyond what this member takes | Send a number from {least:,} to {most:,}.")


class Day(ma.fields.Date):
    """A calendar date, YYYY-MM-DD."""

    first, last = date(1900, 1, 1), date(2199, 12, 31)
    pattern = "^(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        remedy = "Send a calendar date as YYYY-MM-DD, or leave the member out for today's in Virginia."
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ma.ValidationError(f"Not a date | {remedy}")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ma.ValidationError(f"No such day in the calendar | {remedy}") from None
        if not self.first <= day <= self.last:
            raise ma.ValidationError(f"Beyond what this member takes | Send a date from {self.first} to {self.last}.")
        return day


class Line(ma.fields.String):
    """A string of at most `longest` characters without control characters; one that is required says something."""

    pattern = re.compile(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
    telling = re.compile(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\x00-\x20\x7f\s][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")

    def __init__(self, longest: int, **kwargs: Any) -> None:
        told = self.telling if kwargs.get("required") else self.pattern
        super().__init__(validate=[ma.validate.Length(max=longest), ma.validate.Regexp(told)], **kwargs)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ma.ValidationError(f"Not a string | Send a string of at most {self.longest:,} characters.")
        if len(value) > self.longest:
            raise ma.ValidationError(f"Longer than {self.longest:,} characters | Cut it to {self.longest:,} characters.")
        if not self.pattern.fullmatch(value):
            raise ma.ValidationError("It holds a control character | Leave control characters out.")
        if self.required and not self.telling.fullmatch(value):
            raise ma.ValidationError(f"Blank | {_remedy(str(self.error_messages['required']))}")
        return value


class Word(ma.fields.String):
    """One of a few words, spelt exactly so."""

    def __init__(self, words: tuple[Any, ...], **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.OneOf(words), **kwargs)
        self.words = frozenset(words)
        shown = ", ".join(words) if len(words) <= 12 else "the code in capitals, such as VA or NC"
        if len(words) > 100:
            shown = "the ISO 3166 code of two capitals, such as US or CA"
        self.remedy = f"Send one of: {shown}." if len(words) <= 12 else f"Send {shown}."

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise ma.ValidationError(f"Not one of the words that this member takes | {self.remedy}")
        return value


class Vin(ma.fields.String):
    """17 letters and digits; case does not matter. Whether they make a VIN is the evidence's to say."""

    pattern = re.compile(r"^[A-Za-z0-9]{17}$")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=[ma.validate.Length(equal=17), ma.validate.Regexp(self.pattern)], **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9]{17}", value):
            length = f" (it has {len(value):,} characters)" if isinstance(value, str) and len(value) != 17 else ""
            unknown = ", or null if unknown" if self.allow_none else ""
            remedy = f"Send the 17 letters and digits of the vehicle identification number, without spaces{unknown}."
            raise ma.ValidationError(f"Not 17 letters and digits{length} | {remedy}")
        return value.upper()


class Moment(ma.fields.String):
    """A date, or a time with its offset, as a query says it."""

    pattern = re.compile(
        r"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9]))?$"
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Regexp(self.pattern), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        remedy = "Send a date, YYYY-MM-DD, or a time with its offset, such as 2026-01-31T12:00:00Z."
        text = str(value).replace(" ", "+")  # a query's + arrives as a space
        if not self.pattern.match(text) or text.endswith("\n"):
            raise ma.ValidationError(f"Neither a date nor a time with its offset | {remedy}")
        try:
            moment(text)
        except ValueError:
            raise ma.ValidationError(f"No such day in the calendar | {remedy}") from None
        return text


class Cursor(ma.fields.String):
    """Where a page begins: 16 bytes in base64url."""

    pattern = re.compile(r"^[A-Za-z0-9_-]{21}[AQgw]$")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Regexp(self.pattern), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]{21}[AQgw]", value):
            raise ma.ValidationError("Not a cursor of this service | Send `next` of the page before, unchanged.")
        return value


class PageSize(ma.fields.Integer):
    """How many items a page holds, as a query says it: 1 to `most`."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Range(1, most), **kwargs)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,6}", value) or not 1 <= int(value) <= self.most:
            raise ma.ValidationError(f"Not a page size | Send a whole number from 1 to {self.most}.")
        return int(value)


WHOLE_JUDGES = frozenset((Truth, Whole, Number, Day, Line, Word, Vin, Moment, Cursor, PageSize))
"""Fields that refuse by themselves whatever their validators would: those are there for the documentation."""
