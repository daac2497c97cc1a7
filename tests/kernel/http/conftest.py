from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kernel.conftest import MakeDatabase
from tests.kernel.http.toy_app import ToyApp, make_app
from tests.kernel.toy import make_schema
from tests.support.engines import Databases


@pytest.fixture(scope="module")
async def one_toy(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ToyApp]:
    """For all tests of a file, where none minds what another has written."""
    url = await databases.fresh("toy", make_schema)
    made = await make_app(url, tmp_path_factory.mktemp("toy"))
    yield made
    await made.close()


@pytest.fixture
async def toy(database: MakeDatabase, tmp_path: Path) -> AsyncIterator[ToyApp]:
    made = await make_app(await database("toy"), tmp_path)
    yield made
    await made.close()
