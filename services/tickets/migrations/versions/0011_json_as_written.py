"""JSON that no index looks into is stored as it was written, and other ways to write fewer bytes.

Rewrites tables: end the instances of the release before.
"""

from alembic import op

from shared.db.kernel_migrations import store_json_as_written, write_fewer_bytes

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


_LIVING = "state in ('open', 'assigned', 'in_progress', 'on_hold')"
_INDEXES_OF_STATE = (
    "create index tickets_by_site_and_state on tickets (site_id, state, id)",
    f"""create index tickets_alike on tickets
      (site_id, category, coalesce(unit_key, 'spot ' || spot), id) where {_LIVING}""",
    f"""create index tickets_alike_outdoors on tickets (site_id, category, lat)
      where {_LIVING} and unit_key is null and spot is null and lat is not null""",
)


def upgrade() -> None:
    write_fewer_bytes(op)
    _put_what_changes_last()
    store_json_as_written(
        op,
        "tickets",
        *("skills", "answers", "preferred_windows", "steps", "classes"),
        *("told", "appointments", "urges", "ratings"),
    )
    store_json_as_written(op, "entries", "detail")


def _put_what_changes_last() -> None:
    """Move version and state behind the columns that stay as they are."""
    for statement in (
        "alter table tickets rename version to version_before",
        "alter table tickets rename state to state_before",
        "alter table tickets add version integer, add state text",
        "update tickets set version = version_before, state = state_before",
        "alter table tickets drop version_before, drop state_before",
        "alter table tickets alter version set not null, alter state set not null",
        *_INDEXES_OF_STATE,
    ):
        op.execute(statement)
