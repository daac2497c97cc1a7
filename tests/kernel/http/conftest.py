from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kernel.conftest import MakeDatabase
from tests.kernel.http.toy_app import ToyApp, make_app


@pytest.fixture
async def toy(database: MakeDatabase, tmp_path: Path) -> AsyncIterator[ToyApp]:
    made = await make_app(await database("toy"), tmp_path)
    yield made
    await made.close()
