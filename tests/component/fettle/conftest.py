"""A home for an instance of the test's own; whatever lies elsewhere on its behalf goes with it."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fettle.engines.postgres import discard_postgres
from fettle.home import CHECKOUT
from tests.component.fettle.command import Up


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    discard_postgres(tmp_path / "home" / "postgres")


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """For one engine."""
    yield tmp_path / "data"
    discard_postgres(tmp_path / "data")


@pytest.fixture(scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Up]:
    """One that is ready, for all tests that leave it so."""
    home = tmp_path_factory.mktemp("running")
    (home / "sitecustomize.py").write_text("")  # imported by every Python before all else
    running = Up(home, PYTHONPATH=f"{home}:{CHECKOUT}")
    try:
        await running.says("Fettle is ready")
        yield running
    finally:
        running.end()
        discard_postgres(home / "postgres")


StartUp = Callable[..., Up]


@pytest.fixture
def up(home: Path) -> Iterator[StartUp]:
    """`up(shell=…, FETTLE_…=…)` begins `fettle up` at `home`; it is ended with the test."""
    begun: list[Up] = []

    def begin(**how: Any) -> Up:
        begun.append(Up(home, **how))
        return begun[-1]

    yield begin
    for one in begun:
        one.end()
