"""The service of these tests."""

import pytest

from tests.component.tickets.arranging import DEMO, Tickets
from tests.support.component import MakeComponent


@pytest.fixture
async def tickets(component: MakeComponent) -> Tickets:
    made = Tickets(await component("tickets"))
    await made.send("PUT", "sites/demo", DEMO, status=201, as_="admin")
    return made
