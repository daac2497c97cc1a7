"""How pressing a ticket is, who sees to it, and what stands in the way: rows of the board."""

from typing import Any

import pytest

from services.portal.domain.desk.rows import Row, asked_about, crew_rows, rows, tone_of
from services.portal.domain.desk.sentence import sentence
from services.portal.domain.desk.views import Crew, Ledger, QueueLine
from tests.unit.portal.desk import (
    JOB,
    NOON,
    TICKET,
    a_crew,
    a_line,
    a_member,
    a_span,
    after,
    an_account,
    in_hand,
)


def row(line: QueueLine, crew: Crew | None = None, ledger: Ledger | None = None) -> Row:
    ledgers = {} if ledger is None else {TICKET: ledger}
    [found] = rows([line], asked=asked_about(crew), ledgers=ledgers, now=NOON)
    return found


def work(**more: Any) -> dict[str, Any]:
    return {"job_id": JOB, "job_state": "accepted", "technician": "Li", **more}


@pytest.mark.parametrize(
    ("hours", "tone"), [(-1, "late"), (0, "late"), (0.5, "risk"), (1, "ok"), (30, "ok")]
)
def test_a_promise_is_late_when_broken_and_at_risk_within_its_last_hour(
    hours: float, tone: str
) -> None:
    line = a_line(due_at=after(hours=hours), due_kind="arrival")

    assert tone_of(line, now=NOON) == tone


def test_what_waits_for_no_promise_has_no_colour_unless_it_is_held() -> None:
    assert tone_of(a_line(), now=NOON) == "mute"
    assert tone_of(a_line(state="on_hold"), now=NOON) == "hold"


def test_what_falls_due_another_day_is_said_by_its_day() -> None:
    assert not row(a_line(due_at=after(hours=19), due_kind="arrival")).is_far
    assert row(a_line(due_at=after(hours=21), due_kind="arrival")).is_far


def test_the_order_of_the_queue_is_kept() -> None:
    lines = [a_line(reference=f"DEMO-{n}-A", due_at=after(hours=-n)) for n in range(3)]

    found = rows(lines, asked={}, ledgers={}, now=NOON)

    assert [each.line.reference for each in found] == ["DEMO-0-A", "DEMO-1-A", "DEMO-2-A"]


@pytest.mark.parametrize(
    ("more", "sign", "who"),
    [
        ({}, ("ticket", "open"), None),
        ({"road": "desk"}, ("desk", ""), None),
        (
            {"work": work(planned_arrival=after(minutes=7))},
            ("job", "accepted"),
            sentence("desk-who-comes", name="Li", at=after(minutes=7)),
        ),
        (
            {"work": work(job_state="working")},
            ("job", "working"),
            sentence("desk-who-has-it", name="Li"),
        ),
        (
            {"work": work(job_state="waiting", technician=None)},
            ("job", "waiting"),
            None,
        ),
        (
            {"state": "on_hold", "hold_reason": "waiting_parts", "held_at": after(hours=-2)},
            ("hold", "waiting_parts"),
            sentence("desk-who-held", span=NOON - after(hours=-2)),
        ),
        (
            {
                "work": work(
                    job_state="waiting",
                    technician=None,
                    unassignable_at=NOON,
                    unassignable=[{"technician_id": "li", "codes": ["off_shift"]}],
                )
            },
            ("warned", "unassignable"),
            sentence("desk-who-unassignable", n=1),
        ),
        (
            {"work": work(job_state="waiting", technician=None, unassignable_at=NOON)},
            ("warned", "unassignable"),
            sentence("desk-who-no-crew"),
        ),
        (
            {"unheard_since": after(minutes=-34), "work": work()},
            ("warned", "unheard"),
            sentence("desk-who-unheard", at=after(minutes=-34)),
        ),
        (
            {"cancel_requested_at": NOON, "unheard_since": NOON, "work": work()},
            ("warned", "cancel"),
            sentence("desk-who-cancel", at=NOON),
        ),
    ],
)
def test_what_the_desk_has_to_see_first_stands_before_who_does_the_work(
    more: dict[str, Any], sign: tuple[str, str], who: object
) -> None:
    found = row(a_line(**more))

    assert (found.sign, found.who) == (sign, who)


def test_whom_offers_wait_for_is_said_with_the_first_end() -> None:
    crew = a_crew(
        a_member("li", asked=(in_hand(state="offered", expires_at=after(minutes=2)),)),
        a_member("wu", asked=(in_hand(state="offered", expires_at=after(minutes=1)),)),
    )

    found = row(a_line(work=work(job_state="offered", technician=None)), crew)

    assert found.who == sentence("desk-who-asked", names=("Wu", "Li"), at=after(minutes=1))


def test_the_strip_is_of_what_falls_due_next_and_of_what_is_held_the_one_that_stands_still() -> (
    None
):
    arrival = an_account(kind="arrival", due_at=after(hours=1))
    held = an_account(
        state="paused", due_at=None, spans=[a_span(0, 1, "counted"), a_span(1, 2, "paused", "x")]
    )
    ledger = Ledger(ticket_id=TICKET, items=(arrival, held))

    due = row(a_line(due_at=after(hours=1), due_kind="arrival"), ledger=ledger).strip
    paused = row(a_line(state="on_hold"), ledger=ledger).strip

    assert due is not None
    assert (due.outcome, due.left_min) == ("running", 60)
    assert paused is not None
    assert paused.outcome == "paused"
    assert row(a_line(), ledger=None).strip is None


def test_the_crew_says_what_each_is_at() -> None:
    crew = a_crew(
        a_member("li", holds=(in_hand(state="travelling", planned_arrival=after(minutes=7)),)),
        a_member("wu", holds=(in_hand(state="accepted"), in_hand(state="working"))),
        a_member("qi", asked=(in_hand(state="offered", expires_at=after(minutes=1)),)),
        a_member("bo", elsewhere=1),
        a_member("an"),
        a_member("off", on_duty=False),
        a_member("late", on_duty=False, holds=(in_hand(state="paused"),)),
    )

    found = crew_rows(crew, {TICKET: "3 1202"})

    assert [(each.member.id, each.at.key, each.until) for each in found] == [
        ("li", "desk-crew-to", after(minutes=7)),
        ("wu", "desk-crew-works", None),
        ("qi", "desk-crew-asked", after(minutes=1)),
        ("bo", "desk-crew-elsewhere", None),
        ("an", "desk-crew-free", None),
        ("late", "desk-crew-paused", None),
    ]
    assert found[0].at.said == {"place": "3 1202"}


@pytest.mark.parametrize(
    ("until", "said"),
    [(8 * 60, (True, False)), (24 * 60, (False, True)), (8 * 24 * 60, (False, True))],
)
def test_a_shift_of_a_day_and_more_has_no_hour_at_which_it_ends(
    until: int, said: tuple[bool, bool]
) -> None:
    [found] = crew_rows(a_crew(a_member("li", until=after(minutes=until))), {})

    assert (found.until is not None, found.all_day) == said
