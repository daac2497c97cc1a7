"""What the broker's streams hold: which facts, and how often."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass

import nats
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from demo.audit.ledger import SUBSCRIBED, Finding, Ledger

OWNERS = ("tickets", "dispatch", "sla", "notify")
READ_TIMEOUT_S = 60.0
MESSAGE_TIMEOUT_S = 5.0


@dataclass(kw_only=True)
class Stored:
    """A fact as the streams hold it, so many times."""

    type: str
    subject: str
    times: int = 0


async def read_streams(url: str) -> dict[str, Stored]:
    """Return what stands in the owners' streams, by the facts' ids. Raises TimeoutError, NATS'
    errors.

    `url` is the address of the broker's operator.
    """
    found: dict[str, Stored] = {}
    client = await nats.connect(url)
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            for owner in OWNERS:
                async for headers in _headers(client.jetstream(), owner):
                    fact = Stored(
                        type=headers.get("ce-type", ""), subject=headers.get("ce-subject", "")
                    )
                    found.setdefault(headers.get("ce-id", ""), fact).times += 1
    finally:
        await client.close()
    return found


async def _headers(stream: JetStreamContext, owner: str) -> AsyncIterator[Mapping[str, str]]:
    """Yield the headers of every message that the owner's stream holds now."""
    last = (await stream.stream_info(owner.upper())).state.last_seq
    if not last:
        return
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE, headers_only=True
    )
    listening = await stream.subscribe(
        f"{owner}.>", stream=owner.upper(), config=config, ordered_consumer=True
    )
    try:
        while True:
            message = await listening.next_msg(timeout=MESSAGE_TIMEOUT_S)
            yield message.headers or {}
            if message.metadata.sequence.stream >= last:
                return
    finally:
        await listening.unsubscribe()


def out_of_streams(ledger: Ledger, streams: Mapping[str, Stored]) -> Iterator[Finding]:
    """Yield published facts that stand in no stream and did not arrive everywhere."""
    for fact in ledger.facts:
        if not fact.published or fact.dead or fact.fact_id in streams:
            continue
        for service, entities in SUBSCRIBED.items():
            known = ledger.known_versions.get(service, {}).get(fact.entity, {})
            if fact.entity in entities and known.get(fact.subject, 0) < fact.version:
                what = f"{fact.entity} version {fact.version} is in no stream, nor at {service}"
                yield Finding(about=fact.subject, what=what)


def out_of_outboxes(ledger: Ledger, streams: Mapping[str, Stored]) -> Iterator[Finding]:
    """Yield facts in the streams that no service has committed."""
    committed = {fact.fact_id for fact in ledger.facts}
    for fact_id in streams.keys() - committed:
        stored = streams[fact_id]
        what = f"{stored.type or 'a message'} {fact_id} is in a stream and in no outbox"
        yield Finding(about=stored.subject, what=what)
