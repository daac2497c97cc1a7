"""The arrival that a technician plans is possible, dated, and may be moved until they are there."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.dispatch import events
from services.dispatch.domain import job_steps, offering
from services.dispatch.domain.arrival import demand_possible_arrival, possible_arrival
from services.dispatch.domain.job import Report
from services.dispatch.domain.job_steps import Verb, plan_arrival
from services.dispatch.domain.refusals import IllegalStep
from services.dispatch.domain.work_order import WorkOrder
from shared.errors import Invalid
from shared.facts import MAX_FACT_BYTES
from shared.ids import JobId, new_id
from tests.unit.dispatch.arranging import LI, NOON, after, an_offer, an_order

ETA = after(minutes=20)


def accepted(planned_arrival: datetime | None = ETA) -> WorkOrder:
    order = an_order()
    offered = offering.offer_job(order, order.jobs[0].id, [an_offer("li")], at=NOON)
    return offering.accept(
        offered,
        offered.jobs[0].offers[0].id,
        at=NOON,
        decided_at=NOON,
        planned_arrival=planned_arrival,
    )


@pytest.mark.parametrize(
    ("planned", "possible"),
    [
        (timedelta(hours=-1), False),
        (timedelta(minutes=-6), False),
        (timedelta(minutes=-4), True),
        (timedelta(0), True),
        (timedelta(days=90), True),
        (timedelta(days=91), False),
        (timedelta(days=20000), False),
    ],
)
def test_an_arrival_in_the_past_or_absurdly_far_is_refused(
    planned: timedelta, possible: bool
) -> None:
    if possible:
        demand_possible_arrival(NOON + planned, at=NOON)
        assert possible_arrival(NOON + planned, at=NOON) == NOON + planned
        return
    with pytest.raises(Invalid) as refused:
        demand_possible_arrival(NOON + planned, at=NOON)
    assert refused.value.details["field"] == "/planned_arrival"
    assert possible_arrival(NOON + planned, at=NOON) is None


def test_no_step_plans_an_impossible_arrival() -> None:
    order = accepted()
    job_id = order.jobs[0].id
    past = NOON - timedelta(hours=1)

    with pytest.raises(Invalid):
        job_steps.step_along(order, job_id, Verb.TRAVEL, by=LI, at=NOON, planned_arrival=past)
    with pytest.raises(Invalid):
        plan_arrival(order, job_id, by=LI, at=NOON, planned_arrival=past)


def test_a_planned_arrival_is_dated_with_the_step_that_it_came_with() -> None:
    order = accepted()
    job_id = order.jobs[0].id

    travelling = job_steps.step_along(
        order, job_id, Verb.TRAVEL, by=LI, at=after(minutes=5), planned_arrival=after(minutes=30)
    )

    assert order.job(job_id).planned_at == NOON
    assert (travelling.job(job_id).planned_arrival, travelling.job(job_id).planned_at) == (
        after(minutes=30),
        after(minutes=5),
    )


@pytest.mark.parametrize("said_as", ["travel", "planned-arrival"])
def test_a_technician_on_the_way_may_expect_another_time_and_says_so_once(said_as: str) -> None:
    order = accepted()
    job_id = order.jobs[0].id
    order = job_steps.step_along(order, job_id, Verb.TRAVEL, by=LI, at=after(minutes=1))

    def moved(order: WorkOrder) -> WorkOrder:
        at, eta = after(minutes=5), after(minutes=50)
        if said_as == "travel":
            return job_steps.step_along(
                order, job_id, Verb.TRAVEL, by=LI, at=at, planned_arrival=eta
            )
        return plan_arrival(order, job_id, by=LI, at=at, planned_arrival=eta)

    once = moved(order)

    assert (once.job(job_id).planned_arrival, once.job(job_id).planned_at) == (
        after(minutes=50),
        after(minutes=5),
    )
    assert events.changed(order, once).past_tense == "rescheduled"
    assert moved(once) is once


def test_who_has_arrived_plans_no_arrival() -> None:
    order = accepted()
    job_id = order.jobs[0].id
    there = job_steps.step_along(order, job_id, Verb.ARRIVE, by=LI, at=NOON)

    with pytest.raises(IllegalStep):
        plan_arrival(there, job_id, by=LI, at=NOON, planned_arrival=after(minutes=50))


def test_a_job_that_was_given_back_plans_no_arrival() -> None:
    order = accepted()

    back = job_steps.give_back(order, order.jobs[0].id, by=LI, at=after(minutes=1), reason="ill")

    assert (back.jobs[0].planned_arrival, back.jobs[0].planned_at) == (None, None)


def test_the_newest_note_is_whole_in_the_fact_however_many_there_were() -> None:
    order = accepted()
    for n in range(20):
        job = order.open_jobs[0]
        if n:
            offered = offering.offer_job(order, job.id, [an_offer("li")], at=after(hours=n))
            order = offering.accept(
                offered,
                offered.job(job.id).offers[-1].id,
                at=after(hours=n),
                decided_at=after(hours=n),
                planned_arrival=None,
            )
        order = job_steps.ask_follow_up(
            order,
            job.id,
            by=LI,
            at=after(hours=n),
            reason="parts",
            report=Report(note=f"{n} " + "水" * 3990, minutes=5),
            skills=None,
        )

    said = events.changed(None, order)
    notes = [job.note for job in events.snapshot(order).jobs if job.note]

    assert len(said.body()) < MAX_FACT_BYTES
    assert notes[-1] == "19 " + "水" * 3990
    assert notes[0].startswith("0 ")


def test_photos_are_told_while_there_is_room_and_only_those_that_are_ids() -> None:
    photo, another = str(new_id()), str(new_id())
    report = Report(photos=(photo, "https://photos.example/1"), photos_before=(another,))
    order = accepted()
    few = job_steps.complete(order, order.jobs[0].id, by=LI, at=after(hours=1), report=report)
    long = replace(few.jobs[0], reason="水" * 100, steps=few.jobs[0].steps * 20)
    many = replace(few, jobs=tuple(replace(long, id=JobId(new_id())) for _ in range(20)))

    told = [(str(each.id), each.before) for each in events.snapshot(few).jobs[0].photos]

    assert told == [(another, True), (photo, False)]
    assert not any(job.photos for job in events.snapshot(many).jobs)
