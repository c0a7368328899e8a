"""Areas that units serve, the default among a department's units, and units that are retired."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_IS_DEFAULT = sa.text("is_default")


def upgrade() -> None:
    """To this revision. Each unit that was there is its county's only one, and so the default."""
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.add_column(sa.Column("areas", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("is_default", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint("uq_units_county_department", type_="unique")
        batch_op.create_index("ix_units_county_department", ["county", "department"], unique=False)
        batch_op.create_index(
            "uq_units_default",
            ["county", "department"],
            unique=True,
            sqlite_where=_IS_DEFAULT,
            postgresql_where=_IS_DEFAULT,
        )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.alter_column("areas", existing_type=sa.JSON(), server_default=None)
        batch_op.alter_column("is_default", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """Back to the one before. Only where each county has one unit for each department."""
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_index("uq_units_default", sqlite_where=_IS_DEFAULT, postgresql_where=_IS_DEFAULT)
        batch_op.drop_index("ix_units_county_department")
        batch_op.create_unique_constraint("uq_units_county_department", ["county", "department"])
        batch_op.drop_column("retired_at")
        batch_op.drop_column("is_default")
        batch_op.drop_column("areas")
