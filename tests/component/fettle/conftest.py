"""A home for an instance of the test's own; whatever lies elsewhere on its behalf goes with it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fettle.engines.server_user import ServerUser
from tests.component.fettle.command import Up


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    yield home
    data = home / "postgres"
    shutil.rmtree(ServerUser.for_data(data).folder_of(data), ignore_errors=True)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """For one engine."""
    data = tmp_path / "data"
    yield data
    shutil.rmtree(ServerUser.for_data(data).folder_of(data), ignore_errors=True)


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
