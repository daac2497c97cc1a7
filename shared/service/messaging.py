"""What a service has at the broker: its connection, its relay and its consumers, as one part."""

from collections.abc import Iterable, Sequence

from shared.db.after import After
from shared.db.transaction import Database
from shared.live_topics import LiveTopics
from shared.messaging.broker import Broker
from shared.messaging.consumer import consumers_of
from shared.messaging.consumer_loop import ConsumerLoop
from shared.messaging.handlers import Handler
from shared.messaging.live_news import News, tell_live_topics
from shared.messaging.relay import Relay
from shared.service.supervision import Supervisor
from shared.settings import ServiceSettings


class Messaging:
    """Publishes what commits of the service publish, and hears what its handlers act on."""

    def __init__(
        self,
        database: Database,
        settings: ServiceSettings,
        handlers: Sequence[Handler],
        live_topics: LiveTopics,
    ) -> None:
        self.name = database.name
        self.consumers = consumers_of(
            self.name, handlers, database, linger_s=settings.consumer_linger_ms / 1000
        )
        self.broker = Broker(
            settings.nats_url, name=self.name, api=settings.nats_api, ca=settings.nats_ca
        )
        self.relay = Relay(database, self.broker, self.name, backlog_limit=settings.outbox_max_rows)
        self.consumer_loops = [
            ConsumerLoop(consumer, self.broker, database) for consumer in self.consumers.values()
        ]
        self._live_topics = live_topics

    def connect_commits(self, after: After) -> None:
        """Publish what commits publish; tell other instances, too, what commits tell live
        streams.
        """
        tell_here, news = after.told, News(self.broker, self.name)

        def told(topics: Iterable[str]) -> None:
            tell_here(topics)
            news.tell(topics)

        after.published, after.told = self.relay.enqueue, told

    async def connect(self) -> None:
        """Return once the broker answers."""
        self.broker.reconnected = self._heal
        await self.broker.connect()

    async def run(self, supervisor: Supervisor) -> None:
        """Start the relay and the consumers; return once every consumer has its durable."""
        await tell_live_topics(self.broker, self.name, self._live_topics)
        supervisor.run("relay", self.relay.run)
        for loop in self.consumer_loops:
            supervisor.run(loop.consumer.durable, loop.run)
        for loop in self.consumer_loops:
            await loop.up.wait()

    def trouble(self) -> dict[str, str]:
        """Return what is amiss though the broker answers, by name, with the reason."""
        hindered = [loop.hindrance for loop in self.consumer_loops if loop.hindrance]
        return {
            **({"topology": f"{hindered[0]}."} if hindered else {}),
            **self.relay.waiting.trouble(),
        }

    def backlog_full(self) -> bool:
        """Return whether too many facts wait for the broker to take more."""
        return self.relay.waiting.full

    def _heal(self) -> None:
        self.relay.heal()
        for loop in self.consumer_loops:
            loop.heal()
