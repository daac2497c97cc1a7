"""A site whose plumbing demands a certificate, on a Monday."""

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts.tickets import TicketV1
from tests.component.dispatch.world import order_of, put_rules, put_technician
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai."""
TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
VOLTAGE = {"plumbing": ["low_voltage"]}


def a_certificate(expires_on: date, /, **more: Any) -> dict[str, Any]:
    return {
        "kind": "low_voltage",
        "number": f"T-{expires_on}",
        "issued_on": "2020-01-01",
        "expires_on": expires_on.isoformat(),
        **more,
    }


async def on_monday(component: MakeComponent, **rules: Any) -> Component:
    """A site whose plumbing demands a certificate, with a technician who has none yet."""
    dispatch = await component("dispatch", clock=SettableClock(MONDAY))
    await put_technician(dispatch, "li")
    await put_rules(dispatch, **{"certificates": VOLTAGE, **rules})
    return dispatch


async def barred(dispatch: Component, ticket: TicketV1) -> list[str]:
    """The codes of what bars the only technician."""
    order = await order_of(dispatch, ticket)
    assert [each.technician_id for each in order.unassignable] == ["li"]
    return list(order.unassignable[0].codes)
