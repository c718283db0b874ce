"""Tokens of the page inside another system: each for one VIN, on pages of one origin, for a quarter of an hour.

Nothing is kept of them: a token says by itself what it is for, under the deployment's access secret. So the VIN of a sale
that is never recorded stands nowhere, and asking twice for a token does no harm. A token lives no longer than its key.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from ..records.times import as_text
from .api_keys import Caller
from .secret import AccessSecret

LASTS = timedelta(minutes=15)
_PURPOSE = "embed"
FORM = re.compile(r"([A-Za-z0-9_-]{1,800})\.([0-9a-f]{64})")


@dataclass(frozen=True)
class Embed:
    """What a token is for: the key that asked for it, the vehicle, the origin of the pages that may show it, its end."""

    key_id: str
    vin: str
    origin: str
    expires_at: str


class Embeds:
    """The tokens of one deployment."""

    def __init__(self, secret: AccessSecret, now: Callable[[], datetime]) -> None:
        self.secret, self.now = secret, now

    def begin(self, caller: Caller, vin: str, origin: str) -> tuple[str, Embed]:
        """A new token, and what it is for."""
        embed = Embed(caller.key_id, vin, origin, as_text(self.now() + LASTS))
        said = base64.urlsafe_b64encode(json.dumps(astuple(embed)).encode()).decode().rstrip("=")
        return f"{said}.{self.secret.digest(_PURPOSE, said)}", embed

    def read(self, token: str) -> Embed | None:
        """What a token is for, whether or not its time has passed; None if it is none of this deployment's."""
        form = FORM.fullmatch(token)
        if form is None or not hmac.compare_digest(form[2], self.secret.digest(_PURPOSE, form[1])):
            return None
        return Embed(*json.loads(base64.urlsafe_b64decode(form[1] + "=" * (-len(form[1]) % 4))))

    def has_expired(self, embed: Embed) -> bool:
        """Whether its time has passed."""
        return embed.expires_at <= as_text(self.now())
