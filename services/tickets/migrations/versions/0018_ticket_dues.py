"""When what a living ticket waits for falls due stands in a row beside it.

It is worked out here once, from what is held of promises and work orders; from then on facts and
changes of tickets move it. Instances of the former release leave it alone: what they do meanwhile
is seen at the next fact about the ticket. Harmless to repeat.
"""

import json
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_BATCH = 500
_LIVING = sa.text("""
    select t.id from sites s
    cross join unnest(array['open', 'assigned', 'in_progress', 'on_hold']) as g(state)
    cross join lateral (select id from tickets where site_id = s.id and state = g.state) t
    order by t.id""")
_HELD = sa.text("""
    select t.id, t.site_id, t.opened_at, t.answered_at, cast(t.steps as text) as steps,
      cast(c.body -> 'clocks' as text) as clocks, cast(o.body -> 'jobs' as text) as jobs
    from tickets t
    join snapshots c on c.entity = 'sla.clocks' and c.id = cast(t.id as text)
    left join snapshots o on o.entity = 'dispatch.work_order' and o.id = cast(t.id as text)
    where t.id = any(cast(:ids as uuid[]))""")
_STORE = sa.text("""
    insert into ticket_dues
      (ticket_id, site_id, due_at, response_due_at, arrival_due_at, resolution_due_at)
    select id, site_id, least(response, arrival, resolution), response, arrival, resolution
    from json_to_recordset(cast(:rows as json)) as g(id uuid, site_id text, response timestamptz,
      arrival timestamptz, resolution timestamptz)
    where coalesce(response, arrival, resolution) is not null
    on conflict do nothing""")

_NOT_TAKEN = {"waiting", "offered", "cancelled"}
_BEEN_THERE = {"on_site", "working", "paused", "completed", "follow_up"}
_OVER = {"resolved", "closed"}


def upgrade() -> None:
    op.create_table(
        "ticket_dues",
        sa.Column("ticket_id", sa.Uuid, primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("response_due_at", _MOMENT),
        sa.Column("arrival_due_at", _MOMENT),
        sa.Column("resolution_due_at", _MOMENT),
        if_not_exists=True,
    )
    _fill()
    op.create_index(
        "ticket_dues_by_site",
        "ticket_dues",
        ["site_id", "due_at", "ticket_id"],
        postgresql_where=sa.text("due_at is not null"),
        if_not_exists=True,
    )


def _fill() -> None:
    """Store what each living ticket waits for, batch by batch."""
    connection = op.get_bind()
    living = [row.id for row in connection.execute(_LIVING)]
    for at in range(0, len(living), _BATCH):
        held = connection.execute(_HELD, {"ids": living[at : at + _BATCH]}).mappings().all()
        rows = [{"id": str(row["id"]), "site_id": row["site_id"], **_dues(row)} for row in held]
        connection.execute(_STORE, {"rows": json.dumps(rows)})


def _dues(row: Any) -> dict[str, Any]:
    """Return the due times of the promises that neither the ticket nor its jobs have kept since sla
    told of them: `shared.standing`, as it is at this release, for a ticket that is not resolved.
    """
    steps = json.loads(row["steps"])
    jobs = json.loads(row["jobs"] or "[]")
    waiting = {
        clock["kind"]: clock
        for clock in json.loads(row["clocks"] or "[]")
        if clock.get("stopped_at") is None and clock.get("due_at") is not None
    }
    if (
        row["answered_at"] is not None
        or any(step["state"] in ("assigned", "resolved") for step in steps)
        or any(step["state"] not in _NOT_TAKEN for job in jobs for step in job["steps"])
    ):
        waiting.pop("response", None)
    arrival = waiting.get("arrival")
    if arrival is not None:
        began_anew = datetime.fromisoformat(arrival["started_at"]) > row["opened_at"]
        since_cycle = _reopened_cycle(steps) if began_anew else 0
        if any(
            step["state"] in _BEEN_THERE
            for job in jobs
            if job["cycle"] >= since_cycle
            for step in job["steps"]
        ):
            del waiting["arrival"]
    return {kind: clock["due_at"] for kind, clock in waiting.items()}


def _reopened_cycle(steps: list[dict[str, Any]]) -> int:
    began = [
        after["cycle"]
        for before, after in pairwise(steps)
        if before["state"] in _OVER and after["state"] not in _OVER
    ]
    return max(began, default=1)
