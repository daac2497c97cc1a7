import asyncio
from datetime import UTC, datetime, timedelta

from demo.day.absences import Absence, DayManners, absences
from demo.opened import OpenedTicket
from tests.unit.demo.day.days import DAY
from tests.unit.demo.day.services import FAST, SEED, Stage, a_ticket

TECHNICIAN = DAY.technicians[0]


def manners_of(stage: Stage, tickets: dict[str, OpenedTicket] | None = None) -> DayManners:
    return DayManners(api=stage.api, state=stage.state, pace=FAST, seed=SEED, tickets=tickets or {})


def away(*, known: bool) -> Absence:
    return Absence(technician=TECHNICIAN, known=known, at=600, takes_min=60)


def test_some_technicians_take_leave_some_go_silent_and_the_seed_decides() -> None:
    planned = absences(DAY.technicians, seed=SEED)

    assert planned == absences(DAY.technicians, seed=SEED)
    assert {absence.known for absence in planned} == {True, False}
    assert 4 <= len(planned) <= 24
    assert [absence.at for absence in planned] == sorted(absence.at for absence in planned)
    assert len({absence.technician.id for absence in planned}) == len(planned)


async def test_leave_is_entered_by_the_office_for_the_time_that_it_takes(stage: Stage) -> None:
    await manners_of(stage).be_away(away(known=True), office="Bearer office")

    [(method, path, auth, body)] = stage.service.asked
    start, end = (datetime.fromisoformat(body["leave"][0][name]) for name in ("start", "end"))
    assert (method, auth) == ("PUT", "Bearer office")
    assert path == f"technicians/{TECHNICIAN.id}/leave"
    assert end - start == timedelta(seconds=FAST.real_s(60))


async def test_who_goes_silent_answers_nothing_until_they_are_back(stage: Stage) -> None:
    manners = manners_of(stage)

    silent = asyncio.create_task(manners.be_away(away(known=False), office=""))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(manners.until_here(TECHNICIAN.id))

    assert not manners.is_here(TECHNICIAN.id)
    await asyncio.wait_for(waiting, timeout=10)
    await silent
    assert manners.is_here(TECHNICIAN.id)
    assert stage.service.asked == []


async def test_moods_are_drawn_from_names_that_are_the_same_in_every_run(stage: Stage) -> None:
    manners, job = manners_of(stage), {"summary": "D-0007\nThe lock is stuck"}

    first = manners.key_of_offer("tech-1", job, "offer-a")
    again = manners.key_of_offer("tech-1", job, "offer-a")
    second = manners.key_of_offer("tech-1", job, "offer-b")
    other = manners.key_of_offer("tech-2", job, "offer-c")

    assert (first, again, second, other) == ("D-0007/0", "D-0007/0", "D-0007/1", "D-0007/0")
    assert manners.key_of_job(job, "job-a") == "D-0007"


async def test_a_job_begins_with_the_visit_that_was_told_last(stage: Stage) -> None:
    manners = manners_of(stage)
    visits = [
        {"start": f"2026-11-30T1{hour}:00:00Z", "end": f"2026-11-30T1{hour}:30:00Z"}
        for hour in (0, 2)
    ]

    for visit in visits:
        manners.heed({"job": {"reference": "R-1", "visit": visit}})
    manners.heed({"job": {"reference": "R-2"}})

    assert manners.begins_at("R-1") == datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()
    assert (manners.begins_at("R-2"), manners.begins_at("R-3")) == (0.0, 0.0)


async def test_some_reports_bring_a_photo_of_the_work(stage: Stage) -> None:
    ticket = a_ticket()
    manners = manners_of(stage, {ticket.reference: ticket})

    sent = [
        await manners.photograph(ticket.reference, f"D-{number}", auth="Job token")
        for number in range(30)
    ]
    of_no_ticket = await manners.photograph("R-unknown", "D-1", auth="Job token")

    assert of_no_ticket == []
    assert {len(ids) for ids in sent} == {0, 1}
    assert set(stage.service.paths()) == {f"tickets/{ticket.ticket_id}/attachments"}
    assert manners.photos == {"p1": ticket}


async def test_a_photo_that_is_refused_is_left_out_of_the_report(stage: Stage) -> None:
    ticket = a_ticket()
    manners = manners_of(stage, {ticket.reference: ticket})
    stage.service.refused.add("attachments")

    sent = [
        await manners.photograph(ticket.reference, f"D-{number}", auth="Job token")
        for number in range(30)
    ]

    assert sent == [[]] * 30
    assert stage.service.paths()
    assert manners.photos == {}
