from collections.abc import AsyncIterator

import httpx
import pytest

from tests.unit.demo.day.services import Service, Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    service = Service()
    transport = httpx.ASGITransport(app=service.app)
    async with httpx.AsyncClient(transport=transport) as client:
        yield Stage(client, service)
