"""What sla says of clocks and what others make of it agree: the real rules of tickets, dispatch and
sla, driven through random histories.

Others hold the clocks that sla published last, and the newest ticket and work order. Whatever
people do, the clocks stand there as sla computes them; and a promise that comes to its end does so
there even before sla has heard of it.
"""

from collections.abc import Sequence
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.dispatch import events as dispatch_events
from services.sla.domain.calendars import ALWAYS, Calendars
from services.sla.domain.changes import what_happened
from services.sla.domain.clocks import clocks_of
from services.sla.domain.life import Life, ticket_life, work_life
from services.sla.domain.policy import DEFAULT, Policy
from services.tickets import events as tickets_events
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.standing import stand
from tests.unit.agreement.test_the_race_table import WAYS
from tests.unit.agreement.test_tickets_and_dispatch_agree import EXAMPLES
from tests.unit.agreement.two_services import TwoServices

IN_SHANGHAI = Calendars({}, {"demo": [(ALWAYS, "Asia/Shanghai")]})
NO_RESTART = Policy.model_validate(
    {
        **DEFAULT.model_dump(),
        "id": "ours",
        "site_id": "demo",
        "arrival_restarts": not DEFAULT.arrival_restarts,
    }
)


LIKELY = {
    "a accepts 1.1",
    "start 1.1",
    "complete 1.1",
    "offer 2.1",
    "a accepts 2.1",
    "start 2.1",
    "complete 2.1",
    "resident reopens",
    "staff merge",
    "staff unmerge",
}


class Sla:
    """Computes anew whenever it hears something, and publishes what it must."""

    def __init__(self, *policies: Policy) -> None:
        self._policies = policies
        self.clocks: tuple[ClockV1, ...] | None = None
        self.published: Sequence[ClockV1] = ()
        self.said: list[str] = []

    def hears(self, ticket: TicketV1, order: WorkOrderV1 | None, *, now: datetime) -> set[str]:
        """Returns what it says had happened."""
        life = Life(ticket_life(ticket), work_life(order))
        promises = clocks_of(life, policies=self._policies, calendars=IN_SHANGHAI, now=now)
        clocks = promises.as_told()
        happened = [*what_happened(self.clocks, clocks, [])]
        if happened:
            self.published = clocks
            self.said.append(happened[-1])
        self.clocks = clocks
        return set(happened)


def newest(world: TwoServices) -> tuple[TicketV1, WorkOrderV1 | None]:
    return tickets_events.ticket_snapshot(world.ticket), dispatch_events.snapshot(
        world.order
    ) if world.order else None


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), policies=st.sampled_from([(), (NO_RESTART,)]))
def test_clocks_stand_elsewhere_as_sla_computes_them(
    data: st.DataObject, policies: tuple[Policy, ...]
) -> None:
    world, sla = TwoServices(), Sla(*policies)
    ticket, order = newest(world)
    sla.hears(ticket, order, now=world.at)
    world.rest()
    way = data.draw(st.sampled_from([*WAYS.values()]))

    for planned in (*way, *[None] * 15):
        if not (moves := world.moves()):
            break
        moves[
            planned
            or data.draw(
                st.sampled_from([name for name in moves for _ in range(5 if name in LIKELY else 1)])
            )
        ]()
        if data.draw(st.booleans()):
            world.rest()
        heard, cycle, classes = newest(world), ticket.cycle, ticket.classes
        ticket = heard[0] if data.draw(st.booleans()) else ticket
        order = heard[1] if data.draw(st.booleans()) else order
        before, jobs = sla.published, order.jobs if order else ()
        happened = sla.hears(ticket, order, now=world.at)

        assert stand(sla.published, ticket, jobs) == sla.clocks
        # of a ticket that was reopened or classed anew meanwhile, only sla can tell
        if happened <= {"settled"} and (ticket.cycle, ticket.classes) == (cycle, classes):
            was_over = {clock.kind for clock in before if clock.stopped_at is not None}
            assert _ends(stand(before, ticket, jobs), excluding=was_over) == _ends(
                sla.clocks or (), excluding=was_over
            )


def _ends(
    clocks: Sequence[ClockV1], *, excluding: set[ClockKind]
) -> list[tuple[ClockKind, ClockState, datetime | None]]:
    return [
        (clock.kind, clock.state, clock.stopped_at)
        for clock in clocks
        if clock.kind not in excluding
    ]


def test_a_plain_life_is_said_to_have_begun_and_to_be_settled() -> None:
    world, sla = TwoServices(), Sla()
    sla.hears(*newest(world), now=world.at)

    for way in (
        "offer 1.1",
        "a accepts 1.1",
        "travel 1.1",
        "arrive 1.1",
        "start 1.1",
        "complete 1.1",
    ):
        world.rest()
        world.do(way)
        sla.hears(*newest(world), now=world.at)
    world.rest()
    sla.hears(*newest(world), now=world.at)

    assert sla.said == ["started", "settled"]
