"""The schema: Alembic's migrations, run from code."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from .store import Store


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def newest() -> str:
    """The revision that this version of the software works with."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def current(store: Store) -> str | None:
    """The revision that the database has; None if it is empty, or not there."""
    if store.is_missing:
        return None
    with store.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(store: Store) -> tuple[str | None, str]:
    """Bring the database, made where there is none, to the newest revision. Returns the revisions before and after."""
    store.make()
    before = current(store)
    if before != newest():
        config = _config()
        with store.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return before, newest()
