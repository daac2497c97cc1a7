"""PostgreSQL and NATS in containers of the images that compose.yaml names, where a Docker engine
answers.

testcontainers' own reaper would be a third image, with the engine's socket in its hands, and is not
to be had everywhere. Here a container bears the mark of its run, and the next run removes those of
one that was killed.
"""

import contextlib
import gc
import os
import re
import secrets
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

import docker
import requests
from docker.errors import DockerException, ImageNotFound
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.wait_strategies import ExecWaitStrategy, LogMessageWaitStrategy

from fettle.engines.processes import free_port
from fettle.home import CHECKOUT
from tests.support.runs import MARK, is_over

_IMAGES = {
    name: re.findall(rf"image: ({name}:\S+)", (CHECKOUT / "compose.yaml").read_text())[0]
    for name in ("postgres", "nats")
}
C = TypeVar("C", bound=DockerContainer)
_ANSWERS_TIMEOUT_S = 5
_PULL_TIMEOUT_S = 20.0
# testcontainers' own are RuntimeErrors
_FAILURES = (DockerException, requests.RequestException, RuntimeError, OSError)

testcontainers_config.ryuk_disabled = True
testcontainers_config.sleep_time, testcontainers_config.max_tries = 0.1, 600


class NoContainers(Exception):
    """Why there are none."""


class ContainedPostgres:
    """Its port stays the same over `restart`."""

    def __init__(self, container: PostgresContainer, address: str) -> None:
        self._container, self._address = container, address

    def url(self, database: str, user: str, password: str) -> str:
        return f"postgresql://{user}:{password}@{self._address}/{database}"

    def admin_url(self, database: str = "postgres") -> str:
        return self.url(database, self._container.username, self._container.password)

    def restart(self) -> None:
        self._container.get_wrapped_container().restart(timeout=4)
        ExecWaitStrategy(["pg_isready", "-h", "127.0.0.1"]).wait_until_ready(self._container)


class ContainedNats:
    def __init__(self, url: str) -> None:
        self.url = url


@contextmanager
def postgres(settings: Mapping[str, str]) -> Iterator[ContainedPostgres]:
    """Raises NoContainers."""

    def make() -> PostgresContainer:
        container = PostgresContainer(
            _IMAGES["postgres"],
            username="postgres",
            password=secrets.token_hex(16),
            dbname="postgres",
        )
        return container.with_bind_ports(5432, port).with_command(
            [f"-c{name}={value}" for name, value in settings.items()]
        )

    port = free_port()
    with _running(make) as container:
        yield ContainedPostgres(container, f"{container.get_container_host_ip()}:{port}")


@contextmanager
def nats() -> Iterator[ContainedNats]:
    """Raises NoContainers."""

    def make() -> DockerContainer:
        container = DockerContainer(_IMAGES["nats"]).with_exposed_ports(4222).with_command(["-js"])
        return container.waiting_for(LogMessageWaitStrategy("Server is ready"))

    with _running(make) as container:
        yield ContainedNats(
            f"nats://{container.get_container_host_ip()}:{container.get_exposed_port(4222)}"
        )


@contextmanager
def _running(make: Callable[[], C]) -> Iterator[C]:
    if hindrance := _hindrance():
        raise NoContainers(hindrance)
    with contextlib.ExitStack() as ending:
        try:
            container = make()  # which connects to the engine already
            ending.callback(container.stop)
            # PostgreSQL's fast shutdown
            container.with_kwargs(labels={MARK: os.environ[MARK]}, stop_signal="SIGINT")
            container.start()
        except _FAILURES as error:
            raise NoContainers(f"a container does not start: {error}") from error
        yield container


@cache
def _hindrance() -> str:
    """Why there can be no containers; empty when an engine answers and has the images.

    What killed runs left on it is removed.
    """
    absent, hindrance = [], ""
    with warnings.catch_warnings():
        # docker-py leaves the socket of a refused connection to the collector
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            with contextlib.closing(DockerClient(timeout=_ANSWERS_TIMEOUT_S).client) as engine:
                _remove_leftovers(engine)
                absent = [image for image in _IMAGES.values() if not _is_there(engine, image)]
        except _FAILURES as error:
            hindrance = f"no Docker engine answers: {error}"
        gc.collect()
    return hindrance or _pull(absent)


def _remove_leftovers(engine: docker.DockerClient) -> None:
    for container in engine.containers.list(all=True, filters={"label": MARK}):
        if is_over(container.labels[MARK]):
            container.remove(force=True, v=True)


def _is_there(engine: docker.DockerClient, image: str) -> bool:
    try:
        engine.images.get(image)
    except ImageNotFound:
        return False
    return True


def _pull(images: Sequence[str]) -> str:
    """All at once; why one is not there then.

    What takes too long goes on behind the tests, for the next run to find.
    """
    outcomes: dict[str, str] = {}

    def pull(image: str) -> None:
        try:
            with contextlib.closing(DockerClient().client) as engine:
                engine.images.pull(image)
        except _FAILURES as error:
            outcomes[image] = f"{image} cannot be pulled: {error}"
        else:
            outcomes[image] = ""

    deadline = time.monotonic() + _PULL_TIMEOUT_S
    pulls = [threading.Thread(target=pull, args=(image,), daemon=True) for image in images]
    for thread in pulls:
        thread.start()
    for thread in pulls:
        thread.join(max(deadline - time.monotonic(), 0))
    return " ".join(
        outcomes.get(image, f"{image} was not pulled within {_PULL_TIMEOUT_S:g} s")
        for image in images
    ).strip()
