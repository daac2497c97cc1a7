"""What the broker's streams hold: which facts, and how often."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from demo.audit.ledger import SUBSCRIBED, Finding, Ledger

OWNERS = ("tickets", "dispatch", "sla", "notify")
READ_TIMEOUT_S = 60.0
MESSAGE_TIMEOUT_S = 5.0
FACT_ID = "ce-id"


async def read_streams(url: str) -> Counter[str]:
    """Return how often each fact stands in its owner's stream. Raises TimeoutError, NATS' errors.

    `url` is the address of the broker's operator.
    """
    found: Counter[str] = Counter()
    client = await nats.connect(url)
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            for owner in OWNERS:
                found.update([each async for each in _facts_of(client.jetstream(), owner)])
    finally:
        await client.close()
    return found


async def _facts_of(stream: "nats.js.JetStreamContext", owner: str):  # type: ignore[no-untyped-def]
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
            yield (message.headers or {}).get(FACT_ID, "")
            if message.metadata.sequence.stream >= last:
                return
    finally:
        await listening.unsubscribe()


def out_of_streams(ledger: Ledger, streams: Counter[str]) -> Iterator[Finding]:
    """Yield published facts that stand in no stream and did not arrive everywhere."""
    for fact in ledger.facts:
        if not fact.published or fact.dead or fact.fact_id in streams:
            continue
        for service, entities in SUBSCRIBED.items():
            known = ledger.known_versions.get(service, {}).get(fact.entity, {})
            if fact.entity in entities and known.get(fact.subject, 0) < fact.version:
                what = f"{fact.entity} version {fact.version} is in no stream, nor at {service}"
                yield Finding(about=fact.subject, what=what)


def out_of_outboxes(ledger: Ledger, streams: Counter[str]) -> Iterator[Finding]:
    """Yield facts in the streams that no service has committed."""
    committed = {fact.fact_id for fact in ledger.facts}
    for fact_id in streams.keys() - committed:
        yield Finding(about=fact_id or "a message without an id", what="in a stream, in no outbox")
