"""Payment lists say who fetched them, rosters who took the password, lists of soldiers what differs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    with op.batch_alter_table("expected_soldiers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("archive_recorded_by", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("differs", sa.Boolean(), nullable=True))

    with op.batch_alter_table("payment_lists", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fetched", sa.JSON(), nullable=False, server_default="[]"))
    # For the lists that were there; whoever writes one now says it.
    with op.batch_alter_table("payment_lists", schema=None) as batch_op:
        batch_op.alter_column("fetched", existing_type=sa.JSON(), server_default=None)

    with op.batch_alter_table("roster_exports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("password_to", sa.Text(), nullable=True))


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("roster_exports", schema=None) as batch_op:
        batch_op.drop_column("password_to")

    with op.batch_alter_table("payment_lists", schema=None) as batch_op:
        batch_op.drop_column("fetched")

    with op.batch_alter_table("expected_soldiers", schema=None) as batch_op:
        batch_op.drop_column("differs")
        batch_op.drop_column("archive_recorded_by")
