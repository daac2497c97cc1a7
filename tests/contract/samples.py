"""One full example of every contract, every field set: what the golden files hold and what the
reference shows.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from shared.contracts import (
    AudienceV1,
    BuildingV1,
    ClocksV1,
    CommentV1,
    OfferAnswerV1,
    PersonV1,
    SiteV1,
    SkillNeed,
    Snapshot,
    TechnicianV1,
    TicketV1,
    Window,
    WorkOrderV1,
)
from shared.contracts.attachments import Attachment, AttachmentKind, WorkPhoto
from shared.contracts.buildings import SpotV1
from shared.contracts.categories import Lack, MissingAnswer, Nature, Road
from shared.contracts.dispatch import (
    Barred,
    CertificateWarning,
    JobState,
    JobStep,
    JobV1,
    OfferState,
    OfferV1,
    PoolV1,
    WorkOrderState,
)
from shared.contracts.imported import Imported
from shared.contracts.notify import Decision
from shared.contracts.people import Residency
from shared.contracts.sla import Announcement, ClockKind, ClockState, ClockV1
from shared.contracts.tickets import (
    Activity,
    Appointment,
    CategoryV1,
    Classing,
    Deed,
    Note,
    Place,
    Priority,
    TicketState,
    TicketStep,
)
from shared.contracts.words import Danger, Rating

_TICKET = UUID("019a0000-0000-7000-8000-000000000001")
_JOB = UUID("019a0000-0000-7000-8000-000000000002")
_OFFER = UUID("019a0000-0000-7000-8000-000000000003")
_COMMENT = UUID("019a0000-0000-7000-8000-000000000004")
_PHOTO = UUID("019a0000-0000-7000-8000-000000000005")


def _at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC)


def examples() -> tuple[Snapshot, ...]:
    ticket = TicketV1(
        id=_TICKET,
        version=7,
        site_id="demo",
        reference="DEMO-1042-K",
        state=TicketState.RESOLVED,
        cycle=1,
        category="plumbing",
        priority=Priority.EMERGENCY,
        nature=Nature.COMPLAINT,
        road=Road.DESK,
        title="厨房爆管",
        description="厨房水管爆裂，水漫到走廊",
        language="zh-CN",
        channel="app",
        reporter_id="resident-7",
        entered_by="resident-7",
        attachments=(
            Attachment(
                id=_PHOTO,
                kind=AttachmentKind.PHOTO,
                by="resident-7",
                at=_at(8, 3),
                by_staff=False,
                public=True,
            ),
        ),
        followers=("resident-8",),
        place=Place(
            building="3",
            entrance="1",
            unit="1202",
            spot="kitchen",
            address="3-1202, the kitchen",
            lat=31.2304,
            lon=121.4737,
            unit_said="3-1202",
            spot_said="the kitchen",
            candidates=("3-1-1202", "3-2-1202"),
        ),
        skills=(SkillNeed(code="plumbing", level=2),),
        answers={"shut_off": "yes"},
        needs_info=False,
        missing=(
            MissingAnswer(
                question="valve",
                why=Lack.NOT_AN_OPTION,
                asked_at=_at(8),
                names={"zh-CN": "总阀关了吗？", "en": "Is the main valve shut?"},
                required=False,
            ),
        ),
        preferred_windows=(Window(start=_at(9), end=_at(11)),),
        hold=None,
        before=None,
        observed=6,
        duplicate_of=None,
        opened_at=_at(8),
        steps=(
            TicketStep(at=_at(8), state=TicketState.OPEN, cycle=1, cause="resident-7"),
            TicketStep(at=_at(8, 1), state=TicketState.ASSIGNED, cycle=1, cause=f"job:{_JOB}"),
            TicketStep(at=_at(8, 5), state=TicketState.IN_PROGRESS, cycle=1, cause=f"job:{_JOB}"),
            TicketStep(
                at=_at(8, 50),
                state=TicketState.RESOLVED,
                cycle=1,
                reason="valve replaced",
                cause=f"job:{_JOB}",
            ),
        ),
        classes=(
            Classing(
                at=_at(8),
                category="plumbing",
                priority=Priority.EMERGENCY,
                nature=Nature.COMPLAINT,
                road=Road.DESK,
            ),
        ),
        answered_at=_at(8, 2),
        told=(_at(8, 2),),
        appointments=(
            Appointment(
                at=_at(8, 2),
                start=_at(9),
                end=_at(10),
                by="wang",
                by_staff=True,
                proposed=True,
                stands_at=_at(9),
                cancelled=False,
            ),
        ),
        urges=(_at(8, 10),),
        ratings=(
            Rating(at=_at(20), cycle=1, speed=5, quality=5, manner=5, text="很快"),
            Rating(at=_at(21), cycle=1, speed=4, quality=5, manner=5, by="resident-8"),
        ),
        activities=(
            Activity(
                at=_at(8, 12),
                deed=Deed.AMENDED,
                by="resident-7",
                by_staff=False,
                changed=("description",),
            ),
        ),
        note=Note(at=_at(8, 50), text="valve replaced, keep it shut until nine"),
        cancel_requested_at=_at(8, 20),
        danger=(Danger(at=_at(8), words=("爆管",), cause="resident-7"),),
        language_chosen=True,
        imported=Imported(
            at=_at(7),
            external_id="WX-2025-0001",
            opened_at=_at(6),
            arrived_at=_at(6, 30),
            ended=True,
            kept_from=_at(6, 50),
        ),
    )
    job = JobV1(
        id=_JOB,
        cycle=1,
        state=JobState.COMPLETED,
        technician_id="li",
        planned_arrival=_at(8, 20),
        planned_at=_at(8, 1),
        paused_at_version=None,
        reason="valve replaced",
        steps=(
            JobStep(at=_at(8), state=JobState.WAITING),
            JobStep(at=_at(8, 1), state=JobState.ACCEPTED, technician_id="li"),
            JobStep(
                at=_at(8, 50),
                state=JobState.COMPLETED,
                technician_id="li",
                reason="valve replaced",
                said_at=_at(8, 52),
                received_at=_at(9, 40),
            ),
        ),
        offers=(
            OfferV1(
                id=_OFFER,
                technician_id="li",
                state=OfferState.ACCEPTED,
                offered_at=_at(8),
                expires_at=_at(8, 1),
                decided_at=_at(8, 1),
                reason=None,
                interrupts=True,
            ),
        ),
        holder_bars=("lacks_skill",),
        note="valve replaced",
        pool=PoolV1(at=_at(8), until=_at(8, 10), told=("li", "zhao")),
        photos=(WorkPhoto(id=_PHOTO, before=True),),
    )
    return (
        ticket,
        CommentV1(
            id=_COMMENT,
            version=1,
            site_id="demo",
            ticket_id=_TICKET,
            author_id="wang",
            by_staff=True,
            public=True,
            text="马上到",
            at=_at(8, 2),
            by_technician=False,
            attachments=(_PHOTO,),
        ),
        SiteV1(
            id="demo",
            version=3,
            site_id="demo",
            code="DEMO",
            name="示范小区",
            time_zone="Asia/Shanghai",
            language="zh-CN",
            lat=31.2304,
            lon=121.4737,
            categories=(
                CategoryV1(
                    code="plumbing",
                    names={"zh-CN": "水管", "en": "Plumbing"},
                    skills=(SkillNeed(code="plumbing", level=1),),
                    priority=Priority.NORMAL,
                    expected_minutes=60,
                    nature=Nature.COMPLAINT,
                    road=Road.DESK,
                ),
            ),
            removed_at=None,
            close_after_working_days=3,
        ),
        BuildingV1(
            id="demo:3",
            version=2,
            site_id="demo",
            code="3",
            name="3号楼",
            entrances=("1", "2"),
            units={"1-1202": 89.47, "2-1202": None},
            spots=(SpotV1(code="lobby-3", name="三号楼大堂", lat=31.2301, lon=121.4731),),
            lat=31.2304,
            lon=121.4737,
            removed_at=None,
        ),
        PersonV1(
            id="demo/resident-7",
            version=3,
            site_id="demo",
            person_id="resident-7",
            roles=("resident",),
            units=(Residency(unit="3-1202", since=_at(8), until=_at(20)),),
            units_left=("3-1201",),
            removed_at=None,
        ),
        WorkOrderV1(
            id=_TICKET,
            version=6,
            site_id="demo",
            observed=1,
            cycle=1,
            state=WorkOrderState.DONE,
            reason="valve replaced",
            jobs=(job,),
            unassignable_at=_at(8),
            left_to_desk_at=_at(8),
            unassignable=(Barred(technician_id="zhao", codes=("lacks_skill",)),),
        ),
        TechnicianV1(
            id="li",
            version=2,
            site_id="demo",
            name="李师傅",
            sites=("demo",),
            skills=(SkillNeed(code="plumbing", level=2),),
            language="zh-CN",
            removed_at=None,
            certificate_warnings=(
                CertificateWarning(
                    kind="low_voltage", expires_on=date(2026, 4, 1), days=30, at=_at(1)
                ),
            ),
        ),
        ClocksV1(
            id=_TICKET,
            version=4,
            site_id="demo",
            policy_id="default",
            policy_version=1,
            clocks=(
                ClockV1(
                    kind=ClockKind.RESPONSE,
                    state=ClockState.MET,
                    started_at=_at(8),
                    due_at=_at(8, 5),
                    stopped_at=_at(8, 1),
                    breached_at=None,
                ),
                ClockV1(
                    kind=ClockKind.ARRIVAL,
                    state=ClockState.BREACHED,
                    started_at=_at(8),
                    due_at=_at(8, 30),
                    stopped_at=_at(8, 40),
                    breached_at=_at(8, 30),
                ),
            ),
            announced=(
                Announcement(
                    clock=ClockKind.ARRIVAL,
                    threshold=100,
                    due_at=_at(8, 30),
                    fell_at=_at(8, 30),
                    announced_at=_at(8, 30),
                    skipped=False,
                ),
            ),
            resolved_at=_at(8, 50),
            objection_ends_at=_at(20),
        ),
        OfferAnswerV1(
            id=_OFFER,
            version=1,
            site_id="demo",
            job_id=_JOB,
            ticket_id=_TICKET,
            technician_id="li",
            decision=Decision.ACCEPT,
            reason=None,
            planned_arrival=_at(8, 20),
            answered_at=_at(8, 1),
        ),
        AudienceV1(id="demo", version=2, site_id="demo", listeners=3),
    )
