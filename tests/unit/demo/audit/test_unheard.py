from dataclasses import replace

import pytest

from demo.audit.client_log import ClientLog, Said
from demo.audit.ledger import Ledger, Message
from demo.audit.unheard import unheard
from demo.remarks import Remark
from tests.unit.demo.audit.evidence import TECH, T, good_ledger, good_log, with_ticket

RESIDENT, DESK = "resident-1", "s-desk"


def log_of(what: str, *, cause: str = "", at: float = 100.0) -> ClientLog:
    log = good_log()
    log.said.append(Said(ticket_id=T, by=RESIDENT, what=what, cause=cause, at=at))
    return log


def told(kind: str, recipient: str, *, cause: str = "x", at: float = 101.0) -> Ledger:
    message = Message(
        id="m2", recipient=recipient, kind=kind, cause=cause, ticket=T, state="said", at=at
    )
    ledger = good_ledger()
    return replace(ledger, messages=(*ledger.messages, message))


@pytest.mark.parametrize("what", [remark.value for remark in Remark])
def test_what_no_one_was_told_of_is_unheard(what: str) -> None:
    [finding] = unheard(good_ledger(), log_of(what))

    assert str(finding) == f"{T}: a {what} of {RESIDENT} reached no one"


@pytest.mark.parametrize(
    ("what", "kind", "recipient"),
    [
        ("comment", "job.changed", TECH),
        ("comment", "ticket.commented", DESK),
        ("comment", "job.accepted", TECH),
        ("urge", "ticket.urged", DESK),
        ("amendment", "job.changed", TECH),
        ("visit", "ticket.appointed", DESK),
        ("photo", "job.changed", TECH),
        ("objection", "ticket.objected", DESK),
        ("wish to cancel", "ticket.cancel_requested", DESK),
    ],
)
def test_what_technician_or_desk_was_told_of_is_heard(what: str, kind: str, recipient: str) -> None:
    assert unheard(told(kind, recipient), log_of(what)) == []


def test_a_message_from_before_a_word_to_its_author_or_of_another_kind_tells_nothing() -> None:
    log = log_of("urge")

    for ledger in (
        told("ticket.urged", DESK, at=90.0),
        told("ticket.urged", RESIDENT),
        told("ticket.amended", DESK),
    ):
        assert len(unheard(ledger, log)) == 1


def test_a_comment_is_told_under_its_own_id_whatever_the_clocks_say() -> None:
    log = log_of("comment", cause="c1")

    assert unheard(told("job.changed", TECH, cause="c1", at=50.0), log) == []
    assert len(unheard(told("job.changed", TECH, cause="c2", at=50.0), log)) == 1


def test_what_is_said_on_a_merged_ticket_is_told_of_the_one_that_goes_on() -> None:
    ledger = told("ticket.commented", DESK, cause="c1")
    on_the_target = replace(
        ledger, messages=tuple(replace(each, ticket="target") for each in ledger.messages)
    )
    merged = with_ticket(on_the_target, duplicate_of="target", state="cancelled")

    assert unheard(merged, log_of("comment", cause="c1")) == []
    assert len(unheard(on_the_target, log_of("comment", cause="c1"))) == 1


def test_what_a_client_of_the_run_was_told_has_to_have_come_in_there() -> None:
    log, ledger = log_of("urge"), told("ticket.urged", DESK)

    [missing] = unheard(ledger, log, clients={DESK})
    log.received.append(replace(log.received[0], owner=DESK, webhook_id="m2"))

    assert str(missing) == f"{T}: a urge of {RESIDENT} came in at no client"
    assert unheard(ledger, log, clients={DESK}) == []


def test_a_wish_that_was_decided_before_it_could_be_sent_is_heard() -> None:
    ledger = told("ticket.cancel_requested", DESK)
    decided = replace(ledger.messages[-1], state="decided")

    heard = replace(ledger, messages=(*ledger.messages[:-1], decided))

    assert unheard(heard, log_of("wish to cancel"), clients={DESK}) == []


def test_a_visit_that_was_moved_and_came_about_within_a_minute_has_nothing_to_tell() -> None:
    log, ledger = log_of("visit"), told("job.changed", TECH, at=90.0)

    assert unheard(ledger, log, over_at={T: 130.0}, taken={T}) == []
    assert len(unheard(ledger, log, over_at={T: 170.0}, taken={T})) == 1
    assert len(unheard(ledger, log, taken={T})) == 1
    assert len(unheard(good_ledger(), log, over_at={T: 130.0}, taken={T})) == 1


def test_a_photo_of_what_no_technician_ever_took_has_nothing_to_tell() -> None:
    log = log_of("photo")

    assert unheard(good_ledger(), log, over_at={T: 130.0}) == []
    assert len(unheard(good_ledger(), log, over_at={T: 130.0}, taken={T})) == 1
    assert len(unheard(good_ledger(), log_of("comment"), over_at={T: 130.0})) == 1
