"""The facts of one transaction: one for each entity, whatever happened to it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from shared.contracts import Snapshot
from shared.facts import Fact, OutboxRow, outbox_row
from shared.ids import new_id
from shared.telemetry import current_trace


class FactsToPublish:
    """Outbox rows by entity, in the order in which the entities last changed."""

    def __init__(self, *, at: datetime, actor: str, causes: Mapping[str, str | None]) -> None:
        """Collect the facts of one transaction; `causes` maps an entity's id to the trace that its
        fact belongs to.
        """
        self._at, self._actor, self._causes = at, actor, causes
        self._facts: dict[tuple[type[Snapshot], str], tuple[Fact, OutboxRow]] = {}

    @property
    def rows(self) -> list[OutboxRow]:
        return [row for _, row in self._facts.values()]

    def add(self, fact: Fact) -> None:
        """Add the fact, as one with those of the same entity before it (`Fact.merged`).

        Raises FactTooLarge, and ValueError where the entity was published at another version.
        """
        key = (fact.contract, str(fact.snapshot.id))
        earlier = self._facts.pop(key, None)
        if earlier is not None:
            fact = earlier[0].merged(fact)
        cause = self._causes.get(key[1]) or current_trace()
        self._facts[key] = (
            fact,
            outbox_row(fact, id=new_id(), at=self._at, actor=self._actor, traceparent=cause),
        )

    def version(self, contract: type[Snapshot], id: UUID | str) -> int | None:
        """Return the version at which the entity is published, None where it is not."""
        published = self._facts.get((contract, str(id)))
        return None if published is None else published[0].snapshot.version
