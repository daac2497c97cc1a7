"""Lists of tickets by state, unit and date, each by an index; and the words by which tickets are
found.

Tickets may be opened and changed meanwhile. Each part is committed by itself and harmless to
repeat.
"""

import json
import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from shared.db.online_indexes import build_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BATCH = 5000
_NEXT = sa.text("""
    select id, site_id, array['site:' || site_id, 'category:' || category,
      'priority:' || priority] as marks,
        concat_ws(E'\\n', nullif(title, ''), nullif(description, ''), reference, unit_key, spot,
          place ->> 'address') as said
    from tickets where id > cast(:after as uuid) order by id limit :batch""")
_STORE = sa.text("""
    insert into ticket_words select * from json_populate_recordset(null::ticket_words,
      cast(:rows as json)) on conflict do nothing""")


def upgrade() -> None:
    op.create_table(
        "ticket_words",
        sa.Column("ticket_id", UUID(as_uuid=True), primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("tokens", ARRAY(sa.Text), nullable=False),
        if_not_exists=True,
    )
    with op.get_context().autocommit_block():
        _fill()
    build_index("ticket_words_by_site", "ticket_words", ["site_id", "ticket_id"])
    build_index("ticket_words_tokens", "ticket_words", ["tokens"], postgresql_using="gin")
    build_index("tickets_by_site_and_state", "tickets", ["site_id", "state", "id"])
    build_index(
        "tickets_by_unit",
        "tickets",
        ["site_id", "unit_key", "id"],
        postgresql_where=sa.text("unit_key is not null"),
    )
    for_others = sa.text("entered_by <> reporter_id")
    build_index(
        "tickets_entered_for_others", "tickets", ["entered_by", "id"], postgresql_where=for_others
    )
    build_index("tickets_by_update", "tickets", ["updated_at", "site_id"])


def _fill() -> None:
    """Store the words of every ticket, batch by batch."""
    connection, after = op.get_bind(), "00000000-0000-0000-0000-000000000000"
    while found := connection.execute(_NEXT, {"after": after, "batch": _BATCH}).mappings().all():
        connection.execute(_STORE, {"rows": json.dumps([_words(row) for row in found])})
        after = str(found[-1]["id"])


def _words(row: Any) -> dict[str, Any]:
    said = unicodedata.normalize("NFKC", row["said"]).lower()
    words = said.split()
    tokens = {word[at : at + 2] for word in words for at in range(len(word) - 1)}
    tokens |= {
        word[at : at + 3]
        for word in words
        for at in range(len(word) - 2)
        if re.search("[0-9]", word[at : at + 3])
    }
    tokens |= {character for word in words for character in word if character > "\x7f"}
    return {
        "ticket_id": str(row["id"]),
        "site_id": row["site_id"],
        "said": said,
        "tokens": [*sorted(tokens), *row["marks"]],
    }
