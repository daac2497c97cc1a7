"""What is refused costs next to nothing, whoever sends it: who may call is settled by the
credential alone, before a byte of the body.
"""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import httpx
import pytest

from fettle.home import SERVICES
from shared.auth.caller import Role
from shared.auth.work_tokens import WorkTokens
from shared.clock import SystemClock
from shared.ids import new_id
from tests.architecture.test_every_route import CHANGING, OPEN, Door, doors
from tests.support.component import OFFER_KEYS, Component, MakeComponent
from tests.support.issuer import token

_BYTES = 240_000
_HOSTILE: Mapping[str, bytes] = {
    "unknown fields": b"{"
    + b",".join(b'"k%05d":1' % number for number in range(_BYTES // 11))
    + b"}",
    "bad items": b'{"parts": [' + b",".join([b"{}"] * (_BYTES // 3)) + b"]}",
    "deep nesting": b'{"parts": ' + b"[" * (_BYTES // 2) + b"]" * (_BYTES // 2) + b"}",
    "a long text": b'{"note": "' + b"x" * _BYTES + b'"}',
    "numbers": b'{"minutes": [' + b",".join([b"1"] * (_BYTES // 2)) + b"]}",
    "long numbers": b'{"minutes": [' + b",".join([b"9" * 4000] * (_BYTES // 4001)) + b"]}",
}
_FREE_CPU_S = 0.005
"""What a stranger's request may cost of a service's only thread."""
_CALLERS_CPU_S = 0.25
"""What a body of a caller with a name may cost: some 240 KB are parsed, and refused at the first
bad item.
"""
_TRIES = 5


def _wrong_credentials() -> dict[str, str | None]:
    tokens = WorkTokens(OFFER_KEYS, SystemClock())
    return {
        "none": None,
        "bearer nonsense": "Bearer x",
        "an expired bearer": "Bearer "
        + token("li", [("technician", "*")], exp=int(time.time()) - 60),
        "offer nonsense": "Offer x",
        "job nonsense": "Job x",
        "another offer": "Offer " + tokens.offer_token(new_id(), new_id(), "li", datetime.now(UTC)),
        "another job": "Job " + tokens.job_token(new_id(), new_id(), "li"),
    }


async def _cheapest(
    client: httpx.AsyncClient, door: Door, body: bytes, headers: Mapping[str, str], timeout_s: float
) -> tuple[float, int]:
    """(seconds of CPU, status) of the best of a few tries, since others use the machine too; no
    more of them than it takes.
    """
    best, status = float("inf"), 0
    for _ in range(_TRIES):
        began = time.process_time()
        answer = await client.request(
            door.method,
            door.url,
            content=body,
            headers={"Content-Type": "application/json", **headers},
        )
        best, status = min(best, time.process_time() - began), answer.status_code
        if best < timeout_s:
            break
    return best, status


def _closed(component: Component, methods: Iterable[str]) -> list[Door]:
    return [door for door in doors(component) if door.path not in OPEN and door.method in methods]


@pytest.mark.parametrize("service", SERVICES)
async def test_a_stranger_costs_next_to_nothing_on_any_route(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    costly, let_in = [], []
    async with made.http(role=None) as client:
        for door in _closed(made, ("GET", *CHANGING)):
            for who, authorization in _wrong_credentials().items():
                headers = {} if authorization is None else {"Authorization": authorization}
                for what, body in _HOSTILE.items():
                    cpu_s, status = await _cheapest(client, door, body, headers, _FREE_CPU_S)
                    if cpu_s >= _FREE_CPU_S:
                        costly.append(
                            f"{door.method} {door.path}, {who}, {what}: {cpu_s * 1000:.1f} ms"
                        )
                    if status not in (401, 403, 404, 405, 413):
                        let_in.append(f"{door.method} {door.path}, {who}, {what}: {status}")

    assert costly == []
    assert let_in == []


@pytest.mark.parametrize("service", SERVICES)
async def test_a_callers_hostile_body_is_refused_at_a_bounded_cost(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    costly, taken = [], []
    for door in _closed(made, ("POST", "PUT", "PATCH")):
        if door.route.body_field is None:
            continue
        async with made.http(
            role=sorted(door.roles or (Role.ADMIN,))[-1], id="somebody", site="*"
        ) as client:
            for what, body in _HOSTILE.items():
                cpu_s, status = await _cheapest(
                    client, door, body, {"If-Match": '"1"'}, _CALLERS_CPU_S
                )
                if cpu_s >= _CALLERS_CPU_S:
                    costly.append(f"{door.method} {door.path}, {what}: {cpu_s * 1000:.1f} ms")
                if status not in (400, 422):
                    taken.append(f"{door.method} {door.path}, {what}: {status}")

    assert costly == []
    assert taken == []
