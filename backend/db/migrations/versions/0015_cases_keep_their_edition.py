"""cases and their tasks keep the edition of the rules that they began with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "catalogue_editions",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_editions")),
    )
    op.execute("ALTER TABLE applications RENAME COLUMN catalogue_version TO catalogue_edition")
    # Of what was filed before, the rules were not kept: it goes by those of the day.
    op.execute("UPDATE applications SET catalogue_edition = ''")
    op.add_column("tasks", sa.Column("catalogue_edition", sa.String(length=40), nullable=False, server_default=""))
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.alter_column("catalogue_edition", existing_type=sa.String(length=40), server_default=None)


def downgrade() -> None:
    """Back to the one before."""
    op.drop_column("tasks", "catalogue_edition")
    op.execute("ALTER TABLE applications RENAME COLUMN catalogue_edition TO catalogue_version")
    op.drop_table("catalogue_editions")
