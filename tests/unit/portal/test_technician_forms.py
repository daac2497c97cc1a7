"""What technicians fill in, and what they are refused, in words."""

from datetime import timedelta
from typing import Any

import pytest

from services.dispatch.domain.job_steps import TECHNICIAN_MAY
from services.portal.domain.job_photos import photos_of
from services.portal.domain.job_verbs import VERBS, next_verb
from services.portal.domain.phone_words import phone_time
from services.portal.domain.refused_work import words_of
from services.portal.domain.step_forms import (
    MAX_PHOTOS,
    FormWrong,
    part_rows,
    pause_body,
    read_reason,
    report_body,
    report_photos,
)
from shared.contracts.attachments import Attachment
from shared.contracts.dispatch import IN_HAND
from shared.ids import new_id
from tests.unit.portal.test_technician_day import NOON, a_job, after, steps


def test_every_state_in_hand_has_one_step_that_comes_next() -> None:
    assert {state for state in IN_HAND if next_verb(state) is None} == set()
    assert len([state for verb in VERBS for state in verb.big_in]) == len(IN_HAND)


def test_no_button_is_shown_that_dispatch_refuses_at_once() -> None:
    may = {verb.value: states for verb, states in TECHNICIAN_MAY.items()}

    assert {
        (verb.name, state)
        for verb in VERBS
        for state in verb.shown_in
        if state not in may[verb.name]
    } == set()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, {}),
        ({"said_at": "yesterday"}, {}),
        ({"said_at": "1970-01-01T00:00:00Z"}, {}),
        ({"said_at": "2026-03-02T12:00:00"}, {}),
        (
            {"said_at": "2026-03-02T04:00:00.000Z", "phone_ahead_s": "-12.4"},
            {"said_at": "2026-03-02T04:00:00+00:00", "phone_ahead_s": -12},
        ),
        (
            {"said_at": "2026-03-02T04:00:00Z", "phone_ahead_s": "inf"},
            {"said_at": "2026-03-02T04:00:00+00:00"},
        ),
        (
            {"said_at": "2026-03-02T04:00:00Z", "phone_ahead_s": "1e300"},
            {"said_at": "2026-03-02T04:00:00+00:00"},
        ),
    ],
)
def test_what_a_phone_says_is_passed_on_where_it_can_be_meant(
    fields: dict[str, str], told: dict[str, Any]
) -> None:
    assert phone_time(fields) == told


def test_a_report_has_what_was_filled_in_and_nothing_else() -> None:
    body = report_body(
        {"note": " done ", "minutes": "25", "signature": "no id"},
        {
            "part": ["washer", " ", "pipe"],
            "quantity": ["2", "9", ""],
            "item": ["water", "valve", "water", "no code"],
            "done": ["water", "unknown"],
        },
        now=NOON,
    )

    assert body == {
        "note": "done",
        "minutes": 25,
        "parts": [{"name": "washer", "quantity": 2}, {"name": "pipe", "quantity": 1}],
        "signature": None,
        "checklist": [{"code": "water", "done": True}, {"code": "valve", "done": False}],
    }


def test_a_report_without_a_checklist_says_none_to_a_release_that_takes_none() -> None:
    assert "checklist" not in report_body({"note": "done"}, {"done": ["water"]}, now=NOON)


def test_photos_of_a_report_are_those_that_were_chosen_and_those_that_came_with_it() -> None:
    after_id, before_id, sent_id = (str(new_id()) for _ in range(3))
    lists = {"photos": [after_id, "local:gone", after_id], "photos_before": [before_id]}

    assert report_photos(lists, [(sent_id, False)]) == [
        {"id": before_id, "before": True},
        {"id": after_id, "before": False},
        {"id": sent_id, "before": False},
    ]


def test_parts_stand_in_the_form_as_they_were_written() -> None:
    lists = {"part": ["washer", ""], "quantity": ["two"]}

    assert part_rows(lists, least=3) == [("washer", "two"), ("", "1"), ("", "1")]
    assert part_rows({}, least=2) == [("", "1"), ("", "1")]


def test_minutes_that_are_left_out_are_those_since_the_technician_was_there() -> None:
    there = {"there_since": (NOON - timedelta(minutes=41)).isoformat()}

    assert report_body(there, {}, now=NOON)["minutes"] == 41
    assert report_body({}, {}, now=NOON)["minutes"] is None
    assert report_body({"there_since": "soon"}, {}, now=NOON)["minutes"] is None


