"""What alembic runs for a migration: always on the connection that backend/db/migrate.py hands over."""

from __future__ import annotations

from alembic import context

from backend.db.migrate import plain_type
from backend.db.models import all_tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=all_tables(),
    render_as_batch=connection.dialect.name == "sqlite",
    # The engine begins SQLite's transactions itself, so there too a migration is all or nothing.
    transactional_ddl=True,
    render_item=plain_type,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
