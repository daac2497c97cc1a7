"""What became of attempts: recorded, retried or given up, and an answer in the reply passed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notify import events
from services.notify.actions.deliver import DELIVERIES, Courier
from services.notify.actions.tell import say, tell_about
from services.notify.adapters.webhooks import Posted
from services.notify.domain.delivery import DeliveryState, Outcome
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.occasion import Occasion
from services.notify.domain.reply import Answer, answer_in
from services.notify.domain.work_data import offered_in
from services.notify.store.answers import find_answered, put_answer
from services.notify.store.attempts import Attempt, put_attempt
from services.notify.store.claims import Claimed
from services.notify.store.deliveries import (
    end_delivered,
    fail_all,
    lock_deliveries,
    postpone_all,
    save_delivery,
)
from services.notify.store.endpoints import find_endpoints, save_endpoint
from shared.contracts import OfferAnswerV1
from shared.contracts.notify import Decision
from shared.db.transaction import Transaction
from shared.ids import new_id

_RECORDED_ANSWER_BYTES = 1000
"""Bytes of an answer that stay on record."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One attempt that has ended.

    `answer` is the technician's, where the reply held one; `chance` in [0, 1) spreads retries.
    """

    claimed: Claimed
    attempt: Attempt
    outcome: Outcome
    answer: Answer | None
    chance: float

    @classmethod
    def of(cls, claimed: Claimed, posted: Posted, *, at: datetime, chance: float) -> "Tried":
        """Return what came of sending it at that time."""
        delivery, outcome = claimed.delivery, posted.outcome
        said = posted.answer[:_RECORDED_ANSWER_BYTES].decode(errors="replace")
        return cls(
            claimed=claimed,
            attempt=Attempt(
                id=new_id(),
                delivery_id=delivery.id,
                endpoint_id=delivery.endpoint_id,
                message_id=delivery.message_id,
                kind=delivery.kind,
                at=at,
                latency_ms=round(posted.latency_s * 1000),
                status=outcome.status,
                error=outcome.error,
                answer=said.replace("\x00", ""),
            ),
            outcome=outcome,
            answer=(
                answer_in(posted.answer)
                if outcome.arrived and delivery.kind is Kind.JOB_OFFERED
                else None
            ),
            chance=chance,
        )


async def record_attempts(tx: Transaction, tried: Sequence[Tried], *, courier: Courier) -> None:
    """Record all of them, with what follows for their deliveries, endpoints and offers."""
    answers = [
        each
        for each in tried
        if each.answer is not None and each.claimed.said.kind is Kind.JOB_OFFERED
    ]
    await tx.lock(
        "ticket", {each.claimed.ticket_id for each in answers if each.claimed.ticket_id is not None}
    )
    for each in tried:
        put_attempt(tx, each.attempt)
    arrived = [each.claimed.delivery for each in tried if each.outcome.arrived]
    end_delivered(tx, arrived)
    if failed := [each for each in tried if not each.outcome.arrived]:
        # What arrived speaks for an endpoint, whatever else ended at the same time.
        well = {delivery.endpoint_id for delivery in arrived}
        endpoints = await find_endpoints(
            tx, {each.claimed.delivery.endpoint_id for each in failed} - well, for_update=True
        )
        await _record_failures(tx, failed)
        # the deliveries of an endpoint are ended or postponed below, with those just tried among
        # them
        await tx.flush()
        await _record_health(tx, failed, endpoints, courier)
    await _pass_on(tx, answers, courier)


async def _record_failures(tx: Transaction, failed: Sequence[Tried]) -> None:
    now = await lock_deliveries(tx, [each.claimed.delivery.id for each in failed])
    for each in failed:
        # it may have been forgotten meanwhile
        delivery, claim = now.get(each.claimed.delivery.id, (None, None))
        if (
            delivery is not None
            and claim == each.claimed.claim
            and delivery.state is DeliveryState.PENDING
        ):
            after = delivery.after_failure(each.outcome, at=tx.now, chance=each.chance)
            save_delivery(tx, after)
            if after.state is DeliveryState.PENDING:
                tx.schedule(DELIVERIES, after.next_attempt_at)


async def _record_health(
    tx: Transaction, failed: Sequence[Tried], endpoints: Mapping[UUID, Endpoint], courier: Courier
) -> None:
    for before in endpoints.values():
        after = before
        for each in failed:
            if each.claimed.delivery.endpoint_id == before.id:
                after = after.after_failure(each.outcome, at=tx.now)
        save_endpoint(tx, after)
        if after.disabled_at is not None and before.disabled_at is None:
            await tx.flush()  # so that the news of its end is not sent to it
            await fail_all(tx, after.id, f"endpoint_disabled: {after.disabled_reason}")
            await say(tx, [_disabled(tx, after)], zones={}, courier=courier)
        elif after.blocked_until is not None:
            await postpone_all(tx, after.id, after.blocked_until)
            tx.schedule(DELIVERIES, after.blocked_until)


def _disabled(tx: Transaction, endpoint: Endpoint) -> Occasion:
    return Occasion(
        recipient_id=endpoint.owner,
        kind=Kind.ENDPOINT_DISABLED,
        cause=f"{endpoint.id}/{endpoint.version}",
        at=tx.now,
        ticket_id=None,
        site_id=None,
        language=Language.CHINESE,
        data={
            "endpoint_id": str(endpoint.id),
            "url": endpoint.url,
            "reason": endpoint.disabled_reason,
        },
    )


async def _pass_on(tx: Transaction, answers: Sequence[Tried], courier: Courier) -> None:
    """Publish the first answer to each offer as a fact; tell the technician whose acceptance comes
    too late.
    """
    facts = {fact.id: fact for each in reversed(answers) if (fact := _answer(tx, each)) is not None}
    if not facts:
        return
    known = await find_answered(tx, facts.keys())
    new = [fact for offer, fact in facts.items() if offer not in known]
    for fact in new:
        put_answer(tx, fact)
        tx.publish(events.answered(fact))
    accepted = [fact for fact in new if fact.decision is Decision.ACCEPT]
    if accepted:
        await tx.flush()
        await tell_about(
            tx,
            {fact.ticket_id for fact in accepted},
            {fact.site_id for fact in accepted},
            courier=courier,
        )


def _answer(tx: Transaction, tried: Tried) -> OfferAnswerV1 | None:
    claimed, answer = tried.claimed, tried.answer
    if answer is None or claimed.ticket_id is None or claimed.site_id is None:
        return None
    offer = offered_in(claimed.said.data)
    return OfferAnswerV1(
        id=offer.offer_id,
        version=1,
        site_id=claimed.site_id,
        job_id=offer.job.id,
        ticket_id=claimed.ticket_id,
        technician_id=claimed.recipient_id,
        decision=answer.decision,
        reason=answer.reason,
        planned_arrival=answer.planned_arrival,
        answered_at=tx.now,
    )