def test_no_more_photos_are_named_than_a_ticket_holds() -> None:
    lists = {"photos": [str(new_id()) for _ in range(20)]}

    assert len(report_photos(lists)) == MAX_PHOTOS


@pytest.mark.parametrize(
    ("fields", "lists", "field"),
    [
        ({"minutes": "-1"}, {}, "minutes"),
        ({"minutes": "٣"}, {}, "minutes"),
        ({"minutes": "99999999999999999999"}, {}, "minutes"),
        ({"note": "x" * 4001}, {}, "note"),
        ({}, {"part": ["x" * 201]}, "part"),
        ({}, {"part": ["pipe"], "quantity": ["0"]}, "part"),
    ],
)
def test_what_cannot_be_meant_is_named_by_its_field(
    fields: dict[str, str], lists: dict[str, list[str]], field: str
) -> None:
    with pytest.raises(FormWrong) as wrong:
        report_body(fields, lists, now=NOON)

    assert wrong.value.field == field


def test_a_reason_is_a_usual_one_or_words() -> None:
    usual = ("tools", "far")

    assert read_reason({"reason": "tools"}, usual, demanded=True).code == "tools"
    assert read_reason({"reason": "x", "words": "ill"}, usual, demanded=True).words == "ill"
    assert read_reason({}, usual, demanded=False).code == ""
    for fields in ({}, {"reason": "no such"}, {"words": " "}):
        with pytest.raises(FormWrong):
            read_reason(fields, usual, demanded=True)
    with pytest.raises(FormWrong):
        pause_body({"reason": "interrupted"})


AT = "2026-03-02T04:00:00+00:00"


@pytest.mark.parametrize(
    ("code", "members", "key", "who"),
    [
        (
            "offer_decided",
            {"state": "withdrawn", "accepted_at": AT, "accepted_by": "Li"},
            "technician-lost-to",
            "Li",
        ),
        (
            "offer_decided",
            {"state": "withdrawn", "accepted_at": AT},
            "technician-lost-to-another",
            "",
        ),
        (
            "offer_decided",
            {"state": "expired", "decided_at": AT, "accepted_at": None},
            "technician-lost-expired",
            "",
        ),
        ("offer_decided", {"state": "withdrawn"}, "technician-lost-withdrawn", ""),
        ("offer_decided", {"state": "declined"}, "technician-lost-declined", ""),
        ("offer_decided", {"state": "accepted"}, "technician-lost-no-longer-yours", ""),
        ("not_in_pool", {"accepted_at": AT, "accepted_by": "Li"}, "technician-lost-to", "Li"),
        ("not_in_pool", {"accepted_at": None}, "technician-lost-not-in-pool", ""),
        ("not_yours", {"held_by": "Chen", "ended_at": AT}, "technician-lost-given-to", "Chen"),
        ("not_yours", {"state": "cancelled"}, "technician-lost-cancelled", ""),
        ("not_yours", {"state": "waiting", "held_by": None}, "technician-lost-taken-back", ""),
        ("illegal_step", {"state": "working"}, "technician-refused-illegal-step", ""),
        ("not_eligible", {"codes": ["lacks_skill", "?"]}, "technician-refused-not-eligible", ""),
        ("not_eligible", {"codes": "?"}, "technician-refused-not-now", ""),
        ("already_doing", {}, "technician-refused-already-doing", ""),
    ],
)
def test_a_refusal_is_told_with_who_when_and_why(
    code: str, members: dict[str, Any], key: str, who: str
) -> None:
    words = words_of(code, members)

    assert words is not None
    assert (words.key, words.who) == (key, who)


def test_a_refusal_that_is_not_known_is_left_to_its_own_words() -> None:
    assert words_of("brand_new", {}) is None


def test_photos_are_sorted_by_when_the_work_began_until_the_technician_has_said() -> None:
    job = a_job("working", steps=steps(("accepted", NOON), ("working", after(minutes=10))))

    def photo(minute: int, **more: Any) -> Attachment:
        usual: dict[str, Any] = {
            "kind": "photo",
            "by": f"job:{job.id}",
            "at": after(minutes=minute),
        }
        return Attachment.model_validate({"id": new_id(), **usual, **more})

    early, late, theirs = photo(5), photo(15), photo(1, by="wu")
    signature, paper = photo(20, public=False), photo(1, kind="pdf")

    found = photos_of([theirs, early, late, signature, paper], job)
    told = job.model_copy(
        update={"report": {"photos": [str(early.id)], "photos_before": [str(late.id)]}}
    )

    assert (found.reported, found.before, found.after) == ((theirs,), (early,), (late,))
    assert photos_of([early, late], told).before == (late,)
