"""The domain's names are the contract's and the tables': where they part by accident, it shows
here.
"""

from dataclasses import fields
from typing import Any

from services.dispatch import events
from services.dispatch.domain import certificates, job_steps, offering
from services.dispatch.domain.job import Job, Offer, Pool, Step
from services.dispatch.domain.job_steps import Verb
from services.dispatch.domain.technician import Technician
from services.dispatch.domain.work_order import Unable, WorkOrder
from services.dispatch.store.tables import JobRow, OfferRow, TechnicianRow, WorkOrderRow
from shared.contracts import Contract
from shared.contracts.dispatch import (
    Barred,
    CertificateWarning,
    JobState,
    JobStep,
    JobV1,
    OfferV1,
    PoolV1,
    TechnicianV1,
    WorkOrderV1,
)
from shared.facts import MAX_FACT_BYTES
from tests.unit.dispatch.arranging import LI, NOON, a_technician, after, an_offer, an_order

CONTRACTS: list[tuple[type[Any], type[Contract]]] = [
    (Step, JobStep),
    (Offer, OfferV1),
    (Job, JobV1),
    (Unable, Barred),
    (WorkOrder, WorkOrderV1),
    (Technician, TechnicianV1),
    (Pool, PoolV1),
    (certificates.CertificateWarning, CertificateWarning),
]


def test_the_contracts_are_filled_from_the_same_names() -> None:
    for mine, theirs in CONTRACTS:
        properties = {name for name, value in vars(mine).items() if isinstance(value, property)}
        names = {field.name for field in fields(mine)} | properties
        assert set(theirs.model_fields) <= names, mine


def test_the_tables_hold_what_the_domain_has() -> None:
    assert {field.name for field in fields(Offer)} <= set(OfferRow.model_fields)
    assert {field.name for field in fields(Job)} - {"offers"} <= set(JobRow.model_fields)
    assert {field.name for field in fields(WorkOrder)} - {
        "jobs",
        "due_at",
        "committed_version",
        "read_at",
    } <= set(WorkOrderRow.model_fields)
    assert {field.name for field in fields(Technician)} <= set(TechnicianRow.model_fields)


def test_a_snapshot_says_all_of_it() -> None:
    order = an_order()
    job_id = order.jobs[0].id
    offered = offering.offer_job(order, job_id, [an_offer("li"), an_offer("wang")], at=NOON)
    accepted = offering.accept(
        offered,
        offered.jobs[0].offers[0].id,
        at=NOON,
        decided_at=NOON,
        planned_arrival=after(minutes=20),
    )

    said = events.snapshot(job_steps.step_along(accepted, job_id, Verb.TRAVEL, by=LI, at=NOON))

    assert (said.id, said.version, said.state, said.jobs[0].technician_id) == (
        order.id,
        2,
        "travelling",
        "li",
    )
    assert said.jobs[0].planned_arrival == after(minutes=20)
    assert [offer.state for offer in said.jobs[0].offers] == ["accepted", "withdrawn"]
    assert [step.state for step in said.jobs[0].steps] == [
        "waiting",
        "offered",
        "accepted",
        "travelling",
    ]


def test_however_much_was_said_a_fact_fits_and_open_offers_stay_in_it() -> None:
    order = an_order()
    job_id = order.jobs[0].id
    for n in range(120):
        order = offering.offer_job(order, job_id, [an_offer(f"{n:064}")], at=NOON)
        order = offering.decline(
            order, order.jobs[0].offers[-1].id, at=NOON, decided_at=NOON, reason="远" * 500
        )
    offered = offering.offer_job(order, job_id, [an_offer("li")], at=NOON)
    nobody = offering.mark_unassignable(
        order, [Unable(technician_id=LI, codes=("off_shift", "lacks_skill"))] * 500, at=NOON
    )

    for before, after_ in [(order, offered), (order, nobody)]:
        assert len(events.changed(before, after_).body()) < MAX_FACT_BYTES
    assert events.snapshot(offered).jobs[0].offers[-1].state == "open"
    assert events.snapshot(offered).jobs[0].state is JobState.OFFERED


def test_why_a_job_was_given_back_is_told_whole_where_there_is_room() -> None:
    order = an_order()
    offered = offering.offer_job(order, order.jobs[0].id, [an_offer("li")], at=NOON)
    why = "The stop valve in the cellar is seized. " * 12

    declined = offering.decline(
        offered, offered.jobs[0].offers[0].id, at=NOON, decided_at=NOON, reason=why
    )

    [job] = events.snapshot(declined).jobs
    assert (job.steps[-1].reason, job.offers[0].reason) == (why, why)


def test_a_ticket_reopened_for_ever_still_makes_a_fact_that_fits_with_its_newest_job() -> None:
    order = an_order()
    for cycle in range(2, 130):
        again = order.new_job(cycle=cycle, at=NOON)
        order = order.changed(
            again.stepped(JobState.CANCELLED, at=NOON, reason="ticket_resolved"), cycle=cycle
        )
    reopened = order.changed(order.new_job(cycle=130, at=NOON), cycle=130)

    said = events.changed(order, reopened)

    assert said.past_tense == "created"
    assert len(said.body()) < MAX_FACT_BYTES
    assert [job.cycle for job in events.snapshot(reopened).jobs][-1] == 130


def test_a_technician_is_said_by_name_and_nothing_more_personal() -> None:
    certificate = certificates.Certificate(
        kind="lift", number="T-310-042", issued_on=NOON.date(), expires_on=NOON.date()
    )

    said = events.technician_snapshot(a_technician(language="en", certificates=(certificate,)))

    assert "T-310-042" not in said.model_dump_json()
    assert set(said.model_dump()) == {
        "id",
        "version",
        "site_id",
        "name",
        "sites",
        "skills",
        "language",
        "removed_at",
        "certificate_warnings",
    }
    assert (said.site_id, said.language) == ("demo", "en")
