"""What a mail server's answers say of the address, of the message and of the server."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notify.domain.channels import Channel
from services.notify.domain.delivery import PAUSES, Delivery, DeliveryState
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.kinds import Kind
from services.notify.domain.mail_outcome import MailOutcome, Stage, accepted, no_answer, refusal
from shared.ids import PersonId, new_id

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def a_mailbox() -> Endpoint:
    return Endpoint(
        id=new_id(),
        owner=PersonId("li"),
        url="mailto:",
        kinds=None,
        sites=None,
        secrets=(),
        version=1,
        created_at=NOON,
        channel=Channel.EMAIL,
    )


def a_delivery(*, until: datetime | None = None) -> Delivery:
    return Delivery.begun(
        channel=Channel.EMAIL,
        id=new_id(),
        message_id=new_id(),
        endpoint_id=new_id(),
        kind=Kind.TICKET_RECEIVED,
        until=until,
        at=NOON,
    )


def meaning(outcome: MailOutcome) -> str:
    if outcome.arrived:
        return "arrived"
    if outcome.gone:
        return "no such address"
    if outcome.hopeless:
        return "message refused"
    return "server" if outcome.spares_endpoint else "later"


@pytest.mark.parametrize(
    ("stage", "code", "said", "expected"),
    [
        (Stage.RECIPIENT, 550, "5.1.1 no such user", "no such address"),
        (Stage.RECIPIENT, 550, "5.1.10 null MX", "no such address"),
        (Stage.RECIPIENT, 550, "5.2.1 disabled", "no such address"),
        (Stage.RECIPIENT, 550, "no such user", "no such address"),
        (Stage.RECIPIENT, 551, "user not local", "no such address"),
        (Stage.RECIPIENT, 553, "mailbox name not allowed", "no such address"),
        (Stage.RECIPIENT, 552, "5.2.2 mailbox full", "message refused"),
        (Stage.RECIPIENT, 554, "transaction failed", "message refused"),
        (Stage.RECIPIENT, 550, "5.7.1 relaying denied", "server"),
        (Stage.RECIPIENT, 554, "5.7.1 blocked by a list", "server"),
        (Stage.RECIPIENT, 550, "5.1.8 sender's domain does not exist", "server"),
        (Stage.RECIPIENT, 550, "#5.1.0 Address rejected.", "no such address"),
        (Stage.RECIPIENT, 553, "not in my list of allowed rcpthosts (#5.7.1)", "server"),
        (Stage.RECIPIENT, 550, "relay not permitted", "server"),
        (Stage.RECIPIENT, 550, "Blocked, see spam.example for 5.6.7.8", "server"),
        (Stage.RECIPIENT, 530, "Authentication required", "server"),
        (Stage.CONTENT, 550, "5.1.7 bad sender's address", "server"),
        (Stage.RECIPIENT, 450, "4.2.0 greylisted", "later"),
        (Stage.RECIPIENT, 410, "what a webhook means by gone", "later"),
        (Stage.RECIPIENT, 429, "what a webhook means by busy", "later"),
        (Stage.RECIPIENT, 421, "4.3.2 shutting down", "server"),
        (Stage.RECIPIENT, 252, "cannot verify", "server"),
        (Stage.SENDER, 550, "5.1.8 bad sender", "server"),
        (Stage.SENDER, 451, "later", "server"),
        (Stage.CONNECT, 535, "5.7.8 bad credentials", "server"),
        (Stage.CONNECT, 554, "no service", "server"),
        (Stage.CONTENT, 550, "5.1.1 no such user", "no such address"),
        (Stage.CONTENT, 554, "5.7.1 looks like spam", "message refused"),
        (Stage.CONTENT, 552, "too big", "message refused"),
        (Stage.CONTENT, 451, "4.3.0 later", "later"),
        (Stage.CONTENT, 250, "in the place of 354", "server"),
    ],
)
def test_an_answer_is_about_the_address_the_message_or_the_server(
    stage: Stage, code: int, said: str, expected: str
) -> None:
    assert meaning(refusal(stage, code, said)) == expected


def test_a_mail_that_was_taken_has_arrived_and_one_without_an_answer_has_not() -> None:
    assert meaning(accepted(250)) == "arrived"
    assert meaning(no_answer("timed out")) == "server"


def test_an_address_that_does_not_exist_ends_the_delivery_and_the_mailbox() -> None:
    gone = refusal(Stage.RECIPIENT, 550, "5.1.1 no such user")

    delivery = a_delivery().after_failure(gone, at=NOON, chance=0)
    mailbox = a_mailbox().after_failure(gone, at=NOON)

    assert (delivery.state, delivery.reason) == (
        DeliveryState.FAILED,
        "undeliverable: answered 550 5.1.1 no such user",
    )
    assert (mailbox.open, mailbox.disabled_reason) == (False, "undeliverable")


def test_a_message_that_is_refused_ends_alone() -> None:
    refused = refusal(Stage.CONTENT, 554, "5.7.1 looks like spam")

    delivery = a_delivery().after_failure(refused, at=NOON, chance=0)
    mailbox = a_mailbox().after_failure(refused, at=NOON)

    assert delivery.state is DeliveryState.FAILED
    assert mailbox == a_mailbox_like(mailbox)


def a_mailbox_like(mailbox: Endpoint) -> Endpoint:
    """The mailbox as it was made."""
    return Endpoint(**{**vars(a_mailbox()), "id": mailbox.id})


def test_what_the_server_does_is_no_fault_of_the_address_and_tried_again_all_the_same() -> None:
    delivery, mailbox = a_delivery(), a_mailbox()
    for attempt, pause in enumerate(PAUSES, start=1):
        delivery = delivery.after_failure(no_answer("timed out"), at=NOON, chance=0)
        mailbox = mailbox.after_failure(no_answer("timed out"), at=NOON + timedelta(days=attempt))
        assert delivery.next_attempt_at == NOON + pause

    assert mailbox == a_mailbox_like(mailbox)
    ended = delivery.after_failure(no_answer("timed out"), at=NOON, chance=0)
    assert (ended.state, ended.reason) == (DeliveryState.FAILED, "attempts_exhausted: timed out")


def test_what_is_of_no_use_after_a_time_is_not_tried_after_it() -> None:
    delivery = a_delivery(until=NOON + timedelta(minutes=15))
    greylisted = refusal(Stage.RECIPIENT, 450, "4.2.0 greylisted")

    early = delivery.after_failure(greylisted, at=NOON, chance=0)
    late = early.after_failure(greylisted, at=NOON + timedelta(seconds=899), chance=0)

    assert early.next_attempt_at == NOON + timedelta(seconds=1)
    assert late.state is DeliveryState.DROPPED
