from typing import Any

from demo.audit.ledger import Ledger, Message
from demo.audit.lives import lives_of
from demo.audit.told import People, mistold
from tests.unit.demo.audit.clients import (
    DESK,
    REFERENCE,
    RESIDENT,
    TECH,
    T,
    a_log,
    a_step,
    on_ticket,
)

PEOPLE = People(languages={RESIDENT: "en"}, names={TECH: "Wang", "tech-2": "Li"}, addresses={})


def a_message(kind: str, at: float, *, technician: str = "", **more: Any) -> Message:
    given: dict[str, Any] = {
        "id": f"{kind}-{at}",
        "recipient": RESIDENT,
        "kind": kind,
        "cause": f"{kind}-{at}",
        "ticket": T,
        "state": "said",
        "at": at,
        "since": at,
        "language": "en",
        "technician": technician,
    }
    return Message(**given | more)


def all_told(*more: Message, without: str = "") -> Ledger:
    told = [
        a_message("ticket.received", 0.5),
        a_message("ticket.assigned", 10.2, technician="Wang"),
        a_message("technician.travelling", 20.2, technician="Wang"),
        a_message("technician.arrived", 30.2, technician="Wang"),
        a_message("ticket.resolved", 60.2),
    ]
    return Ledger(messages=(*(each for each in told if each.kind != without), *more))


def findings(ledger: Ledger, *more: Any) -> list[str]:
    return [str(each) for each in mistold(ledger, lives_of(a_log(*more)), PEOPLE)]


def test_a_resident_who_was_told_all_of_it_rightly_is_no_finding() -> None:
    assert findings(all_told()) == []


def test_another_language_than_the_residents_own_is_named() -> None:
    found = findings(all_told(a_message("ticket.closed", 70, language="zh-CN")))

    assert found == [f"{REFERENCE}: ticket.closed to {RESIDENT} is in zh-CN, not en"]


def test_a_technician_who_never_had_the_job_must_not_be_announced() -> None:
    found = findings(all_told(a_message("technician.travelling", 25, technician="Li")))

    assert found == [f"{REFERENCE}: technician.travelling to {RESIDENT} names Li; Wang had the job"]


def test_a_technician_is_not_announced_before_they_took_the_job() -> None:
    found = findings(all_told(a_message("ticket.assigned", 5, technician="Wang")))

    assert found == [
        f"{REFERENCE}: ticket.assigned to {RESIDENT} names Wang; no technician had the job"
    ]


def test_a_visit_is_not_told_of_once_its_loss_was_told() -> None:
    lost = a_message("ticket.unassigned", 36, technician="Wang", since=35.0)
    late = a_message("technician.arrived", 37, technician="Wang", since=30.0)
    anew = a_message("technician.arrived", 50, technician="Wang", since=49.0)

    assert findings(all_told(lost, anew), a_step("return", 35)) == []
    assert findings(all_told(lost, late), a_step("return", 35)) == [
        f"{REFERENCE}: technician.arrived by Wang to {RESIDENT} came after it was given back"
    ]


def test_a_message_that_was_found_stale_tells_nothing_wrong() -> None:
    lost = a_message("ticket.unassigned", 36, technician="Wang", since=35.0)
    stale = a_message("technician.arrived", 37, technician="Wang", since=30.0, state="given_back")

    assert findings(all_told(lost, stale), a_step("return", 35)) == []


def test_what_had_to_be_told_and_was_not_is_named() -> None:
    for kind, said in (
        ("ticket.received", "was not told 1 × ticket.received"),
        ("ticket.resolved", "was not told 1 × ticket.resolved"),
        ("technician.travelling", "was not told technician.travelling by Wang"),
    ):
        assert findings(all_told(without=kind)) == [f"{REFERENCE}: {RESIDENT} {said}"]
    assert findings(all_told(), a_step("return", 35)) == [
        f"{REFERENCE}: {RESIDENT} was not told ticket.unassigned by Wang"
    ]


def test_every_repair_is_told_and_the_end_that_others_decided_too() -> None:
    twice = findings(all_told(), on_ticket("reopen", 70), a_step("complete", 90, job="job-2"))
    cancelled = findings(all_told(), on_ticket("cancel", 50, by=DESK))
    merged = findings(all_told(), on_ticket("merge", 50, by=DESK))
    by_themself = findings(all_told(), on_ticket("cancel", 50))

    assert twice == [f"{REFERENCE}: {RESIDENT} was not told 1 × ticket.resolved"]
    assert cancelled == [f"{REFERENCE}: {RESIDENT} was not told 1 × ticket.cancelled"]
    assert merged == [f"{REFERENCE}: {RESIDENT} was not told 1 × ticket.merged"]
    assert by_themself == []
