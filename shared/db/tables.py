"""The tables that the kernel keeps in every service's database, and the migration
that makes them.
"""

from typing import Protocol

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSON, JSONB, UUID

from shared.db.idempotency_table import idempotency_table

_MOMENT = DateTime(timezone=True)


# By statement, not by row. In the database, because rows are also written and marked by instances
# of the release before, and by hand. A row's id is new, so it needs no `on conflict` when it is
# added, which would be logged.
TRIGGERS = {
    "outbox": (
        """create or replace function outbox_unmarked_is_inserted() returns trigger
           language plpgsql as $$ begin
             insert into outbox_unmarked (outbox_id) select id from added;
             return null;
           end $$""",
        """create or replace trigger outbox_unmarked_is_inserted after insert on outbox
           referencing new table as added for each statement execute function
             outbox_unmarked_is_inserted()""",
    ),
    "outbox_marks": (
        """create or replace function outbox_unmarked_is_marked() returns trigger
           language plpgsql as $$ begin
             delete from outbox_unmarked u using added where u.outbox_id = added.outbox_id;
             return null;
           end $$""",
        """create or replace trigger outbox_unmarked_is_marked after insert on outbox_marks
           referencing new table as added for each statement execute function
             outbox_unmarked_is_marked()""",
        """create or replace function outbox_unmarked_is_lost() returns trigger
           language plpgsql as $$ begin
             insert into outbox_unmarked (outbox_id)
             select outbox_id from gone where exists (select from outbox o
               where o.id = gone.outbox_id) on conflict do nothing;
             return null;
           end $$""",
        """create or replace trigger outbox_unmarked_is_lost after delete on outbox_marks
           referencing old table as gone for each statement execute function
             outbox_unmarked_is_lost()""",
    ),
}


# Looked up by a function, because what a function reads is what is committed when it is called.
# A statement that has waited for the lock of the ticket (`locked`) sees what was before it waited.
SHRUNK_VERSION = """
    create or replace function shrunk_version(ticket uuid, entity text, locked bigint)
      returns bigint language plpgsql volatile strict as $$ begin
        return (select cast(versions ->> entity as bigint) from shrunk_snapshots
                where ticket_id = ticket);
      end $$"""


class Migrates(Protocol):
    """What is needed of `alembic.op`, which is a module."""

    def get_bind(self) -> Connection: ...

    def execute(self, sqltext: TextClause) -> None: ...


