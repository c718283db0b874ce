"""A token for the page inside another system, as it is asked for and told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow.fields import String

from .fields import Vin, needed
from .request import Strict, told

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_PORT = "(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}
LONGEST = 300


class Origin(String):
    """A scheme, a host and perhaps a port, as browsers write them; without encryption on one's own machine only."""

    # The slashes are counted: written out they would look like links in the contract's page, which has none.
    pattern = re.compile(rf"^(https:/{{2}}{_LABEL}(\.{_LABEL})*|http:/{{2}}(localhost|127\.0\.0\.1)){_PORT}$")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=[ma.validate.Length(max=LONGEST), ma.validate.Regexp(self.pattern)], **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or len(value) > LONGEST or not self.pattern.fullmatch(value) or value.endswith("\n"):
            remedy = (
                "Send scheme, host and port only, in small letters, such as https://dms.example; http for localhost and "
                "127.0.0.1 only."
            )
            raise ma.ValidationError(f"Not the origin of a page | {remedy}")
        return value.removesuffix(_DEFAULT_PORTS[value.partition(":")[0]])


class EmbedSchema(Strict):
    """Which vehicle, and on whose pages."""

    vin = Vin(
        **needed("Send the vehicle identification number."),
        **told("Vehicle identification number: the page asks about this vehicle only."),
    )
    origin = Origin(
        **needed("Send scheme, host and port of the pages."),
        **told("Origin of the pages that show the component: no others may."),
    )


class TokenSchema(ma.Schema):
    """What the component needs."""

    token = String(required=True, metadata={"description": "For the component's attribute `token`. Never put it in a URL."})
    expires_at = String(required=True, metadata={"description": "UTC, RFC 3339."})
    page = String(required=True, metadata={"description": "Path of the page, to which the component sends the token."})
