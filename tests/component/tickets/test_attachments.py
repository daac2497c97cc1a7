"""Files on a ticket: who puts them there, who sees them, and what they are told as."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.tickets.adapters.image_workers import ImageWorkers
from shared.auth.work_tokens import WorkTokens
from shared.clock import Clock
from shared.contracts import WorkOrderV1
from shared.contracts.attachments import WorkPhoto
from shared.contracts.dispatch import JobState, JobStep, WorkOrderState
from shared.ids import new_id
from tests.component.tickets.arranging import Tickets, an_order
from tests.component.tickets.attaching import attach, fetch, refused, send
from tests.support.component import OFFER_KEYS
from tests.support.images import PDF, a_photo, an_image
from tests.support.unread import Unread

PHOTO = an_image("JPEG")
Who = dict[str, Any]
"""How a caller is told to `send`, `fetch` and `Tickets.get`."""
WORKED = (JobState.ACCEPTED, JobState.ON_SITE, JobState.WORKING)


def a_job_token(
    ticket_id: str, order: WorkOrderV1, clock: Clock, technician: str = "tech-1"
) -> str:
    return WorkTokens(OFFER_KEYS, clock).job_token(order.jobs[0].id, UUID(ticket_id), technician)


async def an_accepted(tickets: Tickets, ticket_id: str, **how: Any) -> WorkOrderV1:
    """The ticket's work order once a technician, `tech-1`, has taken its job."""
    now = tickets.component.clock.now()
    order = an_order(ticket_id, WorkOrderState.ACCEPTED, JobState.ACCEPTED, at=now, **how)
    await tickets.component.hears(order)
    return order


async def test_a_photo_follows_the_report_and_is_told_without_its_name(tickets: Tickets) -> None:
    ticket = await tickets.open()

    made = await attach(tickets, ticket["id"], a_photo(), name="厨房 3-1202.jpg")

    assert made.keys() == {"id", "kind", "bytes", "width", "height", "url", "thumbnail_url"}
    [shown] = (await tickets.get(ticket["id"]))["attachments"]
    assert (shown["id"], shown["kind"], shown["by"]) == (made["id"], "photo", "resident-1")
    [fact] = await tickets.component.said("tickets.ticket.attached.v1")
    assert [str(each.id) for each in fact.snapshot.attachments] == [made["id"]]
    assert (fact.version, fact.detail) == (2, {"attachment_id": made["id"], "kind": "photo"})
    lines = (await tickets.get(f"{ticket['id']}/timeline"))["items"]
    assert [line["name"] for line in lines] == ["opened", "attached"]
    assert lines[1]["detail"]["attachment_id"] == made["id"]
    assert "3-1202.jpg" not in str(lines) + fact.snapshot.model_dump_json()


async def test_a_file_may_be_the_body_itself_and_a_pdf_is_kept_as_it_came(tickets: Tickets) -> None:
    ticket = await tickets.open()

    photo = await attach(tickets, ticket["id"], PHOTO, raw=True)
    pdf = await attach(tickets, ticket["id"], PDF, name="bill.pdf")

    answer = await fetch(tickets, pdf["url"])
    assert (pdf["kind"], pdf["bytes"], pdf["width"]) == ("pdf", len(PDF), None)
    assert pdf["thumbnail_url"] is None
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await fetch(tickets, f"{pdf['url']}/thumbnail")).status_code == 404
    inline = await fetch(tickets, photo["url"])
    assert inline.headers["content-disposition"].startswith("inline")
    assert inline.headers["cache-control"] == "private, no-cache"


