"""A phone that is back where there is signal: what its technician did meanwhile is sent as the
portal's own script sends it, one item after another, each job's in order.

In: `{"port", "cookie", "items": [{"path", "fields"}, …]}`. Out: `{"seconds", "sent", "failures"}`,
from the phone's first question to the last answer.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.bench.pages.reading import browser_fields
from tests.bench.wire import Answer, Connections, get, post_bytes

JOBS = 4
_STEPS: Mapping[str, Mapping[str, str]] = {
    "travel": {},
    "arrive": {},
    "start": {},
    "complete": {"minutes": "20", "note": "换了密封圈。"},
}
VERBS = JOBS * (1 + len(_STEPS))
"""Accept and every step of each job."""
_BOUNDARY = "bench-form"


def items_of(offers: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield what the technician did about these offers, as the phone keeps it."""
    for offer in offers:
        job = offer["job"]
        yield {"path": f"/w/offers/{offer['offer_id']}/accept", "fields": {"planned_arrival": ""}}
        for step, fields in _STEPS.items():
            yield {
                "path": f"/w/jobs/{job['id']}/{step}",
                "fields": {"ticket": job["ticket_id"], **fields},
            }


async def replay(order: Mapping[str, Any]) -> dict[str, Any]:
    """Send all that waits."""
    phone, cookie = Connections(order["port"], 1), order["cookie"]
    fields = {**browser_fields(cookie), "accept": "application/json"}
    failures: list[str] = []
    items = order["items"]
    said_at = datetime.now(UTC) - timedelta(seconds=len(items))
    began = time.perf_counter()
    server = await phone.ask(get("/api/now", fields))
    if server.status != 200:
        raise RuntimeError(f"/api/now: {server.status} {server.body[:200]!r}")
    csrf = server.json()["csrf"]
    for number, item in enumerate(items):
        moment = (said_at + timedelta(seconds=number)).isoformat(timespec="milliseconds")
        form = {**item["fields"], "said_at": moment, "phone_ahead_s": "0"}
        answer = await _post(phone, item["path"], form, {**fields, "x-csrf": csrf})
        if not 200 <= answer.status < 300:
            failures.append(f"{item['path']}: {answer.status} {answer.body[:200]!r}")
    seconds = time.perf_counter() - began
    phone.close()
    return {"seconds": seconds, "sent": len(items) - len(failures), "failures": failures[:5]}


async def _post(
    phone: Connections, path: str, form: Mapping[str, str], fields: Mapping[str, str]
) -> Answer:
    """Send a form as `fetch` sends a FormData."""
    body = "".join(
        f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    )
    payload = f"{body}--{_BOUNDARY}--\r\n".encode()
    said = {
        **fields,
        "content-type": f"multipart/form-data; boundary={_BOUNDARY}",
        "idempotency-key": str(uuid4()),
    }
    return await phone.ask(post_bytes(path, payload, said))
