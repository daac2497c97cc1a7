"""What a service may store of others' snapshots instead of all that came."""

from collections.abc import Sequence
from typing import ClassVar

import pytest

from shared.contracts import Snapshot, TicketV1, WorkOrderV1
from shared.db.transaction import Transaction
from shared.messaging.handlers import on


class Titles(Snapshot):
    OWNER: ClassVar[str] = "tickets"
    ENTITY: ClassVar[str] = "ticket"
    title: str = ""


class Colours(Titles):
    colour: str = ""


class Everything(TicketV1):
    pass


async def nothing(_: Transaction, __: Sequence[Snapshot]) -> None:
    pass


def test_a_handler_names_what_is_stored_of_its_contracts() -> None:
    handler = on(WorkOrderV1, TicketV1, excerpts=[Titles])(nothing)

    assert handler.excerpts == (Titles,)


@pytest.mark.parametrize(
    ("contract", "excerpt", "refusal"),
    [
        (WorkOrderV1, Titles, "of no contract of its handler"),
        (TicketV1, Colours, r"has \['colour'\], which TicketV1 has not"),
        (TicketV1, Everything, "has all that TicketV1 demands"),
    ],
)
def test_an_excerpt_that_its_contract_cannot_fill_or_that_reads_as_the_whole_is_refused(
    contract: type[Snapshot], excerpt: type[Snapshot], refusal: str
) -> None:
    with pytest.raises(TypeError, match=refusal):
        on(contract, excerpts=[excerpt])
