"""Buildings are told as facts of their own, and every place has a code.

The service tells of them and draws the codes by itself, site by site, once it has started; and so
it does with what an instance of the former release goes on changing, which leaves `told_revision`
as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "buildings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("removed_at", _MOMENT),
        sa.Column("said_at", _MOMENT, nullable=False),
        if_not_exists=True,
    )
    op.create_index("buildings_by_site", "buildings", ["site_id"], if_not_exists=True)
    op.create_index("buildings_to_restate", "buildings", ["said_at"], if_not_exists=True)
    op.create_table(
        "places",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("removed_at", _MOMENT),
        if_not_exists=True,
    )
    op.create_index("places_code", "places", ["code"], unique=True, if_not_exists=True)
    op.add_column("sites", sa.Column("told_revision", sa.Uuid), if_not_exists=True)
    op.create_index(
        "sites_to_tell",
        "sites",
        ["id"],
        postgresql_where=sa.text("told_revision is distinct from revision"),
        if_not_exists=True,
    )
