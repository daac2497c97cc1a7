"""What operators ask of every service: whether it lives, whether it is ready, its metrics. The
routes are made once in a process and each application's own answers are behind them, so that
another application costs nothing here, and none is held by what FastAPI knows of a route.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry
from prometheus_client.core import Metric as Family
from pydantic import BaseModel, JsonValue
from pydantic_core import to_json

from shared.errors import Unavailable
from shared.http.declared import refuses
from shared.http.exposition import exposition
from shared.http.exposure import Exposure
from shared.http.problems import NoSuchRoute

T = TypeVar("T")
router = APIRouter(tags=["operations"])


class NotReady(Unavailable):
    code = "not_ready"


class Readiness(BaseModel):
    """`details`, where there are any, are for an operator to see to."""

    status: Literal["ready"]
    details: dict[str, JsonValue] = {}


@dataclass(frozen=True, kw_only=True)
class Operations:
    """What one application answers with; it has it under `operations`."""

    registry: CollectorRegistry
    readings: Callable[[], Awaitable[Iterable[Family]]]
    """The metrics that are read when they are asked for."""
    not_ready: Callable[[], Awaitable[Mapping[str, str]]]
    """What is missing, by name, with why where it is known."""
    details: Callable[[], Awaitable[Mapping[str, JsonValue]]]
    exposure: Exposure


def one_look(look: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
    """Share one look among all requests that ask while it is under way: these routes are open, and
    a look costs the database.
    """
    under_way: asyncio.Future[T] | None = None

    async def in_one() -> T:
        nonlocal under_way
        if under_way is None or under_way.done():
            under_way = asyncio.ensure_future(look())
        return await asyncio.shield(under_way)

    return in_one


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Answer while the process runs."""
    return {"status": "alive"}


@router.get("/readyz", response_model=Readiness)
@refuses(NotReady)
async def readyz(request: Request) -> Response:
    """Return 200 when everything the service needs is there; else 503, naming what is missing,
    and why where it is known. `details`, where there are any, are for an operator to see to.
    """
    operations = _operations_of(request)
    missing = await operations.not_ready()
    if missing:
        raise _not_ready(missing)
    found = await operations.details()
    ready: dict[str, JsonValue] = {"status": "ready"}
    if found:
        ready["details"] = dict(found)
    return Response(to_json(ready), media_type="application/json")


@router.get("/metrics", response_class=PlainTextResponse)
@refuses(NoSuchRoute)
async def metrics(request: Request) -> Response:
    """Return the metrics in Prometheus' text format; 404 where FETTLE_METRICS shuts them."""
    operations = _operations_of(request)
    if not operations.exposure.shows_metrics(request.scope):
        raise NoSuchRoute("Not Found")
    text = []
    for lines in exposition(operations.registry, await operations.readings()):
        text.append(lines)
        await asyncio.sleep(0)  # requests go before the next metric
    return Response("".join(text), media_type=CONTENT_TYPE_LATEST)


def _operations_of(request: Request) -> Operations:
    operations: Operations = request.app.operations
    return operations


def _not_ready(missing: Mapping[str, str]) -> NotReady:
    reasons: dict[str, JsonValue] = {name: reason for name, reason in missing.items() if reason}
    said = "".join(f" {reason}" for reason in reasons.values())
    members: dict[str, JsonValue] = {"missing": list(missing)}
    if reasons:
        members["reasons"] = reasons
    return NotReady(f"Missing: {', '.join(missing)}.{said}", **members)
