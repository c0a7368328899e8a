"""Figures that are kept by the month, and what finds veterans' words in their order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "month_figures",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("matter", sa.String(length=40), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("exempted", sa.Integer(), nullable=False),
        sa.Column("median_hours", sa.Float(), nullable=True),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("stuck", sa.Integer(), nullable=False),
        sa.Column("urged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "county", "department", "matter", name=op.f("pk_month_figures")),
    )
    op.create_table(
        "months_counted",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_months_counted")),
    )
    with op.batch_alter_table("satisfaction", schema=None) as batch_op:
        batch_op.create_index(
            "ix_satisfaction_words",
            ["answered_at", "application_id", "month", "county"],
            unique=False,
            sqlite_where=sa.text("words IS NOT NULL"),
            postgresql_where=sa.text("words IS NOT NULL"),
        )


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("satisfaction", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_satisfaction_words", sqlite_where=sa.text("words IS NOT NULL"), postgresql_where=sa.text("words IS NOT NULL")
        )

    op.drop_table("months_counted")
    op.drop_table("month_figures")