def kernel_tables(metadata: MetaData) -> None:
    """Add the kernel's tables to a service's metadata."""
    outbox = Table(
        "outbox",  # facts of committed transactions; a row without a mark is still to be published
        metadata,
        Column("id", UUID(as_uuid=True), primary_key=True),
        Column("type", Text, nullable=False),
        Column("subject_id", Text, nullable=False),
        Column("site_id", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("actor", Text, nullable=False),
        Column("traceparent", Text),
        # JSON, as it is published: the services never read it
        Column("body", Text, nullable=False),
        Column("created_at", _MOMENT, nullable=False),
        # raised when healing publishes it again, under another message id
        Column("generation", SmallInteger, nullable=False),
        Column("dead", Text),  # why it cannot be published at all
        Index("outbox_dead", "id", postgresql_where=text("dead is not null")),
    )
    marks = Table(
        "outbox_marks",  # narrow, so that marking costs a seventh of updating the row
        metadata,
        Column("outbox_id", UUID(as_uuid=True), primary_key=True),
        Column("stream_created", _MOMENT, nullable=False),
        Column("stream_seq", BigInteger, nullable=False),
        UniqueConstraint("stream_created", "stream_seq", name="outbox_marks_place"),
    )
    Table(
        # rows of the outbox without a mark, kept by triggers: as small as what waits, however large
        # the outbox is
        "outbox_unmarked",
        metadata,
        Column("outbox_id", UUID(as_uuid=True), primary_key=True),
        postgresql_with={
            "autovacuum_vacuum_scale_factor": "0",
            "autovacuum_vacuum_threshold": "5000",
        },
    )
    Table(
        # a row while rows below that id, from before there were triggers, may lack in
        # outbox_unmarked
        "outbox_unchecked",
        metadata,
        Column("below", UUID(as_uuid=True), primary_key=True),
    )
    Table(
        "snapshots",  # the newest state of what other services own
        metadata,
        Column("entity", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("site_id", Text, nullable=False),
        # as it came; as JSONB it would have a fifth more
        Column("body", JSON, nullable=False),
        Column("about", Text),  # the id of what it is about, where that is not its own
        # room for the next version on the same page: there its log is what differs alone
        postgresql_with={"fillfactor": "75"},
    )
    shrunk = Table(
        # of a ticket that ended long ago (shared/retention.py), entity → version of the snapshots
        # about it that are not held any more: what is not newer is refused
        "shrunk_snapshots",
        metadata,
        Column("ticket_id", UUID(as_uuid=True), primary_key=True, autoincrement=False),
        Column("versions", JSON, nullable=False),
    )
    Table(
        # when the next thing of each is forgotten; one that was reopened has no `since`
        "ended_tickets",
        metadata,
        Column("ticket_id", UUID(as_uuid=True), primary_key=True, autoincrement=False),
        Column("since", _MOMENT),  # when it was last changed or heard of
        Column("step", SmallInteger, nullable=False),
        Index("ended_tickets_due", "step", "since", postgresql_where=text("since is not null")),
    )
    Table(
        # a row while tickets after that id, from before there was this table, may lack in
        # ended_tickets
        "ended_unchecked",
        metadata,
        Column("after", Text, primary_key=True),
        Column("begins_at", _MOMENT, nullable=False),
    )
    Table(
        "consumer_positions",  # how far each durable has been handled, committed with the work
        metadata,
        Column("durable", Text, primary_key=True),
        Column("stream_created", _MOMENT, nullable=False),
        Column("stream_seq", BigInteger, nullable=False),
        Column("fact_id", Text),
        Column("handled", BigInteger, nullable=False),
    )
    Table(
        "dead_letters",  # facts that could not be handled, with the reason
        metadata,
        Column("id", UUID(as_uuid=True), primary_key=True),
        Column("durable", Text, nullable=False),
        Column("stream_seq", BigInteger, nullable=False),
        Column("fact_id", Text, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("reason", Text, nullable=False),
        Column("stack", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("parked_at", _MOMENT, nullable=False),
        UniqueConstraint("durable", "fact_id", name="dead_letters_once"),
    )
    idempotency_table(metadata)
    event.listen(shrunk, "after_create", DDL(SHRUNK_VERSION))  # type: ignore[no-untyped-call]
    for table in (outbox, marks):
        for statement in TRIGGERS[table.name]:
            # SQLAlchemy does not say
            event.listen(table, "after_create", DDL(statement.replace("%", "%%")))  # type: ignore[no-untyped-call]


def create_kernel_tables(op: Migrates) -> None:
    """Create the kernel's tables, in the first migration of a service."""
    metadata = MetaData()
    kernel_tables(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)
    op.execute(text("alter table outbox_marks set (fillfactor = 100)"))


def create_idempotency_table(op: Migrates) -> None:
    """Create the one of them that a service without a broker has, in its first migration."""
    metadata = MetaData()
    idempotency_table(metadata)
    metadata.create_all(op.get_bind(), checkfirst=False)


def keep_fact_bodies_as_text(op: Migrates) -> None:
    """Change the outbox of before; one that was just created is like this already.

    Writers of the release before go on meanwhile.
    """
    op.execute(text("alter table outbox alter column body type text using body::text"))


def keep_unmarked_apart(op: Migrates) -> None:
    """Make the tables and triggers that say which rows have no mark.

    Rows that are there already are checked by the relay, step by step.
    """
    op.execute(
        text("""create table if not exists outbox_unmarked
          (outbox_id uuid constraint outbox_unmarked_pkey primary key)
                with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)""")
    )
    op.execute(
        text(
            "create table if not exists outbox_unchecked "
            "(below uuid constraint outbox_unchecked_pkey primary key)"
        )
    )
    for statement in (*TRIGGERS["outbox"], *TRIGGERS["outbox_marks"]):
        op.execute(text(statement))
    op.execute(
        text("""insert into outbox_unchecked select 'ffffffff-ffff-ffff-ffff-ffffffffffff'
                where exists (select from outbox) and not exists (select from outbox_unchecked)""")
    )


def rename_dead_letters(op: Migrates) -> None:
    """Rename `parked_facts` and `outbox.parked`; tables just created have the new names."""
    op.execute(
        text("""do $$ begin
          if to_regclass('parked_facts') is not null then
            alter table parked_facts rename to dead_letters;
            alter index parked_facts_pkey rename to dead_letters_pkey;
            alter index parked_facts_once rename to dead_letters_once;
            alter table outbox rename column parked to dead;
            alter index outbox_parked rename to outbox_dead;
          end if;
        end $$""")
    )


def keep_ended_tickets_apart(op: Migrates, *, there_are_tickets: str) -> None:
    """Make the tables that say which tickets have ended, and let snapshots lose their bodies.

    Tickets that ended before are looked for a day later (`there_are_tickets` is a select that finds
    one): until then no snapshot is shrunk, so that instances of the release before, which cannot
    read such a one, have time to end.
    """
    op.execute(text("alter table snapshots alter column body drop not null"))
    op.execute(
        text("""create table if not exists ended_tickets (
                ticket_id uuid constraint ended_tickets_pkey primary key, since timestamptz,
                  step smallint not null)""")
    )
    op.execute(
        text(
            "create index if not exists ended_tickets_due on ended_tickets (step, since) "
            "where since is not null"
        )
    )
    op.execute(
        text("""create table if not exists ended_unchecked (
                after text constraint ended_unchecked_pkey primary key,
                  begins_at timestamptz not null)""")
    )
    op.execute(
        text(f"""insert into ended_unchecked select '', now() + interval '1 day'
                 where exists ({there_are_tickets}) and not exists (select from ended_unchecked)""")
    )
