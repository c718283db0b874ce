"""The tables. Rows are written once; the database itself refuses to change them, or to delete them before their date."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Times are text, UTC, of one width (2026-11-23T08:00:00.000000Z): they sort and compare alike in every database.
determinations = Table(
    "determinations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("reference", String(64)),
    Column("vin", String(17)),
    Column("verdict", String(16), nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("retain_until", String(27), nullable=False),
    Column("ruleset", String(64), ForeignKey("rulesets.ruleset"), nullable=False),
    Column("record", Text, nullable=False),
    Column("certificate", Text, nullable=False),
    UniqueConstraint("account", "idempotency_key"),
    # What a list can be asked for, and the id, by which it is ordered: a page is one step down, however many are kept.
    Index(None, "account", "id"),
    Index(None, "vin", "account", "id"),
    Index(None, "reference", "account", "id"),
    Index(None, "verdict", "id"),
    Index(None, "account", "verdict", "id"),
)
events = Table(
    "events",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("determination", String(36), ForeignKey("determinations.id"), nullable=False, unique=True),
    Column("event", String(16), nullable=False),
    Column("reason", Text),
    Column("by", String(36)),
    Column("account", String(64), nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("recorded_at", String(27), nullable=False),
    UniqueConstraint("account", "idempotency_key"),
)
rulesets = Table(
    "rulesets",
    metadata,
    Column("ruleset", String(64), primary_key=True),
    Column("law", Text, nullable=False),
    Column("stored_at", String(27), nullable=False),
)
organizations = Table(
    "organizations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("opened_at", String(27), nullable=False),
    Column("closed_at", String(27)),
)
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("organization", String(64), ForeignKey("organizations.id"), nullable=False, index=True),
    Column("hash", String(64), nullable=False),  # HMAC-SHA256 of the secret under the deployment's access secret
    Column("scopes", String(200), nullable=False),
    Column("made_at", String(27), nullable=False),
    Column("expires_at", String(27), nullable=False),
    Column("revoked_at", String(27)),
)
sessions = Table(  # of a browser; a page inside another system has a token that is not kept
    "sessions",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("key", String(16), ForeignKey("api_keys.id"), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("made_at", String(27), nullable=False),
    Column("expires_at", String(27), nullable=False, index=True),
)
reads = Table(  # what was read of other organizations' records, by whom
    "reads",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("organization", String(64), nullable=False),
    Column("key", String(16), nullable=False),
    Column("operation", String(100), nullable=False),
    Column("object", Text, nullable=False),
)
probe = Table("probe", metadata, Column("name", String(16), primary_key=True), Column("at", String(27), nullable=False))
