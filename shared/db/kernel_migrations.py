"""Later migrations of the kernel's tables, for every service to call from one of its own.

Each is harmless to repeat, and to tables that were just created.
"""

from sqlalchemy import text

from shared.db.tables import Migrates


def store_json_as_written(op: Migrates, table: str, *columns: str) -> None:
    """Make JSON of JSONB columns that no index looks into: what was written, to the letter.

    Rewrites the table, which nothing reads or writes meanwhile: some seconds for each gigabyte.
    """
    changes = ", ".join(f'alter column "{each}" type json using "{each}"::json' for each in columns)
    op.execute(text(f'alter table "{table}" {changes}'))


def store_snapshots_as_they_came(op: Migrates) -> None:
    """Store snapshots and the headers of kept answers as JSON instead of JSONB."""
    store_json_as_written(op, "snapshots", "body")
    store_json_as_written(op, "idempotency_keys", "headers")


def keep_versions_of_shrunk_snapshots_apart(op: Migrates) -> None:
    """Move id and version of snapshots without a body to a table of their own, one row a ticket."""
    op.execute(
        text("""create table if not exists shrunk_snapshots (
                ticket_id uuid constraint shrunk_snapshots_pkey primary key,
                  versions json not null)""")
    )
    op.execute(
        text("""with shrunk as (
                  delete from snapshots where body is null returning entity, id, version)
                insert into shrunk_snapshots
                select id::uuid, jsonb_object_agg(entity, version)::json
                  from shrunk group by id""")
    )
    op.execute(text("alter table snapshots alter column body set not null"))


def name_what_snapshots_are_about(op: Migrates) -> None:
    """Store beside a snapshot the id of what it is about, where that is not its own."""
    op.execute(text("alter table snapshots add column if not exists about text"))
    op.execute(
        text("""update snapshots set about = body ->> 'ticket_id'
                where entity in ('tickets.comment', 'notify.offer') and about is null""")
    )
