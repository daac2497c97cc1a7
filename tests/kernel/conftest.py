from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from shared.messaging.broker import Broker
from tests.kernel.forgetting import Follower
from tests.kernel.toy import Instance, instances, make_schema
from tests.support.engines import Databases, Nats

Start = Callable[[Instance], Awaitable[Instance]]
MakeDatabase = Callable[[str], Awaitable[str]]
MakeFollower = Callable[..., Awaitable[Follower]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts an instance, and stops it when the test is over."""
    async with instances() as start_one:
        yield start_one


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[MakeDatabase]:
    """`await database("sla")`: the URL of a new one with the toy's tables."""
    made: list[tuple[str, str]] = []

    async def make(name: str) -> str:
        made.append((name, await databases.fresh(name, make_schema)))
        return made[-1][1]

    yield make
    for name, url in made:
        await databases.give_back(name, url, make_schema)


@pytest.fixture
async def broker(nats: Nats) -> AsyncIterator[Broker]:
    """A connection of the test's own, to look at streams and to meddle with them."""
    connection = Broker(nats.url, name="test")
    await connection.connect()
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def follower(database: MakeDatabase) -> AsyncIterator[Follower]:
    made = Follower(await database("sla"))
    yield made
    await made.database.close()


@pytest.fixture
async def follower_with(database: MakeDatabase) -> AsyncIterator[MakeFollower]:
    """`await follower_with(rows=365)`."""
    made: list[Follower] = []

    async def make(**days: int) -> Follower:
        made.append(Follower(await database("sla"), **days))
        return made[-1]

    yield make
    for each in made:
        await each.database.close()
