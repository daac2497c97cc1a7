"""A ticket says who came along with which of its duplicates, and is found by them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.online_indexes import build_index

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FILL = """
    with came as (
        select d.id, d.duplicate_of, coalesce(jsonb_agg(p.person) filter (
            where t.followers ? p.person), '[]') as people
        from tickets d join tickets t on t.id = d.duplicate_of
        cross join lateral (
            select d.reporter_id as person
            union select * from jsonb_array_elements_text(d.followers)) as p
        group by d.id),
        joined as (
            select duplicate_of as id, jsonb_agg(jsonb_build_object(
                'ticket_id', id, 'people', people, 'left', '[]'::jsonb) order by id) as joined
            from came group by duplicate_of)
    update tickets t set joined = j.joined from joined j where t.id = j.id and t.joined = '[]'"""


def upgrade() -> None:
    # with a default, for instances of the former release that go on writing
    op.add_column(
        "tickets",
        sa.Column("joined", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        if_not_exists=True,
    )
    op.execute(sa.text(_FILL))
    build_index(
        "tickets_joined",
        "tickets",
        ["followers"],
        postgresql_using="gin",
        postgresql_where=sa.text("joined <> '[]'::jsonb"),
    )
