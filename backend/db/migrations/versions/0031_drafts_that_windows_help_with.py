"""Drafts that windows help with, what staff did with them, and the links that move them to a phone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "assists",
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=True),
        sa.Column("conversation", sa.String(length=32), nullable=True),
        sa.Column("opened_by", sa.String(length=80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_assists_draft_id_drafts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_assists")),
        sa.UniqueConstraint("code", name=op.f("uq_assists_code")),
    )
    with op.batch_alter_table("assists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assists_county"), ["county"], unique=False)

    op.create_table(
        "assist_steps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["assists.draft_id"], name=op.f("fk_assist_steps_draft_id_assists"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist_steps")),
    )
    with op.batch_alter_table("assist_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assist_steps_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "move_links",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["assists.draft_id"], name=op.f("fk_move_links_draft_id_assists"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_move_links")),
    )
    with op.batch_alter_table("move_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_move_links_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_move_links_made_at"), ["made_at"], unique=False)


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("move_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_move_links_made_at"))
        batch_op.drop_index(batch_op.f("ix_move_links_draft_id"))

    op.drop_table("move_links")
    with op.batch_alter_table("assist_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assist_steps_draft_id"))

    op.drop_table("assist_steps")
    with op.batch_alter_table("assists", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assists_county"))

    op.drop_table("assists")
