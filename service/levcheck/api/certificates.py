"""Certificates: verified by anyone who holds one, with or without this service."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response

from ..records.certificates import NotACertificate, verify
from .blueprint import OPEN, StrictBlueprint, answer, problems
from .callers import may_read
from .schemas.records import VerificationSchema, VerifySchema
from .service import service

blueprint = StrictBlueprint("certificates", __name__, description="Whether a certificate is real, and still stands.")


class KeySetSchema(ma.Schema):
    """A JWK set (RFC 7517)."""

    keys = ma.fields.List(ma.fields.Dict(), required=True)


@blueprint.route("/v1/certificates/verify", methods=["POST"])
@blueprint.doc(security=[])
@problems(blueprint, 400, 413, 415, 422, always=OPEN)
@blueprint.response(200, VerificationSchema, description="Whether the signature holds, and the record's status.")
@blueprint.arguments(VerifySchema())
def verification(body: dict[str, Any]) -> Response:
    """Verify a certificate: the signature, and whether the determination is current, voided or superseded."""
    records = service().records
    text = body["certificate"].strip().rpartition("#")[2]  # a code that opens a page holds its address before it
    try:
        certificate = verify(text, records.keys)
    except NotACertificate as error:
        return answer({"valid": False, "reason": str(error), "status": None, "key": None, "claims": None, "history": []})
    status, history = records.standing(str(certificate.claims.get("jti")), text, may_read)
    reason = None if status != "unknown" else "The signature holds, but this service's records do not have it."
    told = {"valid": True, "reason": reason, "status": status, "key": certificate.key}
    return answer({**told, "claims": certificate.claims, "history": history})


@blueprint.route("/.well-known/jwks.json")
@blueprint.doc(security=[])
@problems(blueprint, always=OPEN)
@blueprint.response(200, KeySetSchema, description="Every key that ever signed, public parts only.")
def keys() -> Response:
    """The public keys, past and present."""
    return answer(service().records.keys.public())
