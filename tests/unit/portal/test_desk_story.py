"""What happened on a ticket, told to its desk."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.portal.domain.desk.people import Cast
from services.portal.domain.desk.sentence import sentence
from services.portal.domain.desk.story import StoryLine, story
from services.portal.domain.desk.views import Entry, Job
from shared.contracts.tickets import Classing, Priority
from tests.unit.portal.desk import JOB, NOON, TICKET, after
from tests.unit.portal.test_desk_words import ROLES

PHOTO = UUID("01900000-0000-7000-8000-0000000000bb")
CAST = Cast(
    reporter_id="resident-1",
    names={"wang": "王芳", "li": "李强", f"job:{JOB}": "李强"},
    roles=ROLES,
)


def entry(n: int, name: str, cause: str = "resident-1", **more: Any) -> Entry:
    detail = more.pop("detail", {})
    given = {"n": n, "at": after(minutes=n), "name": name, "cause": cause, "detail": detail}
    return Entry.model_validate({**given, **more})


def told(*entries: Entry, jobs: list[Job] | None = None) -> list[StoryLine]:
    return story(entries, jobs, CAST)


def a_job(*steps: tuple[str, datetime, str | None, str | None]) -> Job:
    return Job.model_validate(
        {
            "id": JOB,
            "ticket_id": TICKET,
            "site_id": "demo",
            "cycle": 1,
            "number": 1,
            "state": steps[-1][0],
            "technician_id": None,
            "planned_arrival": None,
            "reason": None,
            "category": "plumbing",
            "priority": "normal",
            "due_at": None,
            "steps": [
                {"state": state, "at": at, "technician_id": who, "reason": reason}
                for state, at, who, reason in steps
            ],
            "offers": (),
            "unassignable_at": None,
            "holder_bars": (),
        }
    )


@pytest.mark.parametrize(
    ("line", "head"),
    [
        (entry(1, "opened"), sentence("desk-story-opened", who="a resident")),
        (
            entry(2, "comment", "wang", by_staff=True, text="马上来"),
            sentence("desk-story-answered", who="王芳"),
        ),
        (
            entry(2, "comment", "wang", by_staff=True, text="带梯子", public=False),
            sentence("desk-story-noted", who="王芳"),
        ),
        (
            entry(2, "comment", f"job:{JOB}", by_technician=True, text="缺配件"),
            sentence("desk-story-wrote", who="李强"),
        ),
        (entry(2, "comment", text="好的"), sentence("desk-story-said", who="a resident")),
        (
            entry(2, "urged", detail={"times": 2}),
            sentence("desk-story-urged", who="a resident", times=2),
        ),
        (
            entry(2, "held", "wang", detail={"reason": "no_access", "note": "没人"}),
            sentence("desk-story-held", who="王芳", reason="no_access"),
        ),
        (
            entry(2, "cancelled", "wang", detail={"duplicate_of": "x", "reference": "DEMO-2-B"}),
            sentence("desk-story-merged-into", who="王芳", reference="DEMO-2-B"),
        ),
        (
            entry(2, "amended", "wang", detail={"changed": [], "merged": "DEMO-2-B"}),
            sentence("desk-story-merged", who="王芳", reference="DEMO-2-B"),
        ),
        (
            entry(2, "amended", detail={"changed": ["place"]}),
            sentence("desk-story-amended", who="a resident", what="place"),
        ),
        (
            entry(2, "amended", detail={"changed": ["danger"], "danger": "冒烟"}),
            sentence("desk-story-danger", who="a resident"),
        ),
        (
            entry(2, "closed", "system", detail={"unconfirmed": True}),
            sentence("desk-story-expired", who="by itself"),
        ),
        (
            entry(2, "appointed", "wang", detail={"start": NOON.isoformat(), "end": "x"}),
            sentence("desk-story-visit-cancelled", who="王芳"),
        ),
        (
            entry(
                2,
                "appointed",
                "wang",
                detail={
                    "start": NOON.isoformat(),
                    "end": after(hours=1).isoformat(),
                    "proposed": True,
                },
            ),
            sentence("desk-story-visit-offered", who="王芳", start=NOON, end=after(hours=1)),
        ),
        (entry(2, "something_new"), sentence("desk-story-other", who="a resident")),
    ],
)
def test_each_line_says_who_did_what(line: Entry, head: object) -> None:
    [found] = told(line)

    assert found.head == head


def test_a_completion_tells_what_was_done() -> None:
    done = a_job(
        ("accepted", after(minutes=1), "li", None), ("completed", after(minutes=9), "li", None)
    )
    reported = Job.model_validate({**done.model_dump(), "report": {"note": "换了角阀"}})

    assert [line.said for line in told(jobs=[done])] == ["", ""]
    assert [line.said for line in told(jobs=[reported])] == ["换了角阀", ""]


def test_what_a_resident_says_or_wants_is_strong_and_the_words_of_staff_are_not() -> None:
    lines = told(
        entry(1, "comment", text="什么时候来"),
        entry(2, "comment", "wang", by_staff=True, text="马上"),
        entry(3, "cancel_requested", detail={"reason": "不用了"}),
        entry(4, "rated", detail={"speed": 1, "quality": 3, "manner": 3, "text": "慢"}),
    )

    assert [(line.strong, line.said) for line in lines] == [
        (True, "慢"),
        (True, "不用了"),
        (False, "马上"),
        (True, "什么时候来"),
    ]


def test_a_new_class_says_the_priority_and_the_words_of_danger() -> None:
    at = after(minutes=2)
    classing = Classing(at=at, category="plumbing", priority=Priority.EMERGENCY)
    line = entry(2, "reclassified", detail={"reason": None, "danger": "爆管, 冒烟"})

    [found] = story([line], None, CAST, classes=[classing])

    assert (found.head.said["priority"], found.said) == ("emergency", "爆管, 冒烟")


def test_photos_come_with_the_line_that_they_were_sent_with() -> None:
    lines = told(
        entry(1, "attached", detail={"attachment_id": str(PHOTO), "kind": "photo"}),
        entry(2, "comment", text="看图", detail={"attachments": [str(PHOTO), "no id"]}),
    )

    assert [line.photos for line in lines] == [(PHOTO,), (PHOTO,)]


def test_the_steps_of_jobs_tell_what_technicians_did_in_the_place_of_what_the_ticket_followed() -> (
    None
):
    followed = entry(1, "assigned", f"job:{JOB}")
    job = a_job(
        ("waiting", NOON, None, None),
        ("offered", NOON, "wu", None),
        ("waiting", NOON, "wu", "too far"),
        ("offered", NOON, "li", None),
        ("accepted", after(minutes=1), "li", None),
        ("travelling", after(minutes=2), "li", None),
        ("paused", after(minutes=3), "li", "waiting_parts"),
        ("working", after(minutes=4), "li", None),
        ("waiting", after(minutes=5), "li", "下班了"),
    )

    assert [line.head.key for line in told(followed)] == ["desk-story-accepted-as-ticket"]
    lines = told(followed, jobs=[job])
    assert [(line.head.key, line.head.said["who"], line.said) for line in lines] == [
        ("desk-story-returned", "李强", "下班了"),
        ("desk-story-resumed", "李强", ""),
        ("desk-story-held", "李强", ""),
        ("desk-story-set-out", "李强", ""),
        ("desk-story-accepted", "李强", ""),
    ]


def test_a_job_that_staff_took_away_was_not_returned() -> None:
    job = a_job(
        ("accepted", NOON, "li", None), ("waiting", after(minutes=1), "li", "withdrawn_by_staff")
    )

    [line, _] = told(jobs=[job])

    assert (line.head.key, line.said) == ("desk-story-withdrawn", "")


@pytest.mark.parametrize(
    ("reason", "head", "usual", "words"),
    [
        ("unwell", "desk-story-returned", "technician-return-unwell", ""),
        ("shift: 家里有事", "desk-story-returned", "technician-return-shift", "家里有事"),
        ("I am not well", "desk-story-returned", "", "I am not well"),
        ("call back: later", "desk-story-returned", "", "call back: later"),
        ("assigned_to_other", "desk-story-withdrawn", "desk-reason-assigned-to-other", ""),
        ("technician_gone", "desk-story-unassigned", "desk-reason-technician-gone", ""),
    ],
)
def test_a_usual_reason_is_told_by_its_message_and_words_as_they_are(
    reason: str, head: str, usual: str, words: str
) -> None:
    job = a_job(("accepted", NOON, "li", None), ("waiting", after(minutes=1), "li", reason))
    followed = entry(2, "unassigned", f"job:{JOB}", detail={"reason": reason})

    [by_job, _] = told(jobs=[job])
    [by_ticket] = told(followed)

    assert (by_job.head.key, by_job.usual, by_job.said) == (head, usual, words)
    assert (by_ticket.usual, by_ticket.said) == (usual, words)


def test_of_what_happened_at_one_instant_the_last_is_told_first() -> None:
    lines = told(entry(1, "opened"), entry(2, "released", at=after(minutes=1)), entry(3, "urged"))

    assert [line.key for line in lines] == ["t3", "t2", "t1"]
