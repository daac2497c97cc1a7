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


def name_what_snapshots_are_about(op: Migrates) -> None:
    """Store beside a snapshot the id of what it is about, where that is not its own."""
    op.execute(text("alter table snapshots add column if not exists about text"))
    op.execute(
        text("""update snapshots set about = body ->> 'ticket_id'
                where entity in ('tickets.comment', 'notify.offer') and about is null""")
    )
