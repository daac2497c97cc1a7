"""When a delivery is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.delivery import PAUSES, Delivery, DeliveryState, Outcome
from services.notify.domain.kinds import Kind
from shared.ids import new_id

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DOWN = Outcome(status=None, error="connection refused")


def a_delivery(kind: Kind = Kind.TICKET_RESOLVED, *, until: datetime | None = None) -> Delivery:
    return Delivery.begun(
        id=new_id(), message_id=new_id(), endpoint_id=new_id(), kind=kind, until=until, at=NOON
    )


def test_failures_are_tried_again_on_the_schedule_until_it_is_given_up() -> None:
    delivery, at, pauses = a_delivery(), NOON, []
    while delivery.state is DeliveryState.PENDING:
        delivery = delivery.after_failure(DOWN, at=at, chance=0)
        if delivery.state is DeliveryState.PENDING:
            pauses.append(delivery.next_attempt_at - at)
            at = delivery.next_attempt_at

    assert pauses == list(PAUSES)
    assert delivery.attempts == 10
    assert delivery.state is DeliveryState.FAILED
    assert delivery.reason == "attempts_exhausted: connection refused"


@given(st.floats(0, 1, exclude_max=True))
def test_chance_spreads_a_retry_by_a_fifth_and_never_brings_it_forward(chance: float) -> None:
    after = a_delivery().after_failure(DOWN, at=NOON, chance=chance)

    assert timedelta(seconds=5) <= after.next_attempt_at - NOON <= timedelta(seconds=6)


def test_an_offer_is_tried_quickly_while_it_lives_and_dropped_with_its_reason() -> None:
    delivery, at, pauses = (
        a_delivery(Kind.JOB_OFFERED, until=NOON + timedelta(seconds=20)),
        NOON,
        [],
    )
    while delivery.state is DeliveryState.PENDING:
        delivery = delivery.after_failure(DOWN, at=at, chance=0.9)
        if delivery.state is DeliveryState.PENDING:
            pauses.append((delivery.next_attempt_at - at).total_seconds())
            at = delivery.next_attempt_at

    assert pauses == [1, 2, 4, 8]
    assert delivery.state is DeliveryState.DROPPED
    assert delivery.reason == "expired: connection refused"


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(status: int) -> None:
    after = a_delivery().after_failure(
        Outcome(status=status, retry_after=timedelta(minutes=2)), at=NOON, chance=0
    )

    assert after.next_attempt_at == NOON + timedelta(minutes=2)


def test_retry_after_does_not_make_it_sooner_or_later_than_a_day() -> None:
    soon = a_delivery().after_failure(
        Outcome(status=503, retry_after=timedelta(0)), at=NOON, chance=0
    )
    never = a_delivery().after_failure(
        Outcome(status=503, retry_after=timedelta(days=400)), at=NOON, chance=0
    )

    assert soon.next_attempt_at == NOON + timedelta(seconds=5)
    assert never.next_attempt_at == NOON + timedelta(hours=24)


def test_gone_ends_it_at_once() -> None:
    after = a_delivery().after_failure(Outcome(status=410), at=NOON, chance=0)

    assert (after.state, after.reason) == (DeliveryState.FAILED, "endpoint_gone")


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 500])
def test_any_other_answer_is_tried_again(status: int) -> None:
    after = a_delivery().after_failure(Outcome(status=status), at=NOON, chance=0)

    assert (after.state, after.reason) == (DeliveryState.PENDING, f"answered {status}")
