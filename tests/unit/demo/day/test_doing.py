import asyncio
from collections.abc import Callable
from datetime import datetime

from demo.day.deeds import Deeds, deeds_on
from demo.day.doing import Doers
from demo.day.errands import Errands
from demo.opened import OpenedTicket
from tests.unit.demo.day.services import FAST, SEED, Stage, a_ticket


def doers_of(stage: Stage, errands: Errands) -> Doers:
    return Doers(
        api=stage.api, state=stage.state, log=stage.log, pace=FAST, seed=SEED, tasks=errands
    )


def one_who(does: Callable[[Deeds], bool]) -> OpenedTicket:
    return next(
        ticket
        for number in range(4000)
        if does(deeds_on((ticket := a_ticket(1, source_id=f"D-{number}")).request, seed=SEED))
    )


async def test_a_report_is_followed_by_its_photos(stage: Stage) -> None:
    ticket = one_who(
        lambda deeds: deeds.photos == 2 and not deeds.visit and not deeds.cancels_after_min
    )

    async with Errands() as errands:
        doers = doers_of(stage, errands)
        doers.opened(ticket)

    assert stage.service.paths() == [f"tickets/{ticket.ticket_id}/attachments"] * 2
    assert doers.photos == {"p1": ticket}
    assert doers.tickets == {ticket.reference: ticket}


async def test_a_visit_is_agreed_and_moved_to_a_later_hour(stage: Stage) -> None:
    ticket = one_who(
        lambda deeds: (
            deeds.visit is not None
            and deeds.visit.moved_after_min is not None
            and not (deeds.photos or deeds.cancels_after_min)
        )
    )
    stage.state.states[ticket.reference] = "open"

    async with Errands() as errands:
        doers_of(stage, errands).opened(ticket)

    first, moved = (
        datetime.fromisoformat(body["start"]) for body in stage.service.bodies("appointment")
    )
    assert moved > first
    assert [said.what for said in stage.log.said] == ["visit", "visit"]


async def test_no_visit_is_agreed_on_a_ticket_that_has_ended(stage: Stage) -> None:
    ticket = one_who(lambda deeds: deeds.visit is not None and not deeds.photos)
    stage.state.states[ticket.reference] = "resolved"

    async with Errands() as errands:
        doers_of(stage, errands).opened(ticket)

    assert stage.service.bodies("appointment") == []
    assert stage.log.said == []


async def test_who_changed_their_mind_cancels_while_no_work_has_begun(stage: Stage) -> None:
    ticket = one_who(
        lambda deeds: deeds.cancels_after_min is not None and not (deeds.photos or deeds.visit)
    )
    for state, cancelled in (("in_progress", 0), ("assigned", 1)):
        stage.state.states[ticket.reference] = state

        async with Errands() as errands:
            doers_of(stage, errands).opened(ticket)

        assert len(stage.service.bodies("cancel")) == cancelled
    assert stage.state.states[ticket.reference] == "cancelled"


async def test_an_objection_opens_the_ticket_again_and_the_second_repair_is_rated_badly(
    stage: Stage,
) -> None:
    ticket = one_who(lambda deeds: deeds.objects_after_min is not None)

    async with Errands() as errands:
        doers = doers_of(stage, errands)
        doers.resolved(ticket)
        await asyncio.wait(errands.under_way)
        opened_again = stage.state.states[ticket.reference]
        stage.state.states[ticket.reference] = "resolved"
        doers.resolved(ticket)

    assert opened_again == "open"
    assert [said.what for said in stage.log.said] == ["objection"]
    assert len(stage.service.bodies("reopen")) == 1
    assert stage.service.bodies("rating")[0]["quality"] == 2


async def test_who_confirms_a_repair_never_objects_to_it(stage: Stage) -> None:
    content = one_who(lambda deeds: deeds.objects_after_min is None)

    async with Errands() as errands:
        doers_of(stage, errands).resolved(content)

    assert stage.service.asked == []
