"""Of every statement of the stores and of the kernel: with which parameters it is run against a
full database, and its bound in blocks.

A parameter that is not given here has the value in `COMMON`; `@name` stands for what the statement
of that name in `SAMPLES` finds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.dispatch.domain.handed_out import period_of
from services.dispatch.domain.job import OPEN
from services.tickets.domain.access import Scope
from services.tickets.domain.verbs import LIVING
from services.tickets.store.due_order import QueuePlace
from services.tickets.store.filters import Filters
from shared.auth.caller import Home
from shared.contracts.categories import Nature
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Priority, TicketState
from shared.ids import CLOCKS_DIFFER, SiteId, id_at
from shared.messaging.snapshots import ENTITIES_OF_TICKETS

_NOW = datetime.now(UTC)
_SITES = [f"s{n:02}" for n in range(1, 51)]
_NO_SITE = ["s99"]
_A_WEEK_AGO = period_of(_NOW - timedelta(days=7), _NOW, now=_NOW).first_span


@dataclass(frozen=True)
class Ask:
    """Parameters of a statement, and the bound of what it may cost in blocks of 8 KB."""

    blocks: int
    given: Mapping[str, Any]


def ask(blocks: int, **given: Any) -> Ask:
    return Ask(blocks, given)


COMMON: dict[str, Any] = {
    "now": _NOW,
    "at": _NOW,
    "until": _NOW,
    "since": _NOW - timedelta(hours=1),
    "excluding": [],
    "busy": [],
    "before": None,
    "limit": 51,
    "site_id": "s07",
    "site_ids": ["s07"],
    "sites": _SITES,
    "technician_id": "t00012",
    "entity": "tickets.site",
    "state": None,
    "states": [*JobState],
    "desk_sites": ["s07"],
    "work_sites": ["s07"],
    "desk_roles": ["dispatcher", "manager"],
    "left": [],
    "decided": [],
    "entities": ENTITIES_OF_TICKETS,
}

SAMPLES: dict[str, dict[str, str]] = {
    "dispatch": {
        "ended": "select id from jobs where state = 'completed' limit 1",
        "ended_order": (
            "select work_order_id from jobs where state = 'completed' order by work_order_id "
            "limit 1 offset 500"
        ),
        "order": "select work_order_id from jobs where state = 'accepted' limit 1",
        "job": "select id from jobs where state = 'accepted' limit 1",
        "waiting": "select id from jobs where state = 'waiting' and not held limit 1",
        "waiting_order": (
            "select work_order_id from jobs where state = 'waiting' and not held limit 1"
        ),
        "offer": "select id from offers where state = 'open' limit 1",
        "offered_order": "select work_order_id from offers where state = 'open' limit 1",
        "offered_to": "select technician_id from offers where state = 'open' limit 1",
        "held_by": "select technician_id from assignments where ended_at is null limit 1",
        "snapshot": "select id from snapshots where entity = 'sla.clocks' limit 1",
    },
    "tickets": {
        "closed": "select id from tickets where state = 'closed' order by id limit 1 offset 500",
        "open": "select id from tickets where state = 'open' limit 1",
        "revision": "select revision from sites where id = 's07'",
        "first": "select id from tickets order by id limit 1",
        "untold": "select ticket_id from untold_tickets limit 1",
        "attachment": "select id from attachments where remove_at is null limit 1",
        "newest": "select array_agg(id) from (select id from tickets order by id desc limit 51) t",
    },
    "sla": {
        "closed": (
            "select ticket_id from promises where not going_on order by ticket_id "
            "limit 1 offset 500"
        ),
        "open": "select ticket_id from promises where going_on limit 1",
        "uncounted": "select ticket_id from promises where counted_at is null limit 1",
        "sweep": "select id from sweeps limit 1",
    },
    "notify": {
        "ticket": "select id from snapshots where entity = 'tickets.ticket' limit 1",
        "message": (
            "select id from messages where kind = 'job.offered' order by id limit 1 offset 500"
        ),
        "delivered": "select id from deliveries where state = 'delivered' limit 1",
        "pending": "select id from deliveries where state = 'pending' limit 1",
        "endpoint": "select endpoint_id from deliveries where state = 'pending' limit 1",
        "decided": """
            select cast(json_build_array(json_build_object(
                'ticket', ticket_id, 'id', cause, 'technician', recipient_id, 'state',
                  'accepted')) as text)
            from messages where kind = 'job.offered' and until > now() order by id limit 1""",
        "of_many": """
            select cast(json_build_array(json_build_object(
                'ticket', ticket_id, 'id', cause, 'technician', recipient_id, 'state',
                  'accepted')) as text)
            from messages where recipient_id = 'd7' order by id desc limit 1""",
        "told": "select ticket_id from messages where recipient_id = 'd7' order by id desc limit 1",
        "offered_to": (
            "select recipient_id from messages where kind = 'job.offered' order by id desc limit 1"
        ),
        "recipient": "select recipient_id from messages where kind = 'ticket.received' limit 1",
        "attempt": "select id from attempts limit 1",
        "answered": "select offer_id from offer_answers limit 1",
    },
    "kernel": {
        "fact": "select outbox_id from outbox_marks where stream_seq = 50000",
        "unmarked": "select outbox_id from outbox_unmarked order by outbox_id limit 1 offset 1000",
        "dead_letter": "select id from dead_letters where fact_id = 'fact-7'",
        "key": (
            "select key from idempotency_keys where created_at < now() - interval '10 hours' "
            "limit 1"
        ),
    },
}


def _scope(
    *,
    staff: Sequence[str] | None = (),
    resident: Sequence[str] = (),
    technician: Sequence[str] = (),
    integration: Sequence[str] = (),
    id: str = "r000007",
    units: Sequence[str] = (),
) -> Scope:
    return Scope(
        id=id,
        staff_sites=None if staff is None else frozenset(staff),
        resident_sites=frozenset(resident),
        technician_sites=frozenset(technician),
        integration_sites=frozenset(integration),
        homes=frozenset(Home(SiteId("*"), unit, _NOW - timedelta(days=10_000)) for unit in units),
        recorded=frozenset(),
    )


def _handed_out(since: datetime) -> dict[str, Any]:
    """What is read of the time from then until now."""
    period = period_of(since, _NOW, now=_NOW)
    return {
        "first_span": period.first_span,
        "below_span": period.below_span,
        "days_begin": period.of_whole_days.start,
        "days_end": period.of_whole_days.stop,
        "signs": [1] * len(period.pieces),
        "firsts": [id_at(piece.since) for piece in period.pieces],
        "belows": [id_at(piece.until) for piece in period.pieces],
    }


def _filters(**asked: Any) -> Filters:
    return Filters(limit=51, **asked)


_ONE, _FIFTY, _ALL = _scope(staff=["s07"]), _scope(staff=_SITES), _scope(staff=None)
_CROWDED = _scope(staff=["s51"])
"""Of the site where as many live as at six others together."""
_LONG_PAST = {"opened_from": _NOW - timedelta(days=41), "opened_to": _NOW - timedelta(days=40)}
_YESTERDAY = {"opened_from": _NOW - timedelta(days=2), "opened_to": _NOW - timedelta(days=1)}
_SELDOM = {"priority": Priority.EMERGENCY}
_GOING_ON = (TicketState.OPEN, TicketState.IN_PROGRESS)
_LIVING = tuple(sorted(LIVING))
_JUST_NOW = {"updated_from": _NOW, "updated_to": _NOW + timedelta(hours=1)}

LISTS: Sequence[tuple[int, Filters, Scope]] = [
    *((540, _filters(), who) for who in (_ONE, _FIFTY, _ALL)),
    *((290, _filters(states=(TicketState.ASSIGNED,)), who) for who in (_ONE, _FIFTY, _ALL)),
    *((790, _filters(states=_GOING_ON), who) for who in (_ONE, _FIFTY, _ALL)),
    (580, _filters(states=(TicketState.CLOSED, TicketState.CANCELLED)), _ALL),
    *((480, _filters(**_LONG_PAST), who) for who in (_ONE, _FIFTY, _ALL)),
    *((560, _filters(**_JUST_NOW), who) for who in (_ONE, _FIFTY, _ALL)),
    *((60, _filters(reporter_id="r000007"), who) for who in (_ONE, _FIFTY, _ALL)),
    *((40, _filters(reference="S07-100006-X"), who) for who in (_ONE, _FIFTY, _ALL)),
    *(
        (2500, _filters(**asked), who)
        for asked in ({"category": "gas"}, {"category": "lift"})
        for who in (_ONE, _FIFTY, _ALL)
    ),
    *(
        (1200, _filters(**_SELDOM, **asked), who)
        for asked in ({}, _LONG_PAST, {"states": (TicketState.CLOSED,)}, {"states": _GOING_ON})
        for who in (_ONE, _FIFTY, _ALL)
    ),
    *(
        (blocks, _filters(**rare, states=states), who)
        for rare in ({"category": "gas"}, {"words": ("紫藤",)})
        for states, one, several in (((TicketState.CLOSED,), 150, 500), (_GOING_ON, 40, 1500))
        for blocks, who in ((one, _ONE), (several, _FIFTY), (several, _ALL))
    ),
    # Many that live are of this category, and none that ended.
    *(
        (blocks, _filters(category="crane", states=(TicketState.CLOSED,)), who)
        for blocks, who in ((20, _ONE), (200, _FIFTY), (220, _ALL))
    ),
    *(
        (blocks, _filters(category="lift", states=(TicketState.CLOSED, TicketState.CANCELLED)), who)
        for blocks, who in ((300, _ONE), (800, _FIFTY), (800, _ALL))
    ),
    *((620, _filters(imported=True), who) for who in (_ONE, _FIFTY, _ALL)),
    *(
        (blocks, _filters(imported=False), who)
        for blocks, who in ((620, _ONE), (4000, _FIFTY), (620, _ALL))
    ),
    *((950, _filters(words=("漏水",)), who) for who in (_ONE, _FIFTY, _ALL)),
    *((800, _filters(words=("紫藤",)), who) for who in (_ONE, _FIFTY, _ALL)),
    *((830, _filters(words=("unheard-of", "水")), who) for who in (_ONE, _FIFTY, _ALL)),
    *(
        (900, _filters(words=("17号楼1504",), keyed=("\n17-1504",)), who)
        for who in (_ONE, _FIFTY, _ALL)
    ),
    *(
        (800, _filters(words=("leak",), priority=Priority.EMERGENCY), who)
        for who in (_ONE, _FIFTY, _ALL)
    ),
    *(
        (blocks, _filters(words=("漏水",), states=(TicketState.CLOSED,)), who)
        for blocks, who in ((1200, _ONE), (700, _FIFTY), (700, _ALL))
    ),
    *(
        (blocks, _filters(words=("紫藤",), states=(TicketState.ON_HOLD,)), who)
        for blocks, who in ((40, _ONE), (1000, _FIFTY), (1000, _ALL))
    ),
    *(
        (blocks, _filters(words=("漏水",), **_LONG_PAST), who)
        for blocks, who in ((150, _ONE), (650, _FIFTY), (650, _ALL))
    ),
    *(
        (blocks, _filters(words=("紫藤",), **_LONG_PAST), who)
        for blocks, who in ((80, _ONE), (350, _FIFTY), (350, _ALL))
    ),
    *(
        (blocks, _filters(nature=Nature.FAULT), who)
        for blocks, who in ((540, _ONE), (3500, _FIFTY), (540, _ALL))
    ),
    *(
        (blocks, _filters(nature=Nature.COMPLAINT), who)
        for blocks, who in ((300, _ONE), (1200, _FIFTY), (1200, _ALL))
    ),
    *(
        (blocks, _filters(nature=Nature.PRAISE), who)
        for blocks, who in ((40, _ONE), (200, _FIFTY), (250, _ALL))
    ),
    *(
        (blocks, _filters(nature=Nature.COMPLAINT, **_LONG_PAST), who)
        for blocks, who in ((60, _ONE), (600, _FIFTY), (600, _ALL))
    ),
    *(
        (900, _filters(words=("漏水",), nature=Nature.COMPLAINT), who)
        for who in (_ONE, _FIFTY, _ALL)
    ),
    *(
        (blocks, _filters(words=("漏水",), nature=Nature.FAULT), who)
        for blocks, who in ((1200, _ONE), (1200, _FIFTY), (1200, _ALL))
    ),
    (40, _filters(), _scope(resident=["s07"], units=["3-1202", "4-1202"])),
    (40, _filters(states=(TicketState.OPEN,)), _scope(resident=["s07"], units=["3-1202"])),
    (40, _filters(), _scope(integration=["s07"], id="nobody")),
    (40, _filters(), _scope(technician=["s07"], id="t00012")),
    (
        350,
        _filters(),
        _scope(staff=["s07"], resident=["s08"], technician=["s07"], units=["3-1202"]),
    ),
]
"""Bounds of what `listing` makes of filters and a scope."""

_OVERDUE = QueuePlace(UUID(int=0), _NOW - timedelta(days=10))
_DUE_LATER = QueuePlace(UUID(int=0), _NOW + timedelta(days=1))
_BEHIND_WHAT_IS_DUE = QueuePlace(UUID("ffffffff-ffff-7fff-bfff-ffffffffffff"))
QUEUES: Sequence[tuple[int, Filters, Scope, QueuePlace | None]] = [
    *((600, _filters(), who, None) for who in (_ONE, _FIFTY, _ALL)),
    *((600, _filters(), who, _OVERDUE) for who in (_ONE, _FIFTY, _ALL)),
    *((700, _filters(), who, _DUE_LATER) for who in (_ONE, _FIFTY, _ALL)),
    *((900, _filters(), who, _BEHIND_WHAT_IS_DUE) for who in (_ONE, _FIFTY, _ALL)),
    *(
        (blocks, _filters(states=(TicketState.ON_HOLD,)), who, None)
        for blocks, who in ((900, _ONE), (2500, _FIFTY), (2500, _ALL))
    ),
    *(
        (blocks, _filters(category="plumbing"), who, None)
        for blocks, who in ((900, _ONE), (3200, _FIFTY), (3200, _ALL))
    ),
    *(
        (blocks, _filters(**asked), who, None)
        for asked in ({**_SELDOM, "category": "lift"}, {"words": ("紫藤",)})
        for blocks, who in ((700, _ONE), (1300, _FIFTY), (1300, _ALL))
    ),
    *(
        (blocks, _filters(category="gas"), who, None)
        for blocks, who in ((700, _ONE), (800, _FIFTY), (800, _ALL))
    ),
    *(
        (blocks, _filters(**_SELDOM), who, None)
        for blocks, who in ((700, _ONE), (1200, _FIFTY), (1200, _ALL))
    ),
    *(
        (2500, _filters(states=(TicketState.OPEN, TicketState.IN_PROGRESS)), who, None)
        for who in (_ONE, _FIFTY, _ALL)
    ),
    *(
        (700, _filters(states=states), who, None)
        for states in ((TicketState.CLOSED,), (TicketState.RESOLVED, TicketState.CLOSED))
        for who in (_ONE, _FIFTY, _ALL)
    ),
    *((600, _filters(states=_LIVING), who, None) for who in (_ONE, _FIFTY, _ALL)),
    *(
        (blocks, _filters(**asked), who, None)
        for asked, several in (
            (_LONG_PAST, 350),
            ({**_LONG_PAST, **_SELDOM}, 1200),
            (_YESTERDAY, 800),
            ({"opened_from": _NOW - timedelta(days=50)}, 800),
        )
        for blocks, who in ((300, _ONE), (several, _FIFTY), (several, _ALL))
    ),
    *((300, _filters(reporter_id="r000007"), who, None) for who in (_ONE, _FIFTY, _ALL)),
    *(
        (blocks, _filters(nature=Nature.COMPLAINT), who, None)
        for blocks, who in ((100, _ONE), (1200, _FIFTY), (1200, _ALL))
    ),
    *(
        (blocks, _filters(nature=Nature.PRAISE), who, None)
        for blocks, who in ((20, _ONE), (250, _FIFTY), (300, _ALL))
    ),
    *(
        (blocks, _filters(imported=True), who, None)
        for blocks, who in ((350, _ONE), (1500, _FIFTY), (1600, _ALL))
    ),
    *((300, _filters(reference="S07-100006-X"), who, None) for who in (_ONE, _FIFTY, _ALL)),
    *(
        (blocks, _filters(words=("漏水",)), who, None)
        for blocks, who in ((800, _ONE), (3200, _FIFTY), (3200, _ALL))
    ),
    *(
        (blocks, _filters(words=("漏水",)), who, _BEHIND_WHAT_IS_DUE)
        for blocks, who in ((1000, _ONE), (900, _FIFTY), (1000, _ALL))
    ),
    *((300, _filters(reporter_id="r000007"), who, _BEHIND_WHAT_IS_DUE) for who in (_ONE, _ALL)),
    *(
        (blocks, _filters(**asked), _CROWDED, None)
        for blocks, asked in (
            (1000, {"words": ("紫藤",)}),
            (2800, {"words": ("漏水",)}),
            (1000, {"category": "gas"}),
            (1200, {"category": "lift"}),
            (600, {"states": (TicketState.OPEN,)}),
            (600, {"states": (TicketState.ON_HOLD,)}),
            (1000, {"priority": Priority.LOW}),
        )
    ),
]
"""Bounds of what `queue` makes of filters, a scope and where the page before ended."""

_SOON = {"due_from": _NOW, "due_to": _NOW + timedelta(hours=1)}
GLANCES: Sequence[tuple[int, Filters, Scope, QueuePlace | None]] = [
    *((900, _filters(living=True), who, None) for who in (_ONE, _FIFTY, _ALL)),
    *((900, _filters(living=True), who, _DUE_LATER) for who in (_ONE, _FIFTY, _ALL)),
    *((2500, _filters(living=True), who, _BEHIND_WHAT_IS_DUE) for who in (_ONE, _FIFTY, _ALL)),
    *((900, _filters(**_SOON), who, None) for who in (_ONE, _FIFTY, _ALL)),
    *((900, _filters(due_to=_NOW), who, None) for who in (_ONE, _FIFTY, _ALL)),
    *((2000, _filters(unheard=True), who, None) for who in (_ONE, _FIFTY, _ALL)),
    *((800, _filters(unassignable=True), who, None) for who in (_ONE, _FIFTY, _ALL)),
]
"""Bounds of what `queue_lines` makes of filters, a scope and where the page before ended."""
COUNTS: Sequence[tuple[int, Scope]] = [(300, _ONE), (2500, _FIFTY), (2500, _ALL)]
"""Bounds of what `counting` makes of a scope: as many index entries are read as tickets live."""

_FIRST = {"rank": -1, "due": 0, "work_order_id": UUID(int=0), "id": UUID(int=0)}
_GIVEN_JOB = {"job_id": "@job", "at": _NOW, "ended_as": "waiting", "doing": False}
_A_SUM: dict[str, Any] = {
    "site_id": ["s07"],
    "month": ["2026-11-01"],
    "category": ["category-1"],
    "priority": ["normal"],
    "kind": ["arrival"],
    "outcome": ["kept"],
    "cause": [""],
    "imported": [False],
    "n": [1],
    "stopped": [1],
    "ran_ms": [60_000],
    "paused_ms": [0],
    "late_ms": [0],
}
_THIS_MONTH = _NOW.date().replace(day=1)
_MONTHS = {
    "since": _THIS_MONTH - timedelta(days=400),
    "until": _THIS_MONTH + timedelta(days=31),
    "category": None,
    "priority": None,
}
_DAYS = {**_MONTHS, "since": _NOW.date() - timedelta(days=60), "until": _NOW.date()}
_TOLD_APART = {f"by_{name}": True for name in ("site", "category", "priority", "month")}
_PROMISES = {
    **_MONTHS,
    "kind": None,
    "cause": None,
    "imported": False,
    "seldom": False,
    "after_day": _MONTHS["until"],
    "after_id": UUID(int=0),
    "after_kind": "",
}
_LONG_AGO = UUID("01800000-0000-7000-8000-000000000000")
_STREAM_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_ONE_MARK = json.dumps([{"id": str(_LONG_AGO), "created": _STREAM_CREATED.isoformat(), "seq": 7}])
_FACT = {
    "entity": "tickets.ticket",
    "id": "77",
    "version": 9,
    "site_id": "s07",
    "fact": {"ticket": {"id": "77"}},
}

_FAR_AHEAD = UUID(int=(1 << 128) - 1)
_A_DAY = {"since": _NOW - timedelta(days=1), "until": _NOW}
_REPEATED = {
    "category": "plumbing",
    "reporter_id": "r000007",
    "entered_by": "r000007",
    "unit": "3-1202",
    "spot": "",
    "earliest": "@first",
}
_CONTACTS = json.dumps(
    [
        {
            "id": "r000007",
            "name": "Li",
            "phone": "+8613800138000",
            "email": None,
            "has_name": True,
            "has_phone": True,
            "has_email": False,
        }
    ]
)
_ADDRESSES = json.dumps(
    [
        {"person": "r000007", "email": "li@example.com", "id": str(_LONG_AGO), "by_owner": False},
        {"person": "r000008", "email": None, "id": str(_LONG_AGO), "by_owner": True},
    ]
)
_CHANNELS = ["email", "webhook"]
_NO_IDS = [UUID(int=number) for number in range(499)]
BOUNDS: dict[str, dict[str, Sequence[Ask]]] = {
    "dispatch": {
        "in_hand._HELD": [ask(300, ids=["t00012", "@held_by"])],
        "in_hand._ASKED": [ask(300, ids=["t00012", "@offered_to"])],
        "in_hand._NAMES": [ask(40, ids=["t00012"])],
        "exporting._PAGE": [
            ask(
                blocks,
                since=since,
                until=None,
                after_second="" if since is None else f"{since:%Y-%m-%dT%H:%M:%S}",
                after_id=UUID(int=0),
                last_second="9999-12-31T23:59:59",
                limit=500,
            )
            for blocks, since in ((6000, None), (1500, _NOW - timedelta(days=1)), (40, _NOW))
        ],
        "exporting._NEXT_SITE": [ask(40, after="s07"), ask(40, after="s99")],
        "handed_out._COUNT": [
            ask(blocks, sites=sites, **_handed_out(since))
            for blocks, sites, since in (
                (60, ["s07"], _NOW - timedelta(days=31)),
                *((2_500, _SITES, _NOW - timedelta(days=days)) for days in (1, 7, 31)),
            )
        ],
        "handed_out._NEXT": [ask(40)],
        "handed_out._BEHIND": [ask(40)],
        "handed_out._ALONE": [ask(40)],
        "handed_out._ADD_UP": [
            ask(200, sites=["s07", "s08"], spans=[_A_WEEK_AGO, _A_WEEK_AGO], rows=["(0,1)"])
        ],
        "handed_out._SITES": [ask(300, limit=101)],
        "forgetting._SHRINK": [ask(60, ids=["@ended_order"])],
        "forgetting._DELETE": [ask(120, ids=["@ended_order"])],
        "promises._FIND": [ask(40, ids=["@snapshot"])],
        "queries._ANYWHERE": [ask(40)],
        "queries._ANYWHERE_IN_STATE": [
            ask(450, state=state) for state in ("waiting", "follow_up", "completed", "on_site")
        ],
        "queries._OF_THESE_SITES": [ask(40, sites=["s07"]), ask(210), ask(40, sites=_NO_SITE)],
        "queries._OF_THESE_SITES_IN_STATE": [
            *(
                ask(40, state=state, sites=["s07"])
                for state in ("waiting", "follow_up", "completed", "on_site")
            ),
            *(ask(210, state=state) for state in ("waiting", "follow_up", "completed", "on_site")),
        ],
        "queries._OF_TECHNICIAN": [
            ask(60, sites=None),
            ask(130),
            *(ask(40, state=state, states=[state]) for state in ("accepted", "working")),
            ask(40, technician_id="@offered_to", state="offered", states=["offered"]),
            ask(60, technician_id="nobody"),
        ],
        "queries._OF_TICKET": [ask(40, ticket_id="@ended_order")],
        "queries._OF_TICKET_AND_TECHNICIAN": [ask(40, ticket_id="@ended_order")],
        "queries._OFFERED_TO": [ask(40, technician_id="@offered_to")],
        "queries._HELD_BY": [ask(40)],
        # once a minute: three pages for each site and state, and what lives
        "queries._JOBS": [ask(1600, states=sorted(OPEN))],
        "queries._UNASSIGNABLE": [ask(40, limit=1000)],
        "technicians._LOAD": [ask(40, ids=["t00001", "t00002"])],
        "technicians._LOCK": [ask(40, ids=["t00001", "t00002"])],
        "technicians._LISTED": [
            ask(200, sites=["s07"], after=""),
            ask(40, after=""),
            ask(40, sites=None, after=""),
        ],
        "candidates._OF_SITE": [ask(620, lately=_NOW)],
        "candidates._ANYWHERE": [ask(650, lately=_NOW, ids=["t00001"])],
        "assignments._FOR_UPDATE.lookup": [ask(40, id="t00001", site_id="s07")],
        "assignments._FOR_UPDATE.locking": [ask(40, id="t00001", site_id="s07")],
        "assignments._FOR_UPDATE.unchanged": [ask(40, id="t00001", seen=7)],
        "candidates._UNDISPUTED": [
            ask(620, lately=_NOW, counting_offers=counting) for counting in (True, False)
        ],
        "assignments._HELD": [ask(40)],
        "assignments._LOWER_WORK": [ask(40, id="t00001")],
        "assignments._END": [ask(60, **_GIVEN_JOB)],
        "assignments._DOING": [ask(60, **_GIVEN_JOB)],
        "assignments._QUEUE_SITES_OF_HOLDERS": [ask(90, **_GIVEN_JOB)],
        "assignments._VISIT": [ask(60, job_id="@job", start=_NOW, end=_NOW)],
        "technicians._TO_REVIEW": [ask(40)],
        "technicians._NEXT_REVIEW": [ask(40)],
        "technicians._SET_POSITION": [ask(50, id="t00001", position="{}")],
        "technicians._SET_REVIEW": [ask(40, id="t00001", review_at=_NOW)],
        "technicians._REVIEW_SITE": [ask(1000)],
        "technicians._TO_WARN": [ask(40)],
        "technicians._NEXT_WARNING": [ask(40)],
        "technicians._SET_WARNING": [ask(40, id="t00001", certificates_at=_NOW, review_at=_NOW)],
        "technicians._ZONES": [ask(40, ids=["s07"])],
        "technicians._CLAIM_UNSAID": [ask(1010, before=_NOW)],
        "technicians._OLDEST_SAID": [ask(40)],
        "assignments._IN_HAND": [ask(40, id="@offered_to")],
        "candidates._THESE": [ask(40, lately=_NOW, ids=["t00001"])],
        "candidates._SEEN": [ask(40, ids=["t00001", "t00002"])],
        "candidates._EMERGENCIES": [ask(60, ids=["t00001", "t00002"])],
        "candidates._LOCK": [ask(40, ids=["t00001", "t00002"])],
        "candidates._TRY_LOCK": [ask(40, ids=["t00001", "t00002"])],
        "planning_queue._NEXT": [ask(40)],
        "planning_queue._OF_SITE": [ask(40)],
        "planning_queue._SETTLE": [ask(60, job_ids=["@waiting"], seen=[], over=[])],
        "planning_queue._BRING_FORWARD": [ask(1000)],
        "planning_queue._QUEUE_FORGOTTEN": [ask(80)],
        "planning_queue._QUEUE_TECHNICIANS": [ask(550)],
        "planning_queue._QUEUE_SITES_OF": [ask(100)],
        "planning_queue._QUEUE_WHERE_DISTANCE_COUNTS": [ask(40, id="t00001")],
        "turns._LOAD_SITE": [ask(40)],
        "turns._CLAIM_SITE": [ask(40, served=[])],
        "turns._SKILL_NAMES": [ask(40, entity="tickets.site", site_id="s01")],
        "turns._CLAIM_UNDISPUTED": [
            ask(40, ids=["@waiting_order"], site_ids=["s99"], spots=["spot-1"])
        ],
        "pool._POOLED": [
            ask(1500, offered=["plumbing:1"], limit=100),
            ask(4000, offered=["plumbing:1"], limit=100, site_ids=_SITES),
            ask(700, offered=["plumbing:1"], limit=100, site_ids=_NO_SITE),
            ask(700, offered=["lift:1"], limit=100),
        ],
        "waiting_jobs._CASE_OF": [ask(160, job_id="@waiting")],
        "waiting_jobs._NEXT_PAGE": [
            ask(40, **_FIRST, looked_at=["@waiting"], offered=[], offered_in_emergencies=[]),
            ask(
                2000,
                **_FIRST,
                looked_at=[],
                offered=["plumbing:1"],
                offered_in_emergencies=["plumbing:1"],
            ),
            ask(40, **_FIRST, looked_at=[], offered=[], offered_in_emergencies=["plumbing:1"]),
        ],
        "waiting_jobs._PUT_IN_PLACE": [ask(80, ids=["@waiting"])],
        "waiting_jobs._MARK": [ask(80, ids=["@waiting"], far_ahead=["@waiting"])],
        "waiting_jobs._PROMISED": [ask(80, ids=["@waiting_order"], due_at=[_NOW])],
        "work_orders._TRY_LOCK": [ask(40, id="@waiting")],
        "work_orders._LOAD": [ask(80, ids=["@order", "@ended_order"])],
        "work_orders._LOCK": [ask(90, ids=["@order", "@ended_order"])],
        "work_orders._OF_JOB.lookup": [ask(50, id="@job")],
        "work_orders._OF_JOB.locking": [ask(60, id="@job")],
        "work_orders._OF_JOB.unchanged": [ask(40, id="@order", seen=7)],
        "work_orders._OF_OFFER.lookup": [ask(50, id="@offer")],
        "work_orders._OF_OFFER.locking": [ask(60, id="@offer")],
        "work_orders._OF_OFFER.unchanged": [ask(40, id="@order", seen=7)],
        "work_orders._OF_OFFERS": [ask(40, ids=["@offer"])],
        "work_orders._HOLDERS": [ask(40, id="@ended")],
        "work_orders._CAN_BE_ANSWERED": [ask(40, id="@offer")],
        "work_orders._EXPIRED": [ask(40, ids=["@offered_order"])],
        "work_orders._WITH_EXPIRED": [ask(490)],
        "work_orders._NEXT_EXPIRY": [ask(40)],
    },
    "tickets": {
        "attachments._FIND": [ask(40, id="@attachment")],
        "attachments._KNOWN": [ask(2500, ids=["@attachment", *_NO_IDS])],
        "attachments._NEXT_REMOVAL": [ask(40)],
        "attachments._LOCK_TO_REMOVE": [ask(60, limit=20)],
        "attachments._DELETE": [ask(40, ids=["@attachment"])],
        "forgetting._LOCK": [ask(40, ids=["@closed"])],
        "forgetting._DELETE": [ask(80, ids=["@closed"])],
        "exporting._PAGE": [
            ask(3500, since=None, until=None, after=UUID(int=0), below=_FAR_AHEAD, limit=500),
            ask(3500, **_A_DAY, after=UUID(int=0), below=_FAR_AHEAD, limit=500),
        ],
        "exporting._NEXT_SITE": [
            ask(blocks, after="", sites=sites, first=first, below=_FAR_AHEAD, since=at, until=None)
            for blocks, sites, first, at in (
                (40, None, UUID(int=0), None),
                (300, None, id_at(_NOW + timedelta(hours=1)), _NOW + timedelta(hours=3)),
                (400, None, id_at(_NOW, -CLOCKS_DIFFER), _NOW),
                (40, ["s07"], UUID(int=0), None),
            )
        ],
        "dues._KNOWN": [ask(60, ids=["@open", "@closed"])],
        "queue_lines._NAMES": [ask(40, ids=["t00012"])],
        "dues._STORE": [
            ask(
                60,
                ids=["@open"],
                site_ids=["s07"],
                responses=[_NOW],
                arrivals=[None],
                resolutions=[_NOW],
                unassignable=[_NOW],
            ),
            ask(
                60,
                ids=["@open"],
                site_ids=["s07"],
                responses=[None],
                arrivals=[None],
                resolutions=[None],
                unassignable=[None],
            ),
        ],
        "dues._STOPPED": [
            ask(60, ticket_id="@open", over=True),
            ask(60, ticket_id="@open", over=False),
            ask(40, ticket_id="@closed", over=True),
        ],
        "imported._KNOWN": [ask(60, external_ids=["WX-7", "WX-57", "none"])],
        "imported._LOCK_UNTOLD": [ask(160)],
        "imported._NEXT_UNTOLD": [ask(40)],
        "imported._DELETE_UNTOLD": [ask(40, ids=["@untold"])],
        "queries._LOAD": [ask(40, id="@closed")],
        "queries._LOAD_WITH_SNAPSHOTS": [ask(40, id="@open")],
        "queries._SNAPSHOTS": [ask(40, ids=["@open", "@closed"]), ask(500, ids="@newest")],
        "queries._FOR_UPDATE.lookup": [ask(40, id="@open")],
        "queries._FOR_UPDATE.locking": [ask(40, id="@open")],
        "queries._FOR_UPDATE.unchanged": [ask(40, id="@open", seen=7)],
        "queries._LOCK": [ask(40, ids=["@open", "@closed"])],
        "queries._LINE": [ask(40, id="@open")],
        "queries._HOLD_MERGES": [ask(40, id="@open")],
        "queries._LOCK_DUE": [ask(40)],
        "queries._NEXT_CLOSING": [ask(40)],
        "alike._ALIKE_IN_PLACE": [
            ask(60, place="3-1202", since=_NOW - timedelta(days=3), **_REPEATED)
        ],
        "alike._ALIKE_OUTDOORS": [
            ask(60, lat=31.2, lon=121.4, since=_NOW - timedelta(days=3), **_REPEATED)
        ],
        "alike._ALIKE_ELSEWHERE": [ask(40, **_REPEATED)],
        "alike._IS_FIRST": [ask(60, words="report:the crane stands still", seen="{}", **_REPEATED)],
        "queries._SAID_SINCE": [ask(40, ticket_id="@closed", person_id="r000007")],
        "queries._ENTRIES": [ask(40, ticket_id="@closed", after=0, internal=True)],
        "queries._NEWEST_ENTRIES": [ask(40, ticket_id="@closed", before=None, internal=True)],
        "people._KNOWN": [ask(40, person_id="r000007")],
        "people._SHOWN_BY": [ask(40, person_id="r000007")],
        "people._LOAD": [ask(40, id="s08/r000007")],
        "people._LOCK": [ask(40, id="s08/r000007")],
        "people._LOCK_ALL": [ask(60, ids=["s08/r000007", "s09/r000008"])],
        "people._FIND": [ask(60, ids=["s08/r000007", "s09/r000008"])],
        "people._CLAIMED": [ask(60, person_ids=["r000007", "r000008"])],
        "people._TO_RESTATE": [ask(200, before=_NOW)],
        "people._EARLIEST_SAID": [ask(40)],
        "people._TO_MOVE_OUT": [ask(200)],
        "people._EARLIEST_MOVE": [ask(40)],
        "people._SAY_AGAIN": [ask(40, long_ago=_NOW + timedelta(days=1))],
        "people._FOLLOWED": [ask(40, person_id="r000007", units=["3-1202"])],
        "people._FOLLOWED_ANYWHERE": [ask(400, person_id="r000007", units=["3-1202"])],
        "people._TO_LAPSE": [ask(200)],
        "people._EARLIEST_CLAIM": [ask(40)],
        "pending_words._MERGE": [ask(10)],
        "search._INSERT_WORDS": [
            ask(
                60,
                ticket_id="00000000-0000-7000-8000-000000000000",
                site_id="s07",
                said="leak",
                tokens="le\nea\nak\nsite:s07",
            )
        ],
        "sites._REVISION": [ask(40, id="s07")],
        "sites._LOAD": [ask(40, id="s07")],
        "sites._IS_UNCHANGED": [ask(40, id="s07", revision="@revision")],
        "sites._LOCK": [ask(40, id="s07")],
        "sites._IDS": [ask(40)],
        "sites._LIST": [ask(40, ids=None, after=""), ask(40, ids=["s07"], after="")],
        "sites._LOAD_ALL": [ask(40, ids=["s07", "s08"])],
        "sites._TO_RESTATE": [ask(170, before=_NOW)],
        "sites._EARLIEST_SAID": [ask(40)],
        "sites._CLAIM_BLOCKS": [ask(40, codes=["S7"], sizes=[100])],
        "sites._SAID": [ask(60, ids=["s07", "s08"])],
        "sites._TO_TELL": [ask(40)],
        "sites._ANY_TO_TELL": [ask(40)],
        "sites._TOLD": [ask(60, ids=["s07"])],
        "places._OF_SITE": [ask(400)],
        "places._THESE": [ask(60, ids=["s07:3", "s08:3"])],
        "places._TO_RESTATE": [ask(200, before=_NOW)],
        "places._EARLIEST_SAID": [ask(40)],
        "places._SAY_AGAIN": [ask(40, long_ago=_NOW + timedelta(days=1))],
        "places._ASSIGN": [
            ask(
                60,
                kinds=["unit", "unit", "building"],
                keys=["3-1", "3-999", "3"],
                codes=["2222222222", "3333333333", "4444444444"],
            )
        ],
        "places._BY_CODE": [ask(40, code="2222222222")],
        "places._REPLACE": [ask(40, code="2222222222", new="3333333333")],
        "places._LISTED": [
            ask(200, after_kind="", after_key=""),
            ask(200, after_kind="unit", after_key="3-1"),
        ],
        "places._LISTED_OF_KIND": [ask(200, kind="unit", after_key="")],
    },
    "sla": {
        "exporting._PAGE": [
            ask(300, sites=sites, **asked, after=UUID(int=0), below=_FAR_AHEAD, limit=500)
            for sites in (["s07"], None)
            for asked in ({"since": None, "until": None}, _A_DAY)
        ],
        "board._OPEN": [ask(560, limit=100)],
        "board._AT_RISK": [ask(150, limit=100, until=_NOW + timedelta(hours=1))],
        "board._BREACHED": [ask(40, limit=100)],
        "board._LISTENERS": [ask(40)],
        "board._COUNT_AT_RISK": [ask(40, until=_NOW + timedelta(hours=1))],
        "board._COUNT_AT_RISK_AT": [ask(40, until=_NOW + timedelta(hours=1))],
        "figures._CHANGE": [
            ask(
                40,
                sites=["s07"],
                priorities=["normal"],
                kinds=["arrival"],
                counted=["running"],
                ns=[1],
            )
        ],
        "figures._SUM": [ask(100)],
        "figures._BREACHES_BY_SITE": [ask(100, limit=1000)],
        "figures._LOAD_AT": [ask(40)],
        "forgetting._DELETE": [ask(60, ids=["@closed"])],
        "outcomes._CLAIM": [ask(900, limit=200)],
        "outcomes._NEXT": [ask(40)],
        "outcomes._LOCK": [ask(60, ids=["@uncounted"])],
        "outcomes._ZONES": [ask(40, sites=["s07"])],
        "outcomes._FIND": [ask(40, ids=["@open", "@closed"])],
        "outcomes._DELETE": [ask(40, ids=["@open"], kinds=["arrival"])],
        "outcomes._MARK": [ask(60, ids=["@uncounted"])],
        "outcomes._ADD": [ask(40, **_A_SUM)],
        "compliance._SUM_MONTHS": [
            ask(300, **_MONTHS, **_TOLD_APART, sites=["s07"]),
            ask(16_000, **_MONTHS, **_TOLD_APART),
        ],
        "compliance._SUM_DAYS": [
            ask(1100, **_DAYS, **_TOLD_APART, sites=["s07"]),
            ask(5500, **{**_DAYS, "since": _NOW.date() - timedelta(days=3)}, **_TOLD_APART),
        ],
        "compliance._SUM_PROMISES": [
            ask(2500, **_DAYS, **_TOLD_APART, sites=["s07"]),
            ask(3000, **{**_DAYS, "since": _NOW.date() - timedelta(days=3)}, **_TOLD_APART),
        ],
        "compliance._LIST": [
            ask(blocks, **{**_PROMISES, "sites": sites, **asked})
            for sites, frequent, seldom in ((["s07"], 150, 150), (_SITES, 1800, 16_000))
            for blocks, asked in (
                (frequent, {"outcome": "broken"}),
                (frequent, {"outcome": "kept"}),
                (seldom, {"outcome": "kept", "category": "crane", "seldom": True}),
                (seldom, {"outcome": "broken", "category": "category-3", "seldom": True}),
            )
        ],
        "compliance._COUNT_BEHIND": [ask(900, limit=1000)],
        "compliance._KNOWN_SITES": [ask(300, limit=101)],
        "queries._LOCK": [ask(40, ids=["@open", "@closed"])],
        "queries._LOCK_DUE": [ask(640)],
        "queries._NEXT_LOOK": [ask(40)],
        "queries._FIND": [ask(40, ids=["@open", "@closed"])],
        "queries._FIND_ANNOUNCEMENTS": [ask(40, ids=["@open", "@closed"])],
        "queries._DELETE_CLOCKS": [ask(40, ids=["@open"], kinds=["arrival"])],
        "terms._LOAD": [
            ask(40, sites=["s07"], first_too=False),
            ask(40, sites=["s07"], first_too=True),
        ],
        "terms._NEWEST_POLICY": [ask(40, id="p7")],
        "terms._NEWEST_CALENDAR": [ask(40, id="c7")],
        "terms._FIND_CALENDARS": [ask(40, ids=["c7"])],
        "terms._SITE_ZONE": [ask(40)],
        "terms._END_POLICY": [ask(40, id="p7")],
        "terms._END_CALENDAR": [ask(40, id="c7")],
        "terms._LAST_POLICY": [ask(40, id="p7")],
        "terms._LAST_CALENDAR": [ask(40, id="c7")],
        "terms._LIST_POLICIES": [ask(60, after=""), ask(60, sites=None, site_id=None, after="")],
        "terms._LIST_CALENDARS": [ask(60, after=""), ask(60, sites=None, site_id=None, after="")],
        "known_sites._CATEGORIES": [ask(40, ids=["s07"]), ask(170, ids=None)],
        "terms._CLAIM_SWEEP": [ask(40)],
        "terms._ANY_SWEEP": [ask(40)],
        "terms._BRING_FORWARD": [ask(1100, done_to=_LONG_AGO)],
        "terms._BRING_FORWARD_AT_SITE": [ask(930, done_to=_LONG_AGO)],
        "terms._MOVE_SWEEP": [ask(40, id="@sweep", done_to=_LONG_AGO)],
        "terms._END_SWEEP": [ask(40, id="@sweep")],
    },
    "notify": {
        "exporting._PAGE": [
            ask(blocks, sites=sites, **asked, after=UUID(int=0), below=_FAR_AHEAD, limit=500)
            for blocks, sites in ((400, ["s07"]), (3000, None))
            for asked in ({"since": None, "until": None}, _A_DAY)
        ],
        "answers._ANSWERED": [ask(40, ids=["@answered"])],
        "certificates._LISTENERS": [ask(40, sites=["s07"], every_site="*")],
        "certificates._SAID": [
            ask(40, people=["@recipient"], kinds=["certificate.expiring"], causes=["t/k/2026/7"])
        ],
        "claims._CLAIM": [
            ask(4480, each=4, claim=_LONG_AGO, lease_until=_NOW, channel="webhook"),
            ask(4480, each=4, claim=_LONG_AGO, lease_until=_NOW, channel="email"),
        ],
        "claims._NEXT_DUE": [ask(40, channel="webhook"), ask(40, channel="email")],
        "claims._RENEW": [ask(60, ids=["@pending"], claims=[_LONG_AGO], lease_until=_NOW)],
        "deliveries._LOCKED": [ask(40, ids=["@pending", "@delivered"])],
        "deliveries._DELIVERED": [ask(50, id="@pending", endpoint_id="@endpoint", at=_NOW)],
        "deliveries._WELL": [ask(50, id="@pending", endpoint_id="@endpoint", at=_NOW)],
        "deliveries._END_OFFERS": [ask(40, offers=each) for each in ("@decided", "@of_many")],
        "deliveries._END_JOBS": [ask(40, jobs=each) for each in ("@decided", "@of_many")],
        "deliveries._FAIL_ALL": [ask(50, endpoint="@endpoint", reason="gone")],
        "deliveries._DROP": [
            ask(
                120,
                person="@offered_to",
                site="s07",
                kinds=["ticket.received"],
                reason="no_longer_there",
            )
        ],
        "deliveries._POSTPONE": [ask(60, endpoint="@endpoint")],
        "attempts._ATTEMPTS": [ask(90, endpoint="@endpoint"), ask(40, endpoint=_LONG_AGO)],
        "messages._OF_MESSAGES": [ask(40, ids=["@message"])],
        "deliveries._STILL_OPEN_OFFERS": [
            ask(130, owner="@offered_to", sites=None),
            ask(130, owner="@offered_to"),
        ],
        "deliveries._REPLAYABLE": [
            ask(
                40,
                endpoint="@endpoint",
                owner="@offered_to",
                message="@message",
                since=None,
                until=None,
                kinds=["job.offered"],
            ),
            ask(
                130,
                endpoint="@endpoint",
                owner="@offered_to",
                message=None,
                since=_NOW - timedelta(days=1),
                until=None,
                kinds=["job.offered"],
            ),
        ],
        "deliveries._AGAIN": [ask(40, ids=["@delivered"])],
        "audiences._COUNTED": [ask(40, sites=["s07", "*"])],
        "audiences._UNHEARD": [ask(130)],
        "audiences._LISTED": [
            ask(40, sites=["s07"], unheard=False, after=""),
            ask(600, sites=None, unheard=True, after=""),
        ],
        "claims._PENDING": [ask(1350, channels=_CHANNELS)],
        "endpoints._SEALED_BEFORE": [ask(100, marks=["whsec_"])],
        "endpoints._CLAIM_SEALED_BEFORE": [ask(100, marks=["whsec_"], limit=100)],
        "endpoints._COUNT_SECRETS": [ask(100)],
        "endpoints._LISTED": [ask(40, owner="t00012")],
        "endpoints._MANAGED": [ask(200, caller="d7", sites=sites) for sites in (None, ["s07"])],
        "endpoints._REGISTERED": [ask(40, registrar="d7")],
        "failed_deliveries._FAILED": [
            ask(4500, sites=sites, limit=500) for sites in (None, ["s07"])
        ],
        "endpoints._COUNT": [ask(100, silent_since=_NOW)],
        "endpoints._THESE": [ask(40, ids=["@endpoint"])],
        "endpoints._THESE_LOCKED": [ask(40, ids=["@endpoint"])],
        "forgetting._DELETE_COMMENTS": [ask(40, ids=["@ticket"])],
        "forgetting._DELETE": [ask(120, ids=["@ticket"])],
        "forgetting._SHORTEN": [ask(120, ids=["@ticket"])],
        "forgetting._CLAIM_OTHERS": [ask(40, before=_NOW - timedelta(days=30))],
        "forgetting._OLDEST_OTHER": [ask(40)],
        "forgetting._DELETE_OTHERS": [ask(60, ids=["@message"])],
        "forgetting._CLAIM_OLD_ATTEMPTS": [ask(170, before=_NOW - timedelta(days=30))],
        "forgetting._DELETE_ATTEMPTS": [ask(40, ids=["@attempt"])],
        "forgetting._OLDEST_ATTEMPT": [ask(40)],
        "messages._INBOX": [
            ask(40, recipient="@recipient"),
            ask(900, recipient="d7", desk_sites=None),
        ],
        "messages._UNREAD_INBOX": [
            ask(40, recipient="@recipient"),
            ask(130, recipient="@offered_to"),
            ask(900, recipient="d7", desk_sites=None),
        ],
        "messages._SINCE": [ask(40, recipient="@recipient", after=_LONG_AGO)],
        "messages._UNREAD": [
            ask(40, recipient="@recipient", limit=1000),
            ask(300, recipient="d7", desk_sites=None, limit=1000),
        ],
        "messages._READ": [ask(40, id="@message", recipient="@recipient")],
        "messages._READ_ALL": [
            ask(80, newest="@message", recipient="@recipient", limit=2000),
            ask(80_000, newest=_FAR_AHEAD, recipient="d7", desk_sites=None, limit=2000),
        ],
        "messages._ABOUT": [
            ask(40, ticket="@ticket"),
            *(ask(40, ticket=ticket, sites=None) for ticket in ("@ticket", "@told")),
        ],
        "queries._HELD": [
            ask(
                60,
                ids=["@ticket"],
                tickets=["@ticket"],
                sites=["s07"],
                heard=[],
                lately=_NOW - timedelta(minutes=1),
            )
        ],
        "recipients._ADDRESSEES": [ask(40, ids=["@recipient", "@offered_to"])],
        "recipients._ACQUAINTANCES": [
            ask(120, ids=["@recipient"], sites=["s07"], every_site="*"),
            ask(250, ids=["d7"], sites=_NO_SITE, every_site="*"),
        ],
        "acquaintance._KNOWN": [ask(120, id=id) for id in ("@recipient", "@offered_to", "d7")],
        "acquaintance._RECORDS": [ask(40, id="r000007", every_site="*")],
        "acquaintance._OWN_EMAIL": [ask(40, id="r000007")],
        "login_links._NEXT": [ask(40)],
        "login_links._CLAIM": [ask(40)],
        "login_links._DELETE": [ask(40, ids=["@message"])],
        "login_links._DELETE_OF_PEOPLE": [ask(40, people=["r000007"])],
        "mailboxes._SAVE": [
            ask(90, rows=_ADDRESSES, again=True),
            ask(90, rows=_ADDRESSES, again=False, sites=None),
        ],
        "mailboxes._ADDRESSES": [ask(40, ids=["r000007"])],
        "mailboxes._FOR_LOGIN": [
            ask(200, person="r000007", every_site="*", sites=None, opened=None, email=None),
            ask(
                200, person="r000007", every_site="*", sites=None, opened=["s07"], email="a@b.test"
            ),
        ],
        "preferences._ONE": [ask(40, id="r000007")],
        "preferences._ONE_LOCKED": [ask(40, id="r000007")],
        "preferences._REMOVE": [ask(40, id="r000007")],
        "preferences._SAID_TO": [ask(40, id="@message")],
        "reachability._REACHED": [ask(40, ids=["r000007"], channels=_CHANNELS)],
        "reachability._UNREACHED": [
            ask(160, ids=["r000007", "r000008"], channels=_CHANNELS, every_site="*")
        ],
        "reachability._LEFT": [ask(40, ids=["r000007"], sites=["s07"])],
        "reachability._FORGET": [ask(40, id="r000007")],
        "reachability._OF_SITES": [
            ask(500, sites=["s08"], channels=_CHANNELS, after=""),
            ask(5000, channels=_CHANNELS, after=""),
            ask(40, sites=_NO_SITE, channels=_CHANNELS, after=""),
        ],
        "reachability._ANYWHERE": [ask(500, channels=_CHANNELS, after="")],
        "contacts._PUT": [ask(60, rows=_CONTACTS, language="zh-CN")],
        "contacts._FIND": [ask(40, ids=["@recipient", "@offered_to"])],
        "contacts._WITH_PHONE": [
            ask(200, phone="+8613800000007", after="", every_site="*"),
            ask(40, phone="+8613800000007", after="", every_site="*", sites=None),
            ask(40, phone="+8613899999999", after="", every_site="*"),
        ],
        "recipients._ONE": [ask(40, id="@recipient")],
        "recipients._ONE_LOCKED": [ask(40, id="@recipient")],
        "recipients._CHOOSE": [
            ask(60, ids=["@recipient"], languages=["en"], moments=[_NOW]),
        ],
        "recipients._AUDIENCE": [ask(40, id="d7")],
        "recipients._LISTENERS": [ask(90, every_site="*", after="")],
        "recipients._AUDIENCES": [ask(40, ids=["d7"])],
        "recipients._NOT_LISTENING": [ask(40, id="d7")],
        "recipients._REMOVE": [ask(40, id="@recipient")],
        "waiting._NEXT": [ask(40)],
        "waiting._CLAIM": [ask(550)],
        "repeats._NEXT": [ask(40)],
        "repeats._CLAIM": [ask(550)],
    },
    "kernel": {
        "idempotency._LOCK_AND_FIND": [ask(40, key="@key"), ask(40, key="new")],
        "idempotency._FIND": [ask(40, key="@key"), ask(40, key="new")],
        "idempotency._OLDEST": [ask(40)],
        "idempotency._CLAIM_OLD": [ask(20_000, before=_NOW - timedelta(hours=20), limit=5000)],
        "idempotency._DELETE": [ask(40, keys=["@key"])],
        "healing._TRY_LOCK": [ask(40, lock="fettle.relay")],
        "healing._THESE": [ask(60, created=_STREAM_CREATED, seqs=[1, 50_000])],
        "healing._UNMARK": [ask(90, marks=_ONE_MARK)],
        "outbox._DROP_STALE": [ask(60, ids=["@unmarked"])],
        "outbox._MARK": [
            ask(
                60,
                created=_STREAM_CREATED,
                marks='[{"id": "01800000-0000-7000-8000-000000000000", "seq": 999999}]',
            )
        ],
        "outbox._NEWEST_MARK": [ask(40, created=_STREAM_CREATED, upto=50_000)],
        "outbox._MARK_DEAD": [ask(60, id="@unmarked", reason="too large")],
        "dead_letters._STORE": [
            ask(
                60,
                id=_LONG_AGO,
                durable="durable-1",
                seq=1,
                fact_id="new",
                headers="{}",
                body=b"x",
                reason="x",
                stack="x",
                attempts=1,
            )
        ],
        "dead_letters._IS_DEAD_LETTER": [ask(40, durable="durable-1", fact_id="fact-7")],
        "dead_letters._REMOVE": [ask(40, durable="durable-1", fact_id="fact-7")],
        "dead_letters._LIST": [ask(40), ask(40, before="@dead_letter")],
        "dead_letters._SHOW": [ask(40, id="@dead_letter")],
        "dead_letters._CLAIM": [ask(40, id="@dead_letter")],
        "dead_letters._DROP": [ask(40, id="@dead_letter")],
        "dead_letters._COUNT_OUTBOX": [ask(40)],
        "dead_letters._COUNT": [ask(200)],
        "positions._LOAD": [ask(40, durable="durable-1")],
        **{
            f"positions.{name}": [
                ask(
                    40,
                    durable="durable-1",
                    stream_created=_STREAM_CREATED,
                    stream_seq=2000,
                    fact_id="x",
                    handled=1,
                )
            ]
            for name in ("_SAVE", "_MOVE", "_BEGIN")
        },
        "positions._RESET": [ask(40, durable="durable-1", created=_NOW)],
        "snapshots._KEEP_NEWER": [
            ask(60, rows=f"[{json.dumps(_FACT)}]", about=["ticket 77"], tickets=[UUID(int=77)])
        ],
        "snapshots._KEEP_IN_PASSING": [ask(60, **_FACT)],
        "snapshots._FIND": [ask(40, entity="tickets.ticket", ids=["77", "nobody"])],
        "people._RECORDS": [ask(40, ids='["s07/r000007", "s08/r000007"]')],
        "people._SITES_OF": [ask(40, person_id="r000007", role="technician")],
    },
}
