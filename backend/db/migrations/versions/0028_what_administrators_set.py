"""What administrators set, versions of units; events by time and by actor for auditors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_EXPORTS = sa.text("command IN ('export_roster', 'fetch_roster', 'hand_over_roster', 'print')")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "administration_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("command", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration_events")),
    )
    with op.batch_alter_table("administration_events", schema=None) as batch_op:
        batch_op.create_index("ix_administration_events_at", ["at", "id"], unique=False)
        batch_op.create_index("ix_administration_events_subject", ["kind", "subject", "id"], unique=False)

    op.create_table(
        "catalogue_overrides",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("replaces", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_overrides")),
        sa.UniqueConstraint("kind", "code", "replaces", name=op.f("uq_catalogue_overrides_kind_code_replaces")),
    )
    with op.batch_alter_table("catalogue_overrides", schema=None) as batch_op:
        batch_op.create_index("ix_catalogue_overrides_at", ["at", "id"], unique=False)

    with op.batch_alter_table("case_events", schema=None) as batch_op:
        batch_op.create_index("ix_case_events_actor", ["actor", "at", "id"], unique=False)
        batch_op.create_index("ix_case_events_at", ["at", "id"], unique=False)
        batch_op.create_index(
            "ix_case_events_exports", ["at", "id"], unique=False, sqlite_where=_EXPORTS, postgresql_where=_EXPORTS
        )

    with op.batch_alter_table("handover_events", schema=None) as batch_op:
        batch_op.create_index("ix_handover_events_at", ["at", "id"], unique=False)

    with op.batch_alter_table("department_events", schema=None) as batch_op:
        batch_op.create_index("ix_department_events_unit_at", ["unit_id", "at"], unique=False)

    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    """Back to the one before."""
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_column("version")

    with op.batch_alter_table("handover_events", schema=None) as batch_op:
        batch_op.drop_index("ix_handover_events_at")

    with op.batch_alter_table("department_events", schema=None) as batch_op:
        batch_op.drop_index("ix_department_events_unit_at")

    with op.batch_alter_table("case_events", schema=None) as batch_op:
        batch_op.drop_index("ix_case_events_exports")
        batch_op.drop_index("ix_case_events_at")
        batch_op.drop_index("ix_case_events_actor")

    with op.batch_alter_table("catalogue_overrides", schema=None) as batch_op:
        batch_op.drop_index("ix_catalogue_overrides_at")

    op.drop_table("catalogue_overrides")
    with op.batch_alter_table("administration_events", schema=None) as batch_op:
        batch_op.drop_index("ix_administration_events_subject")
        batch_op.drop_index("ix_administration_events_at")

    op.drop_table("administration_events")
