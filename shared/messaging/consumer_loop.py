"""A consumer at work: its durable is held against its stream, pulled from, and acknowledged after
the commit.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from datetime import datetime

from shared.backoff import Backoff
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database
from shared.messaging.answers import (
    BrokerError,
    BrokerSilent,
    NoSuchConsumer,
    NoSuchMessage,
    NoSuchStream,
)
from shared.messaging.broker import Broker
from shared.messaging.consumer import Consumer
from shared.messaging.positions import Position, load_position, reset_position
from shared.messaging.pull import Pull
from shared.messaging.received import Received, read_message
from shared.messaging.streams import (
    ACK_WAIT_S,
    ASK_AGAIN_S,
    DurableState,
    StreamState,
    TopologyAway,
    ask_for_durable,
    durable_state,
    fact_id_at,
    stream_state,
)
from shared.telemetry import get_logger
from shared.workarounds.lean_nats import Msg

log = get_logger(__name__)

_CHECK_EVERY_S = 60.0
_STILL_AT_IT_S = ACK_WAIT_S / 4
_MIN_PAUSE_S = 0.1
_MAX_PAUSE_S = 2.0


class ConsumerLoop:
    def __init__(
        self,
        consumer: Consumer,
        broker: Broker,
        database: Database,
        *,
        check_every_s: float = _CHECK_EVERY_S,
    ) -> None:
        self.consumer = consumer
        self.pending = 0
        """Messages that the stream holds beyond the last one received, by any instance as of the
        last minute.
        """
        self.worked_at = time.monotonic()
        """When it last finished a batch, or found its durable in order: once a minute even where
        nothing comes.
        """
        self.up = asyncio.Event()
        """Set once it pulls for the first time: its stream, its durable and the database are there.
        """
        self.hindrance = ""
        """Why it cannot follow; empty while it does, and while it may by itself."""
        self._broker, self._database = broker, database
        self._check_every_s = check_every_s
        self._check = True
        self._urgent = asyncio.Event()
        self._pull: Pull | None = None

    def heal(self) -> None:
        """Hold the durable against its stream at once: after a reconnect."""
        self._check = True
        self._urgent.set()
        if self._pull is not None:
            self._pull.interrupt()

    async def run(self) -> None:
        """Pull and handle facts until cancelled; then hand unfinished messages back for another
        instance to take.
        """
        backoff = Backoff(_MIN_PAUSE_S, _MAX_PAUSE_S)
        while True:
            try:
                created = await self._hold_durable_against_stream()
                self.hindrance = ""
                backoff.reset()
                await self._follow(created)
            except Exception as error:
                if not isinstance(error, BrokerError) and not is_transient(error):
                    raise
                self.hindrance = str(error) if isinstance(error, TopologyAway) else ""
                await self._wait(backoff, error)

    async def _follow(self, created: datetime) -> None:
        """Pull and handle batches until the next check is due."""
        next_check = asyncio.get_running_loop().time() + self._check_every_s
        pull = self._pull = Pull(self._broker, self.consumer.owner, self.consumer.durable)
        unfinished: list[Msg] = []
        await pull.open()
        self.up.set()
        try:
            while not self._check and (batch := await pull.next_batch(next_check)):
                unfinished = batch
                await self._handle(batch, created)
                unfinished = []
        finally:
            self._pull = None
            # first: else what is handed back would come again to us, who no longer listen
            await pull.close()
            await self._hand_back([*unfinished, *pull.left()])

    async def _handle(self, batch: list[Msg], created: datetime) -> None:
        facts = [read_message(message) for message in batch]
        with self._saying_that_it_takes_long(batch):
            await self._until_it_passes(facts, created)
        await self._broker.answer(batch)
        self.pending, self.worked_at = batch[-1].metadata.num_pending, time.monotonic()

    async def _until_it_passes(self, facts: list[Received], created: datetime) -> None:
        """Try again while the database does not answer: the durable stands still, and its facts are
        held, neither dead letters nor handed back.
        """
        backoff = Backoff(_MIN_PAUSE_S, _MAX_PAUSE_S)
        while True:
            try:
                await self.consumer.apply(facts, created=created)
            except Exception as error:
                if not is_transient(error):
                    raise
                await self._wait(backoff, error)
            else:
                return

    async def _wait(self, backoff: Backoff, error: Exception) -> None:
        pause_s = backoff.next_s()
        if isinstance(error, TopologyAway):
            pause_s = min(pause_s, ASK_AGAIN_S)
        log.warning(
            "consumer_waits",
            durable=self.consumer.durable,
            error=first_line(error),
            pause_s=pause_s,
        )
        self._urgent.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._urgent.wait()

    @contextlib.contextmanager
    def _saying_that_it_takes_long(self, batch: list[Msg]) -> Iterator[None]:
        """Tell the broker that the batch, and what has come since, is still worked on, once the
        block takes long; only then is there a task for it.
        """
        saying: list[asyncio.Task[None]] = []
        loop = asyncio.get_running_loop()
        begins = loop.call_later(
            _STILL_AT_IT_S, lambda: saying.append(loop.create_task(self._say_still_at_it(batch)))
        )
        try:
            yield
        finally:
            begins.cancel()
            for task in saying:
                task.cancel()

    async def _say_still_at_it(self, batch: list[Msg]) -> None:
        while True:
            waiting = () if self._pull is None else self._pull.waiting()
            with contextlib.suppress(BrokerSilent):
                await self._broker.answer([*batch, *waiting], b"+WPI")
            await asyncio.sleep(_STILL_AT_IT_S)

    async def _hand_back(self, messages: list[Msg]) -> None:
        """Hand the messages back to the stream, for the next instance that asks.

        Where the broker cannot be told, it will notice by itself after the ack wait.
        """
        with contextlib.suppress(BrokerSilent):
            await self._broker.answer(messages, b"-NAK")

    async def _hold_durable_against_stream(self) -> datetime:
        """Make sure that the durable exists and does not stand ahead of its stream; return the
        stream's identity.

        Of two instances one looks at a time: each would undo what the other has just begun.
        """
        self._check = False
        owner, durable = self.consumer.owner, self.consumer.durable
        async with self._database.transaction() as tx:
            await tx.lock("durable", [durable])
            # In this order: under load the stream grows between the questions, and must not seem to
            # lie behind its readers.
            position = await load_position(tx, durable)
            try:
                state = await durable_state(self._broker, self.consumer.service, owner)
            except (NoSuchConsumer, NoSuchStream):
                state = await self._ask_for_durable(fresh=False)
            stream = await stream_state(self._broker, owner)
            if (
                position is None
                or state.delivered_seq > stream.last_seq
                or await self._is_another_past(position, stream)
            ):
                if position is not None or state.delivered_seq > 0:
                    # NATS goes on from the durable's number whatever stands below it, so what was
                    # rewritten there would never come.
                    log.warning(
                        "durable_ahead_of_stream",
                        durable=durable,
                        handled=position and position.seq,
                        stream_last=stream.last_seq,
                    )
                    state = await self._ask_for_durable(fresh=True)
                await reset_position(tx, durable, stream.created)
        self.pending, self.worked_at = state.pending, time.monotonic()
        return stream.created

    async def _ask_for_durable(self, *, fresh: bool) -> DurableState:
        consumer = self.consumer
        return await ask_for_durable(self._broker, consumer.service, consumer.owner, fresh=fresh)

    async def _is_another_past(self, position: Position, stream: StreamState) -> bool:
        if position.created != stream.created or position.seq > stream.last_seq:
            return True
        if position.fact_id is None or position.seq < stream.first_seq:
            return False
        try:
            return await fact_id_at(self._broker, self.consumer.owner, position.seq) not in (
                None,
                position.fact_id,
            )
        except NoSuchMessage:
            return False
