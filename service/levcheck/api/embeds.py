"""Tokens for the page inside another system."""

from __future__ import annotations

from flask import Response

from . import callers
from .blueprint import StrictBlueprint, answer, problems
from .problems import Problem
from .schemas.embeds import EmbedSchema, TokenSchema
from .service import service

blueprint = StrictBlueprint("embeds", __name__, url_prefix="/v1", description="The page inside other systems.")

PAGE = "/embed"


@blueprint.route("/embeds", methods=["POST"])
@problems(blueprint, 400, 413, 415, 422)
@blueprint.response(201, TokenSchema, description="A token of 15 minutes. Nothing is kept.")
@blueprint.arguments(EmbedSchema())
def begin(wanted: dict[str, str]) -> Response:
    """Ask for the token that `<levcheck-check>` needs, for one vehicle on pages of one origin.

    What is recorded with it belongs to the organization of this key, and the token ends with the key. Read the
    determination with your own key afterwards: what a browser says of it proves nothing.
    """
    embeds = service().embeds
    if embeds is None:
        raise Problem("not_ready", "This service was started without a data folder: it can give no tokens.")
    token, embed = embeds.begin(callers.caller(), wanted["vin"], wanted["origin"])
    return answer({"token": token, "expires_at": embed.expires_at, "page": PAGE}, 201)
