"""Which rows of the four databases are copied, and in what a copy differs from its template.

Whatever columns a table has, a copy differs in what is named here alone, so it is what this release
writes. Facts that were published long ago are left out: what the outbox does with them is the
kernel's business (tests/kernel/test_outbox_that_grows.py).
"""

from collections.abc import Mapping, Sequence

from tests.bench.scale.copying import Copy


def _of_snapshots(*entities: str) -> Copy:
    named = ", ".join(f"'{entity}'" for entity in entities)
    ids = {"id": "cast(c.id as text)", "site_id": "c.site"}
    body = "cast(o.body as jsonb) || jsonb_build_object('id', c.id, 'site_id', c.site)"
    source = f"(select * from snapshots where entity in ({named}) offset 0) o"
    return Copy(
        table="snapshots", ticket="cast(o.id as uuid)", source=source, changes={**ids, "body": body}
    )


def _id(kind: str, of: str) -> str:
    return f"pg_temp.copied(c.at, '{kind} ' || {of} || c.n)"


def _tokens(word: str, *, longest: int, first_three: int) -> str:
    """Return the tokens of such a word as SQL, written out: a function that goes through the word
    would take most of the time.
    """
    pairs = [f"substr({word}, {at}, 2)" for at in range(1, longest)]
    threes = [f"substr({word}, {at}, 3)" for at in range(first_three, longest - 1)]
    return f"array[{', '.join((*pairs, *threes))}]"


_REFERENCE = "'SC-' || lpad(cast(c.n as text), 9, '0')"
_SAID = (
    f"replace(replace(o.said, lower(o.reference), lower({_REFERENCE})), coalesce(o.unit_key, ''), "
    "c.unit)"
)
_TOKENS = " || ".join(
    (
        "o.plain",
        "array['site:' || c.site]",
        _tokens(f"lower({_REFERENCE})", longest=12, first_three=2),
        f"array_remove({_tokens('c.unit', longest=7, first_three=1)}, '')",
    )
)

_MADE_THEN = (
    "cast(jsonb_set(cast(o.steps as jsonb), '{0,at}', to_jsonb(to_char(c.at at time zone 'UTC', "
    '\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'))) as json)'
)
_DUES = ("due_at", "response_due_at", "arrival_due_at", "resolution_due_at")


def _later(column: str) -> str:
    return f"o.{column} + interval '1 second' * (c.n % 1000000)"


