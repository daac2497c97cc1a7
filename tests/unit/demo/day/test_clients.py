from collections.abc import Mapping
from typing import Any

from demo.crew import Crew
from demo.day.absences import DayManners
from demo.day.clients import Clients, Desks
from demo.day.errands import Errands
from demo.day.pool import Pool
from tests.unit.demo.day.days import DAY
from tests.unit.demo.day.services import FAST, SEED, Stage, a_ticket

TECHNICIAN, DESK = DAY.technicians[0].id, "day01-desk"
TICKETS = [a_ticket(number, source_id=f"D-{number}") for number in range(1, 40)]


class Everyone:
    def __init__(self, stage: Stage, errands: Errands, *, room: int = 1, here: bool = True) -> None:
        tickets = {ticket.reference: ticket for ticket in TICKETS}
        manners = DayManners(
            api=stage.api, state=stage.state, pace=FAST, seed=SEED, tickets=tickets
        )
        crew = Crew(
            DAY.technicians,
            api=stage.api,
            state=stage.state,
            log=stage.log,
            pace=FAST,
            seed=SEED,
            on_completed=lambda reference: None,
            manners=manners,
        )
        pool = Pool(
            api=stage.api,
            state=stage.state,
            pace=FAST,
            seed=SEED,
            auth_of={each.id: f"Bearer {each.id}" for each in DAY.technicians},
            room_of=lambda technician: room,
            is_here=lambda technician: here,
            tasks=errands,
        )
        desks = Desks(
            api=stage.api,
            state=stage.state,
            pace=FAST,
            seed=SEED,
            bearers={"day01": lambda role, person, *units: f"Bearer {person}"},
            tickets=tickets,
            tasks=errands,
        )
        self.clients = Clients(
            crew=crew,
            pool=pool,
            manners=manners,
            desks=desks,
            technicians=[each.id for each in DAY.technicians],
            desk_ids=[DESK],
            log=stage.log,
        )

    def told(self, owner: str, kind: str, number: int = 1, **data: Any) -> Mapping[str, Any] | None:
        return self.clients.receive(owner, f"{kind}-{number}", kind, data)


async def test_what_a_resident_is_told_is_logged_with_language_and_technician(
    stage: Stage,
) -> None:
    async with Errands() as errands:
        everyone = Everyone(stage, errands)
        for _ in range(2):
            everyone.told(
                "day01-zh-01",
                "technician.travelling",
                reference="DAY01-1",
                language="zh-CN",
                technician="王师傅",
            )

    first, again = stage.log.received
    assert (first.reference, first.language, first.technician) == ("DAY01-1", "zh-CN", "王师傅")
    assert (first.acted, again.acted) == (True, False)


async def test_a_desk_answers_some_comments_in_the_residents_language_and_once(
    stage: Stage,
) -> None:
    async with Errands() as errands:
        everyone = Everyone(stage, errands)
        for number, ticket in enumerate(TICKETS):
            for _ in range(2):
                everyone.told(DESK, "ticket.commented", number, reference=ticket.reference)
    answers = stage.service.bodies("comments")

    assert 5 < len(answers) < 30
    assert {answer["public"] for answer in answers} == {True}
    assert {auth for _, _, auth, _ in stage.service.asked} == {f"Bearer {DESK}"}


async def test_a_desk_does_not_answer_a_technician(stage: Stage) -> None:
    async with Errands() as errands:
        everyone = Everyone(stage, errands)
        for number, ticket in enumerate(TICKETS):
            data = {"reference": ticket.reference, "by_technician": True}
            everyone.told(DESK, "ticket.commented", number, **data)

    assert stage.service.asked == []


async def test_breaches_are_counted_as_desks_hear_of_them(stage: Stage) -> None:
    async with Errands() as errands:
        everyone = Everyone(stage, errands)
        for _ in range(2):
            everyone.told(DESK, "clock.breached", clock="arrival", reference="DAY01-1")

    assert stage.state.breached == 1
    assert stage.state.clocks["arrival", "breached"] == 1


async def test_technicians_look_at_the_pool_when_told_and_grab_what_is_best_for_them(
    stage: Stage,
) -> None:
    stage.service.answers["pool"] = {"items": [{"job": {"id": "job-1"}}]}

    async with Errands() as errands:
        everyone = Everyone(stage, errands)
        for technician in DAY.technicians:
            everyone.told(technician.id, "job.pooled", job_id="job-1")
    grabs = [rest for rest in stage.service.paths() if rest == "jobs/job-1/grab"]

    assert 5 < len(grabs) < 30
    assert {auth for _, rest, auth, _ in stage.service.asked if rest == "pool"} <= {
        f"Bearer {technician.id}" for technician in DAY.technicians
    }


async def test_who_has_full_hands_or_is_silent_grabs_nothing(stage: Stage) -> None:
    stage.service.answers["pool"] = {"items": [{"job": {"id": "job-1"}}]}

    for room, here in ((0, True), (1, False)):
        async with Errands() as errands:
            everyone = Everyone(stage, errands, room=room, here=here)
            for technician in DAY.technicians:
                everyone.told(technician.id, "job.pooled", job_id="job-1")

    assert stage.service.asked == []


async def test_a_grab_that_came_too_late_is_counted(stage: Stage) -> None:
    stage.service.answers["pool"] = {"items": [{"job": {"id": "job-1"}}]}
    stage.service.refused.add("grab")

    async with Errands() as errands:
        everyone = Everyone(stage, errands)
        for technician in DAY.technicians:
            everyone.told(technician.id, "job.pooled", job_id="job-1")

    assert stage.state.offers["too late"] > 5
