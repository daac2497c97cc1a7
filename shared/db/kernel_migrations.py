"""Later migrations of the kernel's tables, for every service to call from one of its own.

Each is harmless to repeat, and to tables that were just created.
"""

from sqlalchemy import text

from shared.db.tables import SHRUNK_VERSION, TRIGGERS, Migrates

_SHRUNK = (
    """create table if not exists shrunk_snapshots (
      ticket_id uuid constraint shrunk_snapshots_pkey primary key, versions json not null)""",
    SHRUNK_VERSION,
    """with shrunk as (delete from snapshots where body is null returning entity, id, version)
    insert into shrunk_snapshots
    select id::uuid, jsonb_object_agg(entity, version)::json from shrunk group by id""",
    "alter table snapshots alter column body set not null",
)
_ABOUT = (
    "alter table snapshots add column if not exists about text",
    """update snapshots set about = body ->> 'ticket_id'
    where entity in ('tickets.comment', 'notify.offer') and about is null""",
)


def write_fewer_bytes(op: Migrates) -> None:
    """Store snapshots and the headers of kept answers as JSON instead of JSONB, snapshots with
    room for their next version beside them and with what they are about, and the versions of those
    without a body in a table of their own.

    Rewrites these tables: the instances of the release before have to be ended.
    """
    for statement in (*_SHRUNK, *_ABOUT, "alter table snapshots set (fillfactor = 75)"):
        op.execute(text(statement))
    store_json_as_written(op, "snapshots", "body")
    store_json_as_written(op, "idempotency_keys", "headers")
    for statement in TRIGGERS["outbox"]:
        op.execute(text(statement))


def store_json_as_written(op: Migrates, table: str, *columns: str) -> None:
    """Make JSON of JSONB columns that no index looks into: what was written, to the letter.

    Rewrites the table, which nothing reads or writes meanwhile: some seconds for each gigabyte.
    """
    changes = ", ".join(f'alter column "{each}" type json using "{each}"::json' for each in columns)
    op.execute(text(f'alter table "{table}" {changes}'))
