"""What technicians hear about offers and jobs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notify.domain.envelope import MAX_BODY_BYTES, Said, envelope, work_secrets
from services.notify.domain.for_technicians import for_technicians
from services.notify.domain.job_view import differs, job_view
from services.notify.domain.kinds import Kind
from services.notify.domain.known import Known, ToldJob, stamp
from services.notify.domain.occasion import Occasion
from services.notify.domain.superseding import OWN
from shared.auth.caller import WorkScheme
from shared.auth.work_tokens import WorkTokens
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.attachments import Attachment, AttachmentKind
from shared.contracts.dispatch import TAKEN_AWAY, JobState, OfferState, PoolV1
from shared.contracts.notify import Decision
from shared.contracts.tickets import Appointment, Deed, Note, TicketState
from shared.ids import new_id
from tests.support.clocks import SettableClock
from tests.support.component import OFFER_KEYS
from tests.unit.notify.stories import NOON, Story, a_technician

MINUTE = timedelta(minutes=1)
TOKENS = WorkTokens(OFFER_KEYS, SettableClock(NOON))


def an_attachment(by: str, *, by_staff: bool = False, public: bool = True) -> Attachment:
    return Attachment(
        id=new_id(), kind=AttachmentKind.PHOTO, by=by, at=NOON, by_staff=by_staff, public=public
    )


def said(story: Story, order: WorkOrderV1, **more: Any) -> list[Occasion]:
    return for_technicians(
        Known(
            ticket=story.ticket(), work_order=order, technicians={"wang": a_technician()}, **more
        ),
        now=story.now,
    )


def heard(occasions: list[Occasion], now: Any = NOON) -> list[tuple[str, str]]:
    return [(each.recipient_id, each.kind.value) for each in occasions if each.stale(now) is None]


def test_an_open_offer_is_told_until_it_ends() -> None:
    story = Story(NOON)

    (occasion,) = said(story, story.offered("wang"))

    assert (occasion.kind, occasion.recipient_id, occasion.cause) == (
        Kind.JOB_OFFERED,
        "wang",
        str(story.offers["wang"].id),
    )
    assert occasion.until == story.offers["wang"].expires_at
    assert occasion.stale(NOON + 3 * MINUTE) == "expired"


def test_the_entrance_is_told_where_there_is_one() -> None:
    story = Story(NOON)
    order, ticket = story.offered("wang"), story.ticket()
    behind = ticket.model_copy(
        update={"place": ticket.place.model_copy(update={"entrance": "2", "address": "ring"})}
    )

    (occasion,) = for_technicians(
        Known(ticket=behind, work_order=order, technicians={"wang": a_technician()}),
        now=story.now,
    )

    job = occasion.data["job"]
    assert isinstance(job, dict)
    assert job["location"] == {
        "building": "3",
        "unit": "1202",
        "lat": 31.2304,
        "lon": 121.4737,
        "entrance": "2",
        "address": "ring",
    }


def test_the_offer_is_what_the_protocol_says_and_its_token_proves_it() -> None:
    story = Story(NOON)
    offer_clocks = {"clocks": story.clocks()}
    (occasion,) = said(story, story.offered("wang"), **offer_clocks)
    said_ = Said(
        id=new_id(),
        kind=occasion.kind,
        at=occasion.at,
        data=occasion.data,
        title="t",
        text="x",
        language="zh-CN",
    )
    offer = story.offers["wang"]

    secrets = work_secrets(said_, story.ticket_id, "wang", TOKENS, "https://dispatch.example")

    assert said_.data == {
        "offer_id": str(offer.id),
        "expires_at": "2026-11-21T04:03:00Z",
        "job": {
            "id": str(story.job_id),
            "reference": "DEMO-1042-K",
            "category": "plumbing",
            "priority": "urgent",
            "summary": "厨房水管爆裂",
            "location": {"building": "3", "unit": "1202", "lat": 31.2304, "lon": 121.4737},
            "skills": ["plumbing"],
            "due": {"arrival": "2026-11-21T06:00:00Z"},
            "preferred_windows": [],
            "bring": [],
        },
    }
    assert secrets["accept_url"] == f"https://dispatch.example/v1/offers/{offer.id}/accept"
    assert secrets["decline_url"] == f"https://dispatch.example/v1/offers/{offer.id}/decline"
    proven = TOKENS.prove(WorkScheme.OFFER, str(secrets["token"]))
    assert (proven.id, proven.ticket_id, proven.technician_id) == (
        offer.id,
        story.ticket_id,
        "wang",
    )


def test_the_longest_ticket_still_fits_into_a_webhook() -> None:
    story = Story(NOON)
    story.description = "\u0001水" * 2000
    story.attachments = tuple(an_attachment(f"job:{new_id()}") for _ in range(8))

    (occasion,) = said(story, story.offered("wang"))
    said_ = Said(
        id=new_id(),
        kind=occasion.kind,
        at=NOON,
        data=occasion.data,
        title="t",
        text="x",
        language="zh-CN",
    )

    assert (
        len(
            envelope(
                said_,
                work_secrets(said_, story.ticket_id, "wang", TOKENS, "https://dispatch.example"),
            )
        )
        < MAX_BODY_BYTES
    )


def test_the_winner_and_the_others_are_told() -> None:
    story = Story(NOON)
    story.offered("wang", "li")
    order = story.accepted("wang")

    assert heard(said(story, order)) == [("wang", "job.accepted"), ("li", "offer.withdrawn")]


@pytest.mark.parametrize("state", [OfferState.WITHDRAWN, OfferState.EXPIRED])
def test_an_acceptance_in_a_reply_that_came_too_late_is_lost(state: OfferState) -> None:
    story = Story(NOON)
    story.offered("wang")
    order = story.decided("wang", state)

    told = heard(said(story, order, answers={story.offers["wang"].id: Decision.ACCEPT}))

    assert told == [("wang", "offer.lost")]


@pytest.mark.parametrize(
    ("state", "told"),
    [(OfferState.DECLINED, []), (OfferState.WITHDRAWN, [("wang", "offer.withdrawn")])],
)
def test_an_end_is_told_to_who_did_not_bring_it_about(
    state: OfferState, told: list[tuple[str, str]]
) -> None:
    story = Story(NOON)
    story.offered("wang")

    assert heard(said(story, story.decided("wang", state))) == told


def test_an_acceptance_that_is_over_when_it_is_heard_of_is_stale() -> None:
    story = Story(NOON)
    story.offered("wang")
    story.accepted("wang")
    order = story.order(JobState.COMPLETED, technician="wang")

    assert heard(said(story, order)) == []


@pytest.mark.parametrize(
    ("state", "reason", "moot"),
    [
        (JobState.CANCELLED, "ticket_cancelled", None),
        *((JobState.WAITING, reason, None) for reason in sorted(TAKEN_AWAY)),
        (JobState.WAITING, "unwell: twisted my ankle", OWN),
    ],
)
def test_who_loses_a_job_is_told_and_who_gave_it_back_knows(
    state: JobState, reason: str, moot: str | None
) -> None:
    story = Story(NOON)
    story.accepted("wang")
    story.now += MINUTE
    order = story.order(state, reason=reason)

    (occasion,) = said(story, order)

    assert (occasion.recipient_id, occasion.kind, occasion.data["reason"], occasion.moot) == (
        "wang",
        Kind.JOB_CANCELLED,
        reason,
        moot,
    )


def test_why_a_ticket_was_cancelled_reaches_who_had_the_job_once_the_ticket_is_heard_of() -> None:
    story = Story(NOON)
    story.accepted("wang")
    story.now += MINUTE
    before = story.ticket()
    order = story.order(JobState.CANCELLED, technician="wang", reason="ticket_cancelled")
    order = order.model_copy(update={"observed": before.version + 1})
    note = Note(at=story.now, text="It fixed itself")
    cancelled = story.ticket(TicketState.CANCELLED, cause="resident-1", note=note)

    def told(ticket: TicketV1) -> list[Occasion]:
        known = Known(ticket=ticket, work_order=order, technicians={"wang": a_technician()})
        return [
            each
            for each in for_technicians(known, now=story.now)
            if each.kind is Kind.JOB_CANCELLED
        ]

    [lost] = told(cancelled)
    assert (lost.words, lost.data["words"]) == ("It fixed itself", "It fixed itself")
    assert told(before) == []


def test_a_change_of_what_was_told_is_told_and_due_times_are_none() -> None:
    story = Story(NOON)
    story.offered("wang")
    order = story.accepted("wang")
    accepted = next(each for each in said(story, order) if each.kind is Kind.JOB_ACCEPTED)
    told = (ToldJob(technician_id="wang", job_id=str(story.job_id), job=accepted.data["job"]),)  # type: ignore[arg-type]

    same = said(story, order, told_jobs=told, clocks=story.clocks())
    story.description = "厨房水管爆裂，已关总阀"
    changed = [each for each in said(story, order, told_jobs=told) if each.kind is Kind.JOB_CHANGED]

    assert not [each for each in same if each.kind is Kind.JOB_CHANGED]
    assert [each.data["changed"] for each in changed] == [["summary"]]


@pytest.mark.parametrize(
    ("amended", "told"), [("description", ["summary"]), ("answers", ["answers"]), ("other", [])]
)
def test_what_was_amended_is_told_though_it_is_cut_where_the_job_shows_it(
    amended: str, told: list[str]
) -> None:
    story = Story(NOON)
    story.description = "x" * 4000
    story.offered("wang")
    order = story.accepted("wang")
    view = job_view(Known(ticket=story.ticket(), work_order=order), order.jobs[0])
    before = (ToldJob(technician_id="wang", job_id=str(story.job_id), job=view),)
    story.now += MINUTE
    deed = story.deed(Deed.AMENDED, changed=(amended,))
    known = Known(
        ticket=story.ticket(activities=(deed,)),
        work_order=order,
        technicians={"wang": a_technician()},
        told_jobs=before,
    )

    changed = [each for each in for_technicians(known, now=story.now) if "changed" in each.data]
    again = replace(known, told_jobs=(replace(before[0], job=job_view(known, order.jobs[0])),))

    assert [each.data["changed"] for each in changed] == ([told] if told else [])
    assert not [each for each in for_technicians(again, now=story.now) if "changed" in each.data]


def test_photos_of_others_are_told_to_who_has_the_job_and_not_their_own() -> None:
    story = Story(NOON)
    story.offered("wang")
    order = story.accepted("wang")
    own, theirs, internal = (
        an_attachment(f"job:{story.job_id}"),
        an_attachment("resident-7"),
        an_attachment("chen", by_staff=True, public=False),
    )
    told = (ToldJob(technician_id="wang", job_id=str(story.job_id), job=_view(story, order)),)

    story.attachments = (own,)
    same = said(story, order, told_jobs=told)
    story.attachments = (own, theirs, internal)
    changed = [each for each in said(story, order, told_jobs=told) if each.kind is Kind.JOB_CHANGED]

    assert not [each for each in same if each.kind is Kind.JOB_CHANGED]
    assert [each.data["changed"] for each in changed] == [["attachments"]]
    assert _view(story, order)["attachments"] == [
        {
            "id": str(each.id),
            "kind": "photo",
            "at": stamp(NOON),
            "by": by,
            "public": each.public,
        }
        for each, by in ((theirs, "resident"), (internal, "staff"))
    ]


def test_a_comment_brings_what_it_is_about() -> None:
    story = Story(NOON)
    order = story.accepted("wang")
    photo = new_id()
    comment = story.comment("here").model_copy(update={"attachments": (photo,)})

    view = job_view(
        Known(ticket=story.ticket(), work_order=order, comments=(comment,)), order.jobs[0]
    )

    shown = view["comments"]
    assert isinstance(shown, list)
    assert [each["attachments"] for each in shown if isinstance(each, dict)] == [[str(photo)]]


def _view(story: Story, order: WorkOrderV1) -> dict[str, Any]:
    return job_view(Known(ticket=story.ticket(), work_order=order), order.jobs[0])


def test_a_job_that_may_go_on_is_told() -> None:
    story = Story(NOON)
    story.offered("wang")
    story.accepted("wang")
    story.now += MINUTE
    story.order(JobState.PAUSED, technician="wang", reason="waiting_parts")
    story.now += MINUTE
    order = story.order(JobState.ACCEPTED, technician="wang", reason="ticket_released")

    changed = [each for each in said(story, order) if each.kind is Kind.JOB_CHANGED]

    assert [each.data["changed"] for each in changed] == [["resumed"]]


def test_a_promise_of_arrival_that_is_kept_is_no_longer_due() -> None:
    story = Story(NOON)
    story.offered("wang")
    story.now += MINUTE
    order = story.accepted("wang")
    due = story.clocks()
    before = job_view(Known(ticket=story.ticket(), work_order=order, clocks=due), order.jobs[0])
    story.now += MINUTE
    order = story.order(JobState.ON_SITE, technician="wang")

    after = job_view(Known(ticket=story.ticket(), work_order=order, clocks=due), order.jobs[0])

    assert (bool(before["due"]), after["due"]) == (True, {})


@pytest.mark.parametrize("stands_at", [None, NOON + MINUTE, NOON])
def test_a_visit_that_staff_set_is_proposed_until_the_resident_agrees(stands_at: Any) -> None:
    story = Story(NOON)
    start = NOON + timedelta(days=1)
    offered = Appointment(
        at=NOON,
        start=start,
        end=start + MINUTE,
        by="desk",
        by_staff=True,
        proposed=True,
        stands_at=stands_at,
    )
    order = story.offered("wang")
    known = Known(ticket=story.ticket(appointments=(offered,)), work_order=order)
    told = job_view(known, order.jobs[0])
    agreed = offered.model_copy(update={"proposed": False, "stands_at": None})
    known = Known(ticket=story.ticket(appointments=(offered, agreed)), work_order=order)

    now = job_view(known, order.jobs[0])

    at_once = stands_at == NOON
    assert (told["visit"] == now["visit"]) is at_once
    assert differs(told, now) == ([] if at_once else ["visit"])


def test_a_job_in_the_pool_is_told_once_to_those_who_are_named_until_its_time_is_over() -> None:
    story = Story(NOON)
    pool = PoolV1(at=NOON, until=NOON + 10 * MINUTE, told=("wang", "li"))
    first, again = story.order(job={"pool": pool}), story.order(job={"pool": pool})

    told, told_again = said(story, first), said(story, again)

    assert heard(told) == [("wang", "job.pooled"), ("li", "job.pooled")]
    assert {each.key for each in told} == {each.key for each in told_again}
    assert told[0].stale(NOON + 10 * MINUTE) == "expired"
    assert told[0].data["pool_until"] == "2026-11-21T04:10:00Z"
    assert told[0].language == "zh-CN"
    later = pool.model_copy(update={"at": NOON + MINUTE})
    assert said(story, story.order(job={"pool": later}))[0].key != told[0].key


def test_a_job_that_waits_no_more_is_in_no_pool() -> None:
    story = Story(NOON)
    pool = PoolV1(at=NOON, until=NOON + 10 * MINUTE, told=("wang",))

    taken = said(story, story.order(JobState.ACCEPTED, technician="li", job={"pool": pool}))

    assert heard(taken) == []


def test_a_client_is_told_where_to_grab_and_reads_the_words() -> None:
    story = Story(NOON)
    pool = PoolV1(at=NOON, until=NOON + 10 * MINUTE, told=("wang",))
    [occasion] = said(story, story.order(job={"pool": pool}))
    told = Said(
        id=new_id(),
        kind=occasion.kind,
        at=occasion.at,
        data=occasion.data,
        title="In the pool",
        text="Grab it",
        language="en",
    )

    secrets = work_secrets(told, story.ticket_id, "wang", TOKENS, "https://dispatch")

    assert secrets == {"grab_url": f"https://dispatch/v1/jobs/{story.job_id}/grab"}
    assert b"In the pool" in envelope(told, secrets)
    assert len(envelope(told, secrets)) < MAX_BODY_BYTES
