"""What Prometheus is told of endpoints."""

import re

from sqlalchemy import text

from tests.component.notify.conftest import register
from tests.component.notify.receiver import Receiver
from tests.support.component import Component

_SET = text("""
    update endpoints set failing_since = :failing_since, disabled_at = :disabled_at,
      disabled_reason = :reason where owner = :owner""")


async def test_an_endpoint_is_silent_when_nothing_has_arrived_there_for_an_hour(
    notify: Component, receiver: Receiver
) -> None:
    for owner in ("well", "failing", "silent", "gone", "off", "removed"):
        endpoint = await register(notify, receiver, owner)
    async with notify.http(role="technician", id="removed") as client:
        assert (await client.delete(f"/v1/endpoints/{endpoint['id']}")).status_code == 204
    now = notify.clock.now()
    notify.clock.move(hours=1)
    async with notify.tx() as tx:
        await tx.execute(
            _SET,
            owner="failing",
            failing_since=notify.clock.move(seconds=1),
            disabled_at=None,
            reason=None,
        )
        await tx.execute(_SET, owner="silent", failing_since=now, disabled_at=None, reason=None)
        await tx.execute(_SET, owner="gone", failing_since=now, disabled_at=now, reason="gone")
        await tx.execute(_SET, owner="off", failing_since=None, disabled_at=now, reason="by_owner")

    async with notify.http(role=None) as prometheus:
        shown = re.findall(
            r'^fettle_endpoints{state="(\w+)"} (\S+)$',
            (await prometheus.get("/metrics")).text,
            re.MULTILINE,
        )

    assert dict(shown) == {
        "working": "1.0",
        "failing": "1.0",
        "silent": "1.0",
        "disabled": "1.0",
        "switched_off": "1.0",
    }
