"""the month in which tasks were received."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

#: Asia/Shanghai has been eight hours ahead of UTC since long before there were tasks.
_MONTHS = {
    "sqlite": "UPDATE tasks SET received_month = strftime('%Y-%m', received_at, '+8 hours') WHERE received_at IS NOT NULL",
    "postgresql": "UPDATE tasks SET received_month = to_char(received_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM')"
    " WHERE received_at IS NOT NULL",
}


def upgrade() -> None:
    """To this revision."""
    op.add_column("tasks", sa.Column("received_month", sa.String(length=7), nullable=True))
    op.execute(_MONTHS[op.get_bind().dialect.name])
    op.drop_index("ix_tasks_received", "tasks")
    received = sa.text("received_month IS NOT NULL")
    columns = ["received_month", "county", "department", "matter"]
    op.create_index("ix_tasks_received_month", "tasks", columns, sqlite_where=received, postgresql_where=received)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_index("ix_tasks_received_month", "tasks")
    op.create_index("ix_tasks_received", "tasks", ["county", "received_at", "department", "matter"])
    op.drop_column("tasks", "received_month")
