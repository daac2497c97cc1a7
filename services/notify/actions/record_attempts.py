"""What became of attempts: recorded, retried or given up, and an answer in the reply passed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.notify import events
from services.notify.actions.deliver import DUE_WORKERS, Couriers
from services.notify.actions.tell import say, tell_about
from services.notify.adapters.posted import Posted
from services.notify.domain.channels import Channel
from services.notify.domain.delivery import DeliveryState, Outcome
from services.notify.domain.endpoint import Endpoint
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.mail_outcome import no_answer
from services.notify.domain.occasion import Occasion
from services.notify.domain.reply import Reply, read_reply
from services.notify.domain.reply_body import start_in_words
from services.notify.domain.reply_fault import faults_in_words
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
from services.notify.store.login_links import delete_login_links
from services.notify.store.mailboxes import find_addresses
from services.notify.store.reachability import settle_reachability
from shared.contracts import OfferAnswerV1
from shared.contracts.notify import Decision
from shared.db.transaction import Transaction
from shared.ids import PersonId, SiteId, new_id

_MAX_RECORDED_ANSWER = 1000
"""Characters of an answer that stay on record."""


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One attempt that has ended.

    `reply` is what a technician's client said to an offer; `chance` in [0, 1) spreads retries.
    """

    claimed: Claimed
    attempt: Attempt
    outcome: Outcome
    reply: Reply
    chance: float

    @property
    def over(self) -> bool:
        """Whether the message is not sent again."""
        return self.outcome.arrived or self.outcome.gone or self.outcome.hopeless

    @classmethod
    def of(cls, claimed: Claimed, posted: Posted, *, at: datetime, chance: float) -> "Tried":
        """Return what came of sending it at that time."""
        delivery, outcome = claimed.delivery, posted.outcome
        to_offer = outcome.arrived and delivery.kind is Kind.JOB_OFFERED
        reply = read_reply(posted.body, at=at) if to_offer else Reply()
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
                answer=start_in_words(posted.body, _MAX_RECORDED_ANSWER),
                reply_fault=faults_in_words(reply.faults),
            ),
            outcome=outcome,
            reply=reply,
            chance=chance,
        )


async def record_attempts(tx: Transaction, tried: Sequence[Tried], *, couriers: Couriers) -> None:
    """Record all of them, with what follows for their deliveries, endpoints and offers; links to
    log in by go with the deliveries that have ended.
    """
    replied = [each for each in tried if each.reply != Reply()]
    await tx.lock(
        "ticket", {each.claimed.ticket_id for each in replied if each.claimed.ticket_id is not None}
    )
    for each in tried:
        if not each.outcome.unsigned:
            put_attempt(tx, each.attempt)
    arrived = [each.claimed.delivery for each in tried if each.outcome.arrived]
    end_delivered(tx, arrived)
    await delete_login_links(
        tx, [each.claimed.said.id for each in tried if each.claimed.link and each.over]
    )
    if failed := [each for each in tried if not each.outcome.arrived]:
        # What arrived speaks for an endpoint, whatever else ended at the same time.
        well = {delivery.endpoint_id for delivery in arrived}
        endpoints = await find_endpoints(
            tx, {each.claimed.delivery.endpoint_id for each in failed} - well, for_update=True
        )
        failed = await _by_current_addresses(tx, failed)
        await _record_failures(tx, failed)
        # the deliveries of an endpoint are ended or postponed below, with those just tried among
        # them
        await tx.flush()
        await _record_health(tx, failed, endpoints, couriers)
    await _pass_on(tx, replied, couriers)
    unreadable = [_unreadable(tx, each) for each in replied if each.reply.faults]
    await say(tx, unreadable, zones={}, couriers=couriers)


async def _by_current_addresses(tx: Transaction, failed: Sequence[Tried]) -> list[Tried]:
    """Return the failures, of which those at an address that was changed meanwhile say nothing of
    the one that there is now. For a transaction that holds the mailboxes.
    """
    mailed = {each.claimed.recipient_id for each in failed if each.claimed.email}
    now = await find_addresses(tx, mailed) if mailed else {}
    return [
        each
        if each.claimed.email in ("", now.get(each.claimed.recipient_id, each.claimed.email))
        else replace(each, outcome=no_answer("the address was changed meanwhile"))
        for each in failed
    ]


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
                tx.schedule(DUE_WORKERS[after.channel], after.next_attempt_at)


async def _record_health(
    tx: Transaction, failed: Sequence[Tried], endpoints: Mapping[UUID, Endpoint], couriers: Couriers
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
            await settle_reachability(tx, [after.owner], couriers.channels)
            if after.channel is Channel.WEBHOOK:
                await say(tx, [_disabled(tx, after)], zones={}, couriers=couriers)
        elif after.blocked_until is not None:
            await postpone_all(tx, after.id, after.blocked_until)
            tx.schedule(DUE_WORKERS[after.channel], after.blocked_until)


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


def _unreadable(tx: Transaction, tried: Tried) -> Occasion:
    """Tell the technician what of their client's reply could not be read, and what of it counts."""
    claimed, reply = tried.claimed, tried.reply
    offer = offered_in(claimed.said.data)
    return Occasion(
        recipient_id=PersonId(claimed.recipient_id),
        kind=Kind.REPLY_UNREADABLE,
        cause=str(tried.attempt.id),
        at=tx.now,
        ticket_id=claimed.ticket_id,
        site_id=None if claimed.site_id is None else SiteId(claimed.site_id),
        language=claimed.said.language,
        data={
            "ticket_id": None if claimed.ticket_id is None else str(claimed.ticket_id),
            "reference": offer.job.reference,
            "category": offer.job.category,
            "priority": offer.job.priority,
            "offer_id": str(offer.offer_id),
            "job_id": str(offer.job.id),
            "endpoint_id": str(claimed.delivery.endpoint_id),
            "attempt_id": str(tried.attempt.id),
            "decision": None if reply.answer is None else reply.answer.decision.value,
            "faults": [fault.value for fault in reply.faults],
        },
    )


async def _pass_on(tx: Transaction, answers: Sequence[Tried], couriers: Couriers) -> None:
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
            couriers=couriers,
        )


def _answer(tx: Transaction, tried: Tried) -> OfferAnswerV1 | None:
    claimed, answer = tried.claimed, tried.reply.answer
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