async def test_a_part_is_answered_with_a_part_and_nothing_to_who_has_it(tickets: Tickets) -> None:
    ticket = await tickets.open()
    url = (await attach(tickets, ticket["id"], PDF))["url"]
    whole = await fetch(tickets, url)
    etag, size = whole.headers["etag"], len(PDF)

    asked = {
        "bytes=0-9": (206, PDF[:10], f"bytes 0-9/{size}"),
        "bytes=10-": (206, PDF[10:], f"bytes 10-{size - 1}/{size}"),
        "bytes=-5": (206, PDF[-5:], f"bytes {size - 5}-{size - 1}/{size}"),
        "bytes=0-0,5-6": (200, PDF, None),
        "lines=1-2": (200, PDF, None),
        f"bytes={size}-": (416, None, f"bytes */{size}"),
        "bytes=-0": (416, None, f"bytes */{size}"),
    }
    for given, (status, body, content_range) in asked.items():
        answer = await fetch(tickets, url, headers={"Range": given})
        assert (answer.status_code, answer.headers.get("content-range")) == (status, content_range)
        assert body is None or answer.content == body
    other = await fetch(tickets, url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    same = await fetch(tickets, url, headers={"Range": "bytes=0-9", "If-Range": etag})
    had = await fetch(tickets, url, headers={"If-None-Match": f'"another", {etag}'})
    head = await fetch(tickets, url, method="HEAD")

    assert (whole.status_code, whole.headers["accept-ranges"]) == (200, "bytes")
    assert (other.status_code, same.status_code) == (200, 206)
    assert (had.status_code, had.content, had.headers["etag"]) == (304, b"", etag)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(size)


async def test_the_ninth_is_refused_before_it_comes_also_of_ten_at_once(tickets: Tickets) -> None:
    ticket = await tickets.open()

    answers = await asyncio.gather(*(send(tickets, ticket["id"], PHOTO) for _ in range(10)))

    said = Counter((answer.status_code, answer.json().get("code")) for answer in answers)
    assert said == {(201, None): 8, (409, "too_many_attachments"): 2}
    assert len((await tickets.get(ticket["id"]))["attachments"]) == 8
    folder = tickets.component.service.settings.attachments_folder  # type: ignore[attr-defined]
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 16
    others: list[Who] = [{}, {"id": "resident-2"}]
    for who in others:
        async with tickets.component.http(**who) as client:
            answer = await client.post(f"/v1/tickets/{ticket['id']}/attachments", content=Unread())
        assert answer.status_code == (404 if who else 409)


async def test_a_file_sent_again_under_its_key_is_the_same_one(tickets: Tickets) -> None:
    ticket = await tickets.open()
    key = {"Idempotency-Key": "once"}

    first = await attach(tickets, ticket["id"], PHOTO, headers=key)
    for _ in range(7):
        await attach(tickets, ticket["id"], PHOTO)
    idle = ImageWorkers(limit=0, places=0)  # no image is read from now on
    tickets.component.app.state.image_workers = idle
    again = await send(tickets, ticket["id"], PHOTO, headers=key)
    other = await refused(tickets, ticket["id"], PDF, headers=key)
    fresh = await refused(tickets, ticket["id"], PHOTO, headers={"Idempotency-Key": "another"})

    assert (again.status_code, again.json()) == (201, first)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert other == (422, "idempotency_key_reused")
    assert fresh == (409, "too_many_attachments")


async def test_who_does_not_see_the_ticket_neither_sends_nor_reads_its_files(
    tickets: Tickets,
) -> None:
    ticket = await tickets.open()
    made = await attach(tickets, ticket["id"], PHOTO)
    strangers: list[Who] = [
        {"id": "resident-2"},
        {"as_": "technician"},
        {"as_": "integration"},
        {"as_": "dispatcher", "site": "elsewhere"},
        {"as_": "admin", "only": f"ticket:{new_id()}"},
    ]
    missing = (await fetch(tickets, f"/v1/attachments/{new_id()}")).json()["detail"]

    for who in strangers:
        for url in (made["url"], made["thumbnail_url"]):
            answer = await fetch(tickets, url, **who)
            assert (answer.status_code, answer.json()["detail"]) == (404, missing), who
        assert await refused(tickets, ticket["id"], PHOTO, **who) == (404, "not_found"), who
    readers: list[Who] = [{"as_": "dispatcher"}, {"only": f"ticket:{ticket['id']}"}]
    for who in readers:
        assert (await fetch(tickets, made["url"], **who)).status_code == 200


async def test_a_resident_neither_sends_nor_sees_what_is_internal(tickets: Tickets) -> None:
    ticket = await tickets.open()
    order = await an_accepted(tickets, ticket["id"])
    internal = {"query": "?visibility=internal"}

    by_desk = await attach(tickets, ticket["id"], PHOTO, as_="dispatcher", **internal)
    by_technician = await attach(
        tickets, ticket["id"], PHOTO, as_="technician", id="tech-1", **internal
    )

    assert (await refused(tickets, ticket["id"], PHOTO, **internal))[0] == 403
    readers: list[Who] = [{"as_": "dispatcher"}, {"as_": "technician", "id": "tech-1"}]
    for made in (by_desk, by_technician):
        assert (await fetch(tickets, made["url"])).status_code == 404
        for who in readers:
            assert (await fetch(tickets, made["url"], **who)).status_code == 200
    seen = await tickets.get(ticket["id"])
    listed = (await tickets.send("GET", "tickets"))["items"][0]
    whole = await tickets.get(ticket["id"], as_="dispatcher")
    assert (seen["attachments"], listed["attachments"]) == ([], [])
    assert [each["by"] for each in whole["attachments"]] == [
        "dispatcher-1",
        f"job:{order.jobs[0].id}",
    ]
    lines = (await tickets.get(f"{ticket['id']}/timeline"))["items"]
    assert "attached" not in [line["name"] for line in lines]


async def test_a_technician_sends_with_the_token_of_the_job_and_reads_while_they_have_it(
    tickets: Tickets,
) -> None:
    ticket, another = await tickets.open(), await tickets.open()
    clock = tickets.component.clock
    now = clock.now()
    theirs: Who = {"as_": "technician", "id": "tech-1"}
    photo = await attach(tickets, ticket["id"], PHOTO)
    offered = an_order(
        ticket["id"],
        WorkOrderState.WAITING,
        JobState.OFFERED,
        version=2,
        at=now,
        offered_to={"tech-1": now + timedelta(minutes=5)},
    )
    token = a_job_token(ticket["id"], offered, clock)
    await tickets.component.hears(offered)

    while_offered = (await fetch(tickets, photo["url"], **theirs)).status_code
    sent_while_offered = await refused(tickets, ticket["id"], PHOTO, **theirs)
    # accepted, and dispatch has not been heard of that
    at_once = await attach(tickets, ticket["id"], PHOTO, token=token)
    await tickets.component.hears(
        an_order(ticket["id"], WorkOrderState.ACCEPTED, JobState.ACCEPTED, version=3, at=now)
    )
    held = await attach(tickets, ticket["id"], PHOTO, **theirs)
    done = an_order(
        ticket["id"], WorkOrderState.DONE, *WORKED, JobState.COMPLETED, version=4, at=now
    )
    await tickets.component.hears(done)
    afterwards = await attach(tickets, ticket["id"], PHOTO, token=token)

    assert (while_offered, sent_while_offered) == (200, (403, "forbidden"))
    job = f"job:{offered.jobs[0].id}"
    shown = (await tickets.get(ticket["id"]))["attachments"]
    assert [each["by"] for each in shown] == ["resident-1", job, job, job]
    for made in (photo, at_once, held, afterwards):
        assert (await fetch(tickets, made["url"], token=token)).status_code == 200
        assert (await fetch(tickets, made["url"], **theirs)).status_code == 404
    assert await refused(tickets, another["id"], PHOTO, token=token) == (404, "not_found")
    elsewhere = await attach(tickets, another["id"], PHOTO)
    assert (await fetch(tickets, elsewhere["url"], token=token)).status_code == 404


async def test_the_token_of_a_job_that_was_given_back_reads_no_more(tickets: Tickets) -> None:
    ticket = await tickets.open()
    order = await an_accepted(tickets, ticket["id"])
    token = a_job_token(ticket["id"], order, tickets.component.clock)
    photo = await attach(tickets, ticket["id"], PHOTO)
    internal = await attach(
        tickets, ticket["id"], PHOTO, as_="dispatcher", query="?visibility=internal"
    )
    held = [
        (await fetch(tickets, each["url"], token=token)).status_code for each in (photo, internal)
    ]
    [job] = order.jobs
    given_back = job.model_copy(
        update={
            "state": JobState.WAITING,
            "technician_id": None,
            "steps": (*job.steps, JobStep(at=job.steps[-1].at, state=JobState.WAITING)),
        }
    )
    await tickets.component.hears(
        order.model_copy(
            update={"version": 9, "state": WorkOrderState.WAITING, "jobs": (given_back,)}
        )
    )

    afterwards = [
        (await fetch(tickets, each["url"], token=token)).status_code for each in (photo, internal)
    ]

    assert (held, afterwards) == ([200, 200], [404, 404])
    # what they saw there may still be shown
    await attach(tickets, ticket["id"], PHOTO, token=token)


async def test_the_token_of_a_job_of_an_earlier_cycle_is_good_no_more(tickets: Tickets) -> None:
    ticket = await tickets.open()
    clock = tickets.component.clock
    done = an_order(
        ticket["id"], WorkOrderState.DONE, *WORKED, JobState.COMPLETED, version=2, at=clock.now()
    )
    await tickets.component.hears(done)
    token = a_job_token(ticket["id"], done, clock)
    made = await attach(tickets, ticket["id"], PHOTO, token=token)

    await tickets.post(f"tickets/{ticket['id']}/reopen", {"reason": "It drips again"})

    assert await refused(tickets, ticket["id"], PHOTO, token=token) == (404, "not_found")
    assert (await fetch(tickets, made["url"], token=token)).status_code == 404
    assert (await fetch(tickets, made["url"])).status_code == 200


async def test_the_photos_of_a_completion_are_shown_where_they_exist(tickets: Tickets) -> None:
    ticket = await tickets.open()
    order = await an_accepted(tickets, ticket["id"])
    before = await attach(tickets, ticket["id"], PHOTO, as_="technician", id="tech-1")
    hidden = await attach(
        tickets, ticket["id"], PHOTO, as_="dispatcher", query="?visibility=internal"
    )
    photos = (
        WorkPhoto(id=UUID(before["id"]), before=True),
        WorkPhoto(id=UUID(hidden["id"])),
        WorkPhoto(id=new_id()),
    )
    job = order.jobs[0].model_copy(update={"photos": photos})

    await tickets.component.hears(order.model_copy(update={"version": 3, "jobs": (job,)}))

    seen = (await tickets.get(ticket["id"]))["work"]["photos"]
    whole = (await tickets.get(ticket["id"], as_="dispatcher"))["work"]["photos"]
    assert seen == [{"id": before["id"], "before": True}]
    assert [photo["id"] for photo in whole] == [before["id"], hidden["id"]]


async def test_a_comment_is_about_photos_that_its_readers_see(tickets: Tickets) -> None:
    ticket, another = await tickets.open(), await tickets.open()
    photo = await attach(tickets, ticket["id"], PHOTO)
    elsewhere = await attach(tickets, another["id"], PHOTO)
    internal = await attach(
        tickets, ticket["id"], PHOTO, as_="dispatcher", query="?visibility=internal"
    )
    path = f"tickets/{ticket['id']}/comments"

    said = await tickets.post(
        path, {"text": "这里", "attachments": [photo["id"], photo["id"]]}, status=201
    )
    for named in (elsewhere, internal):
        for who in ("resident", "dispatcher"):
            body = {"text": "?", "attachments": [photo["id"], named["id"]]}
            fault = await tickets.post(path, body, status=422, as_=who)
            assert (fault["code"], fault["field"]) == ("unknown_attachment", "/attachments/1")
    await tickets.post(
        path,
        {"text": "see", "attachments": [internal["id"]], "public": False},
        status=201,
        as_="dispatcher",
    )

    assert said["attachments"] == [photo["id"]]
    facts = await tickets.component.said("tickets.comment.added.v1")
    assert [str(id) for fact in facts for id in fact.snapshot.attachments] == [
        photo["id"],
        internal["id"],
    ]
    lines = (await tickets.get(f"{ticket['id']}/timeline"))["items"]
    assert [line["detail"].get("attachments") for line in lines if line["text"]] == [[photo["id"]]]


async def test_the_photo_that_was_asked_for_ends_the_hold_with_one_fact(tickets: Tickets) -> None:
    ticket = await tickets.open()
    await tickets.post(
        f"tickets/{ticket['id']}/hold", {"reason": "waiting_resident"}, as_="dispatcher"
    )

    await attach(tickets, ticket["id"], PHOTO)

    after = await tickets.get(ticket["id"])
    assert (after["state"], after["version"]) == ("open", 3)
    [*_, fact] = await tickets.component.said()
    assert (fact.type, fact.detail["also"]) == ("tickets.ticket.released.v1", ["attached"])
    lines = (await tickets.get(f"{ticket['id']}/timeline"))["items"]
    assert [line["name"] for line in lines] == ["opened", "held", "attached", "released"]


async def test_a_photo_of_a_duplicate_is_on_the_ticket_that_goes_on_and_not_for_other_flats(
    tickets: Tickets,
) -> None:
    first, second = await tickets.open(), await tickets.open(id="resident-2")
    own = await attach(tickets, first["id"], PHOTO)
    desk = await attach(tickets, first["id"], PHOTO, as_="dispatcher")
    await tickets.post(
        f"tickets/{second['id']}/merge", {"duplicate_of": first["id"]}, as_="dispatcher"
    )

    joined = await attach(tickets, second["id"], PHOTO, id="resident-2")

    expected = {
        "resident-1": {own["id"], desk["id"]},
        "resident-2": {desk["id"], joined["id"]},
        "dispatcher-1": {own["id"], desk["id"], joined["id"]},
    }
    for id, ids in expected.items():
        who: Who = {"as_": id.partition("-")[0], "id": id}
        shown = await tickets.get(first["id"], **who)
        assert {each["id"] for each in shown["attachments"]} == ids, id
        for made in (own, desk, joined):
            status = (await fetch(tickets, made["url"], **who)).status_code
            assert status == (200 if made["id"] in ids else 404), (id, made["id"])


async def test_what_is_added_later_is_heard_by_the_desk_and_not_what_is_part_of_the_report(
    tickets: Tickets,
) -> None:
    ticket = await tickets.open()

    await attach(tickets, ticket["id"], PHOTO)
    tickets.component.clock.move(minutes=11)
    await attach(tickets, ticket["id"], PHOTO)
    await attach(tickets, ticket["id"], PHOTO, as_="dispatcher")

    activities = (await tickets.get(ticket["id"]))["activities"]
    assert [(each["deed"], each["changed"]) for each in activities] == [
        ("amended", ["attachments"])
    ]


async def test_the_integration_that_reported_sends_the_photos_of_it(tickets: Tickets) -> None:
    ticket = await tickets.open(as_="integration", id="open311", reporter_id="resident-1")

    made = await attach(tickets, ticket["id"], PHOTO, as_="integration", id="open311")

    assert (await fetch(tickets, made["url"])).status_code == 200
    assert (await fetch(tickets, made["url"], as_="integration", id="open311")).status_code == 200
    other = await refused(tickets, ticket["id"], PHOTO, as_="integration", id="sensor")
    assert other == (404, "not_found")


@pytest.mark.parametrize("query", ["?visibility=secret", "?public=true", "?visibility="])
async def test_a_question_that_is_none_is_refused_before_the_file(
    tickets: Tickets, query: str
) -> None:
    ticket = await tickets.open()

    assert await refused(tickets, ticket["id"], PHOTO, query=query) == (422, "invalid_input")