COPIED: Mapping[str, Sequence[Copy]] = {
    "tickets": (
        Copy(
            table="tickets",
            ticket="o.id",
            changes={
                "id": "c.id",
                "site_id": "c.site",
                "reference": _REFERENCE,
                "opened_at": "c.at",
                "updated_at": "c.at",
                "closes_at": "null",
                "reporter_id": "c.resident",
                "entered_by": "c.resident",
                "unit_key": "c.unit",
            },
        ),
        Copy(
            table="ticket_words",
            ticket="o.ticket_id",
            source=(
                "ticket_words o join tickets t on t.id = o.ticket_id join plain_tokens p "
                "on p.template = o.ticket_id"
            ),
            more={"reference": "t.reference", "unit_key": "t.unit_key", "plain": "p.plain"},
            changes={"ticket_id": "c.id", "site_id": "c.site", "said": _SAID, "tokens": _TOKENS},
        ),
        Copy(table="entries", ticket="o.ticket_id", changes={"ticket_id": "c.id", "at": "c.at"}),
        # Their files are the template's.
        Copy(
            table="attachments",
            ticket="o.ticket_id",
            changes={"id": _id("attachment", "o.id"), "ticket_id": "c.id", "at": "c.at"},
        ),
        # Those of living tickets, which alone have a row; each falls due a second after another.
        Copy(
            table="ticket_dues",
            ticket="o.ticket_id",
            changes={
                "ticket_id": "c.id",
                "site_id": "c.site",
                **{name: _later(name) for name in _DUES},
            },
        ),
        _of_snapshots("dispatch.work_order", "sla.clocks"),
    ),
    "dispatch": (
        Copy(table="work_orders", ticket="o.id", changes={"id": "c.id", "site_id": "c.site"}),
        Copy(
            table="jobs",
            ticket="o.work_order_id",
            changes={
                "id": _id("job", "o.id"),
                "work_order_id": "c.id",
                "site_id": "c.site",
                "steps": _MADE_THEN,
            },
        ),
        Copy(
            table="offers",
            ticket="o.work_order_id",
            source="(select * from offers where state <> 'open') o",
            changes={
                "id": _id("offer", "o.id"),
                "job_id": _id("job", "o.job_id"),
                "work_order_id": "c.id",
                "offered_at": "c.at",
                "expires_at": "c.at + interval '15 minutes'",
                "decided_at": "c.at + interval '1 minute'",
            },
        ),
        Copy(
            table="assignments",
            ticket="j.work_order_id",
            source=(
                "(select * from assignments where ended_at is not null) o join jobs j "
                "on j.id = o.job_id"
            ),
            changes={
                "id": _id("assignment", "o.id"),
                "job_id": _id("job", "o.job_id"),
                "accepted_at": "c.at + interval '1 minute'",
                "ended_at": "c.at + interval '1 hour'",
            },
        ),
        Copy(table="promises", ticket="o.id", changes={"id": "c.id"}),
        # Every job that waits has been looked at, and is worth no other look today.
        Copy(
            table="planning_queue",
            ticket="j.work_order_id",
            source="""jobs j join work_orders w on w.id = j.work_order_id
                cross join lateral (select * from planning_queue where job_id = j.id order by at
                  limit 1) o""",
            more={"seen": "w.version", "heard": "w.observed"},
            where="c.living",
            changes={
                "id": "gen_random_uuid()",
                "site_id": "c.site",
                "at": "now() + interval '1 day'",
                "job_id": _id("job", "o.job_id"),
                "version": "o.seen",
                "observed": "o.heard",
            },
        ),
        _of_snapshots("tickets.ticket", "sla.clocks"),
    ),
    "sla": (
        Copy(
            table="promises",
            ticket="o.ticket_id",
            changes={
                "ticket_id": "c.id",
                "site_id": "c.site",
                "counted_at": "o.looked_at",
                "next_at": "case when c.living then now() + interval '30 days' end",
                "urgent_at": (
                    "case when c.living then now() + interval '20 days' + interval '1 second' * "
                    "(c.n % 1000000) end"
                ),
            },
        ),
        Copy(
            table="clocks",
            ticket="o.ticket_id",
            where="c.living",
            changes={
                "ticket_id": "c.id",
                "site_id": "c.site",
                "due_at": "now() + interval '20 days' + interval '1 second' * (c.n % 1000000)",
            },
        ),
        Copy(table="announcements", ticket="o.ticket_id", changes={"ticket_id": "c.id"}),
        Copy(
            table="outcomes",
            ticket="o.ticket_id",
            changes={"ticket_id": "c.id", "site_id": "c.site", "day": "cast(c.at as date)"},
        ),
        _of_snapshots("tickets.ticket", "dispatch.work_order"),
    ),
    "notify": (
        Copy(
            table="recipients",
            ticket="o.ticket_id",
            source="""(select distinct m.ticket_id, r.* from messages m join recipients r
              on r.id = m.recipient_id
                where m.kind like 'ticket.%') o""",
            where="c.is_their_first",
            changes={"id": "c.resident"},
        ),
        Copy(
            table="unreachable",
            ticket="o.ticket_id",
            source="""(select distinct m.ticket_id, u.* from messages m join unreachable u
              on u.recipient_id = m.recipient_id and u.site = m.site_id
                where m.kind like 'ticket.%') o""",
            where="c.is_their_first",
            changes={"recipient_id": "c.resident", "site": "c.site"},
        ),
        Copy(
            table="messages",
            ticket="o.ticket_id",
            changes={
                "id": _id("message", "o.id"),
                "cause": "o.cause || '-' || c.n",
                "ticket_id": "c.id",
                "site_id": "c.site",
                "at": "c.at",
                "created_at": "c.at",
                "until": "null",
                "recipient_id": (
                    "case when o.kind like 'job.%' then o.recipient_id else c.resident end"
                ),
            },
        ),
        Copy(
            table="deliveries",
            ticket="m.ticket_id",
            source=(
                "(select * from deliveries where state <> 'pending') o join messages m "
                "on m.id = o.message_id"
            ),
            changes={"id": _id("delivery", "o.id"), "message_id": _id("message", "o.message_id")},
        ),
        Copy(
            table="attempts",
            ticket="m.ticket_id",
            source="attempts o join messages m on m.id = o.message_id",
            where="c.at > now() - interval '29 days'",  # older ones are deleted, and would be now
            changes={
                "id": _id("attempt", "o.id"),
                "message_id": _id("message", "o.message_id"),
                "delivery_id": _id("delivery", "o.delivery_id"),
                "at": "c.at",
            },
        ),
        _of_snapshots("tickets.ticket", "dispatch.work_order", "sla.clocks"),
    ),
}
