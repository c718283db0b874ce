"""Alembic's environment: the connection is given by `records.schema`, in whose transaction a migration runs whole."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True, transaction_per_migration=False)
context.run_migrations()
