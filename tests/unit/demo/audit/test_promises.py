from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from demo.audit.client_log import ClientLog
from demo.audit.hours import Hours
from demo.audit.ledger import CLOCKS, TICKET, Ledger, Message
from demo.audit.lives import lives_of
from demo.audit.promises import Terms, Verdict, disagreements, unannounced, verdicts
from tests.unit.demo.audit.clients import (
    DESK,
    REFERENCE,
    SITE,
    T,
    a_log,
    a_step,
    an_opened,
    on_ticket,
)

ALL = Hours(time_zone="UTC")


def promised(response: float, arrival: float, resolution: float, hours: Hours = ALL) -> Terms:
    clocks = {"response": response, "arrival": arrival, "resolution": resolution}
    every = dict.fromkeys(("emergency", "urgent", "normal", "low"), clocks)
    return Terms(hours=hours, promised_s=every, in_all_hours=frozenset({"emergency"}))


def judged(log: ClientLog, terms: Terms) -> Mapping[str, Verdict]:
    found = verdicts(lives_of(log).values(), {SITE: terms})
    return {verdict.clock: verdict for verdict in found}


def missed(log: ClientLog, terms: Terms) -> dict[str, bool | None]:
    return {clock: verdict.missed for clock, verdict in judged(log, terms).items()}


def test_promises_are_kept_missed_or_too_close_to_call() -> None:
    # taken between 10 and 10.1, reached between 30 and 30.1, done between 60 and 60.1
    found = missed(a_log(), promised(response=11, arrival=29, resolution=60))

    assert found == {"response": False, "arrival": True, "resolution": None}


def test_how_late_it_was_is_counted_from_the_latest_due_time() -> None:
    arrival = judged(a_log(), promised(11, 20, 60))["arrival"]

    assert round(arrival.late_s, 3) == 9.9


def test_a_public_word_of_the_desk_responds() -> None:
    said = on_ticket("comments", 2, by=DESK, by_staff=True, public=True)

    assert missed(a_log(said), promised(5, 100, 100))["response"] is False


def test_a_pause_for_access_stops_the_clock_and_one_for_parts_does_not() -> None:
    terms = promised(100, 100, 50)

    for reason, late in (("no_access", False), ("waiting_parts", True)):
        paused = a_log(a_step("pause", 40, reason=reason), a_step("resume", 55))
        assert missed(paused, terms)["resolution"] is late


def test_time_in_which_it_was_resolved_does_not_count_and_a_late_repair_stays_late() -> None:
    twice = a_log(on_ticket("reopen", 100), a_step("complete", 130, job="job-2"))

    assert missed(twice, promised(100, 100, 95))["resolution"] is False
    assert missed(twice, promised(100, 100, 85))["resolution"] is True
    assert missed(twice, promised(100, 100, 50))["resolution"] is True


def test_a_ticket_that_was_opened_again_and_not_resolved_is_not_done() -> None:
    resolution = judged(a_log(on_ticket("reopen", 100)), promised(100, 100, 1000))["resolution"]

    assert (resolution.done, resolution.missed) == (None, True)


def test_an_agreed_visit_moves_the_arrival_to_its_end_unless_it_was_late_before() -> None:
    def agreed(at: float, end: float) -> dict[str, Any]:
        start_at, end_at = (datetime.fromtimestamp(each, UTC) for each in (end - 5, end))
        window = {"start": start_at.isoformat(), "end": end_at.isoformat()}
        return {"verb": "appointment", "at": at, "appointments": [window]}

    terms = promised(100, 20, 100)

    assert missed(a_log(on_ticket(**agreed(15, 40))), terms)["arrival"] is False
    assert missed(a_log(on_ticket(**agreed(25, 40))), terms)["arrival"] is True
    assert missed(a_log(on_ticket(**agreed(15, 25))), terms)["arrival"] is True


def test_a_visit_agreed_after_the_arrival_moves_nothing() -> None:
    window = {"start": "1970-01-01T00:01:00Z", "end": "1970-01-01T00:02:00Z"}
    log = a_log(on_ticket("appointment", 40, appointments=[window]))

    due = judged(log, promised(100, 35, 100))["arrival"].due

    assert (due.earliest, round(due.latest, 3)) == (35, 35.1)


def test_an_emergency_is_counted_in_all_hours_and_others_in_the_sites() -> None:
    closed = promised(5, 5, 5, hours=Hours(time_zone="UTC", week={}))
    emergency = a_log(opened=an_opened(priority="emergency"))

    assert set(missed(a_log(), closed).values()) == {False}
    assert set(missed(emergency, closed).values()) == {True}


def test_a_cancelled_ticket_has_no_promises() -> None:
    assert missed(a_log(on_ticket("cancel", 50, by=DESK)), promised(1, 1, 1)) == {}


def a_ledger(
    state: str, due_s: float, *, announced: bool = False, told: bool = False, classes: int = 1
) -> Ledger:
    row = {
        "kind": "arrival",
        "state": state,
        "due_at": datetime.fromtimestamp(due_s, UTC).isoformat(),
    }
    said = [{"clock": "arrival", "threshold": 100, "skipped": False}] if announced else []
    breach = Message(
        id="m1",
        recipient=DESK,
        kind="clock.breached",
        cause=f"{T}/arrival/100/x",
        ticket=T,
        state="said",
    )
    return Ledger(
        clocks={T: (row,)},
        newest={
            CLOCKS: {T: {"announced": said}},
            TICKET: {T: {"classes": [{}] * classes}},
        },
        messages=(breach,) if told else (),
    )


def said_of(ledger: Ledger, terms: Terms) -> list[str]:
    found = list(judged(a_log(), terms).values())
    return [str(each) for each in (*disagreements(ledger, found), *unannounced(ledger, found))]


def test_sla_agrees_where_it_says_what_people_saw() -> None:
    assert said_of(a_ledger("met", 40.05), promised(100, 40, 100)) == []
    late = a_ledger("breached", 20.05, announced=True, told=True)
    assert said_of(late, promised(100, 20, 100)) == []


def test_sla_is_contradicted_where_people_saw_it_otherwise() -> None:
    early = said_of(a_ledger("breached", 40.05), promised(100, 40, 100))
    late = said_of(a_ledger("met", 20.05, announced=True, told=True), promised(100, 20, 100))

    assert early == [f"{REFERENCE} arrival: sla has it breached, its people saw it in time"]
    assert late == [f"{REFERENCE} arrival: sla has it met, its people saw it too late"]


def test_another_due_time_than_was_promised_is_named() -> None:
    assert said_of(a_ledger("met", 41.0), promised(100, 40, 100)) == [
        f"{REFERENCE} arrival: sla has it due +0.850 s off what was promised"
    ]


def test_a_broken_promise_has_to_be_announced_and_told_to_the_desk() -> None:
    terms = promised(100, 20, 100)

    unsaid = said_of(a_ledger("breached", 20.05), terms)
    untold = said_of(a_ledger("breached", 20.05, announced=True), terms)

    assert unsaid == [f"{REFERENCE} arrival: was broken and never announced"]
    assert untold == [f"{REFERENCE} arrival: was broken, and the desk was not told"]


def test_a_ticket_that_got_another_priority_later_is_left_to_sla() -> None:
    assert said_of(a_ledger("met", 90.0, classes=2), promised(100, 20, 100)) == []
