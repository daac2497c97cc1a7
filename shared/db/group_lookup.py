"""Group lookup: concurrent transactions that ask the same select go to the database as one
statement.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine

from shared.db.batching import Batcher
from shared.db.reads import Lookup
from shared.db.session import session

Row = Mapping[str, Any]


class GroupLookup:
    """Send lookups, those of one select together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._groups: dict[Lookup, Batcher[Row, Sequence[Row]]] = {}

    async def find(self, lookup: Lookup, parameters: Row) -> Sequence[Row]:
        """Return what the select finds; those who ask at the same moment share a statement."""
        group = self._groups.get(lookup)
        if group is None:

            async def send(asked: Sequence[Row]) -> Sequence[Sequence[Row]]:
                different = {lookup.values(each): each for each in asked}
                async with session(self._engine) as direct:
                    found = await direct.lookup(lookup, list(different.values()))
                answers = dict(zip(different, found, strict=True))
                return [answers[lookup.values(each)] for each in asked]

            group = self._groups[lookup] = Batcher(send)
        return await group.ask(parameters)
