"""A warning of a certificate reaches the technician and the desk once, in their own languages."""

from datetime import date, timedelta

from sqlalchemy import text

from shared.contracts import PersonV1, TechnicianV1
from shared.contracts.dispatch import CertificateWarning
from tests.component.notify.conftest import register, send
from tests.component.notify.receiver import Receiver
from tests.component.notify.test_being_heard import listen
from tests.component.notify.test_inbox import inbox, kinds
from tests.support.component import Component
from tests.unit.notify.stories import a_technician, the_site

_STALE = text("select recipient_id, stale from messages order by recipient_id, id")
_COUNT = text("select count(*) as count from messages")


def warned(notify: Component, days: int, *, version: int) -> TechnicianV1:
    warning = CertificateWarning(
        kind="low_voltage", expires_on=date(2026, 12, 21), days=days, at=notify.clock.now()
    )
    return a_technician().model_copy(
        update={"certificate_warnings": (warning,), "version": version}
    )


async def test_it_is_said_once_to_the_technician_and_to_the_desk(
    notify: Component, receiver: Receiver
) -> None:
    endpoint = await register(notify, receiver, kinds=["certificate.expiring"])
    await listen(notify)
    await notify.hears(the_site(), a_technician())
    thirty = warned(notify, 30, version=2)

    await notify.hears(thirty, past_tense="certificate_warned")
    await notify.hears(thirty.model_copy(update={"version": 3}), past_tense="restated")
    await send(notify)

    async with notify.http(role="technician", id="wang") as client:
        [mine] = (await client.get("/v1/inbox")).json()["items"]
    async with notify.http(role="dispatcher", id="desk") as client:
        [theirs] = (await client.get("/v1/inbox")).json()["items"]
    assert mine["kind"] == theirs["kind"] == "certificate.expiring"
    assert mine["title"] == "您的证书 low_voltage 有效期到 2026年12月21日"
    assert theirs["title"] == "王强's certificate low_voltage is good through 21 Dec 2026"
    assert (mine["ticket_id"], theirs["superseded_at"]) == (None, None)
    (got,) = receiver.got
    assert got.verified(endpoint["secret"])["data"]["expires_on"] == "2026-12-21"


async def test_the_next_warning_is_a_message_of_its_own(notify: Component) -> None:
    await listen(notify)
    await notify.hears(warned(notify, 30, version=2))
    notify.clock.move(days=23)

    await notify.hears(warned(notify, 7, version=3))

    assert kinds(await inbox(notify, "desk", role="dispatcher")) == ["certificate.expiring"] * 2


async def test_who_listens_since_later_and_what_is_heard_of_late_is_not_told(
    notify: Component,
) -> None:
    old = warned(notify, 30, version=2)
    notify.clock.move(days=2)
    await listen(notify)

    await notify.hears(old)

    assert kinds(await inbox(notify, "desk", role="dispatcher")) == []
    assert kinds(await inbox(notify, "wang", role="technician")) == []


async def test_one_who_is_neither_staff_nor_technician_there_any_more_reads_none(
    notify: Component,
) -> None:
    await listen(notify)
    await notify.hears(warned(notify, 30, version=2))
    before = kinds(await inbox(notify, "desk", role="dispatcher"))

    moved = kinds(await inbox(notify, "desk", role="resident"))
    record = PersonV1(
        id="demo/desk", version=1, site_id="demo", person_id="desk", roles=("resident",)
    )
    notify.clock.move(days=23)
    await notify.hears(record)
    await notify.hears(warned(notify, 7, version=3))

    assert (before, moved) == (["certificate.expiring"], [])
    async with notify.tx() as tx:
        rows = await tx.rows(_STALE)
    assert [(row["recipient_id"], row["stale"]) for row in rows] == [
        *(("desk", None), ("desk", "no_longer_there"), ("wang", None), ("wang", None))
    ]


async def test_of_two_hundred_technicians_who_are_republished_nothing_is_said_again(
    notify: Component,
) -> None:
    await listen(notify)
    warnings = [
        warned(notify, 30, version=2).model_copy(update={"id": f"t{n:03}"}) for n in range(200)
    ]
    await notify.hears(*warnings)
    notify.clock.move(seconds=timedelta(hours=1).total_seconds())

    await notify.hears(*(each.model_copy(update={"version": 3}) for each in warnings))

    async with notify.tx() as tx:
        [row] = await tx.rows(_COUNT)
    assert row["count"] == 400
