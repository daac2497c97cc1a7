"""A technician's day on their pages, as they are without a script."""

from datetime import timedelta
from uuid import uuid4

from shared.contracts.dispatch import JobState
from tests.component.portal.technicians import a_crew, a_job, an_offer, order_of, report, take
from tests.support.images import a_photo
from tests.support.portal import PortalUnderTest

JSON = {"accept": "application/json"}


async def test_an_offer_is_accepted_and_the_job_done_step_by_step(portal: PortalUnderTest) -> None:
    [li] = await a_crew(portal, "li")
    ticket_id = await report(portal)
    offer_id = await an_offer(portal, ticket_id, "li")

    portal.asked.clear()
    today = await li.get("/w")
    asked_of_sla = [path for _, path in portal.asked if path.startswith("sla/")]
    accepted = await li.submit(f"/w/offers/{offer_id}/accept", at="/w")
    page = accepted.headers["location"]
    await portal.settle()
    job_id = page.rsplit("/", 1)[1]
    await take(portal, li, job_id, ["travel", "arrive", "start"])
    done = await li.submit(
        f"{page}/complete",
        {
            "note": "New washer",
            "minutes": "25",
            "part": ["washer", ""],
            "quantity": ["2", "1"],
            "item": ["water", "valve"],
            "done": ["water"],
        },
        at=page,
    )

    assert 'data-test="offer-card"' in today.text
    assert asked_of_sla == ["sla/v1/clocks:batch"]
    assert "The tap drips" in today.text
    assert done.headers["location"] == "/w"
    [job] = (await order_of(portal, ticket_id)).jobs
    assert (job.state, job.note) == (JobState.COMPLETED, "New washer")
    shown, day = await li.get(page), await li.get("/w")
    assert "New washer" in shown.text
    assert "1202" in day.text.split(f'class="dim" href="{page}">')[1].partition("</a>")[0]
    assert "washer" in shown.text
    assert "No leak with the water on</span>" in shown.text
    assert "Valves are as they were · <b>Not done</b>" in shown.text
    assert "job-step-" not in shown.text


async def test_the_next_step_is_the_big_button_and_others_are_hidden(
    portal: PortalUnderTest,
) -> None:
    [li] = await a_crew(portal, "li")
    job_id = await a_job(portal, li, "li")

    page = (await li.get(f"/w/jobs/{job_id}")).text

    assert 'data-when="accepted">' in page
    assert 'data-when="travelling" hidden="">' in page
    assert 'data-test="job-step-travel"' in page
    assert '<svg class="plan"' in (await li.get("/w")).text


async def test_a_lost_race_is_said_kindly_with_who_and_when(portal: PortalUnderTest) -> None:
    li, wang = await a_crew(portal, "li", "wang")
    ticket_id = await report(portal, description="水管爆裂，水漫到走廊", priority=None)
    offers = {id: await an_offer(portal, ticket_id, id) for id in ("li", "wang")}

    await li.submit(f"/w/offers/{offers['li']}/accept", at="/w")
    lost = await wang.submit(f"/w/offers/{offers['wang']}/accept")
    told = await wang.submit(f"/w/offers/{offers['wang']}/accept", headers=JSON)

    assert lost.status_code == 409
    assert "Li was first, at " in lost.text
    assert told.json()["code"] == "offer_decided"
    assert told.json()["said"].startswith("Li was first, at ")


async def test_an_offer_is_declined_with_a_reason_that_the_desk_reads(
    portal: PortalUnderTest,
) -> None:
    [li] = await a_crew(portal, "li")
    ticket_id = await report(portal)
    page = f"/w/offers/{await an_offer(portal, ticket_id, 'li')}"

    answer = await li.submit(f"{page}/decline", {"reason": "tools", "words": "van broke"}, at=page)

    assert answer.headers["location"] == "/w"
    [job] = (await order_of(portal, ticket_id)).jobs
    assert job.offers[0].reason == "tools: van broke"
    assert (await li.get(page)).status_code == 404
    desk = await portal.as_("dispatcher")
    for language, said in (
        ("en", "No tools or parts with me, van broke"),
        ("zh-CN", "没带工具或配件、van broke"),
    ):
        assert said in (await desk.get(f"/ops/tickets/{ticket_id}?lang={language}")).text


async def test_a_form_that_is_sent_twice_is_one_step(portal: PortalUnderTest) -> None:
    [li] = await a_crew(portal, "li")
    job_id = await a_job(portal, li, "li")
    fields = {"_key": str(uuid4())}

    answers = [await li.submit(f"/w/jobs/{job_id}/return", {**fields, "reason": "unwell"})]
    answers.append(await li.submit(f"/w/jobs/{job_id}/return", {**fields, "reason": "unwell"}))
    late = await li.submit(f"/w/jobs/{job_id}/arrive")

    assert [each.status_code for each in answers] == [303, 303]
    assert late.status_code == 409
    assert "it is not yours any more" in late.text


async def test_the_desk_reads_in_its_own_language_what_a_technician_tells_it(
    portal: PortalUnderTest,
) -> None:
    [li] = await a_crew(portal, "li")
    ticket_id = await report(portal)
    await li.submit(f"/w/offers/{await an_offer(portal, ticket_id, 'li')}/accept", at="/w")
    [job] = (await order_of(portal, ticket_id)).jobs

    await portal.settle()
    noted = await li.submit(
        f"/w/jobs/{job.id}/comments",
        {
            "ticket": ticket_id,
            "to": "desk",
            "refused": "start",
            "refused_at": portal.clock.now().isoformat(),
            "refused_status": "409",
            "refused_because": '{"code": "already_doing", "said": "Erst das andere"}',
        },
    )
    await li.submit(f"/w/jobs/{job.id}/return", {"reason": "unwell"})

    assert noted.status_code == 303, noted.text
    desk = await portal.as_("dispatcher")
    for language, *said in (
        ("en", "I am not well", "not accepted, “Start work”: You are at another job."),
        ("zh-CN", "身体不舒服", "记的“开始修”没有发成功：您还在另一单上。"),
    ):
        page = (await desk.get(f"/ops/tickets/{ticket_id}?lang={language}")).text
        assert [each for each in said if each not in page] == []


async def test_what_is_left_out_is_asked_for_in_words(portal: PortalUnderTest) -> None:
    [li] = await a_crew(portal, "li")
    job_id = await a_job(portal, li, "li")

    unsaid = await li.submit(f"/w/jobs/{job_id}/return")
    unpaused = await li.submit(f"/w/jobs/{job_id}/pause", {"reason": "tired"})
    endless = await li.submit(f"/w/jobs/{job_id}/complete", {"minutes": "1e9"}, headers=JSON)

    assert (unsaid.status_code, unpaused.status_code, endless.status_code) == (422, 422, 422)
    assert "Choose a reason, or write one." in unsaid.text
    assert "Choose what it waits for." in unpaused.text
    assert endless.json()["field"] == "minutes"


async def test_what_was_written_stays_where_it_is_refused(portal: PortalUnderTest) -> None:
    [li] = await a_crew(portal, "li")
    job_id = await a_job(portal, li, "li")
    page = f"/w/jobs/{job_id}"
    await take(portal, li, job_id, ["start"])
    written = {"minutes": "1e9", "note": "long story", "part": "washer", "quantity": "3"}
    photo = ("photo_after", ("photo.jpg", a_photo(), "image/jpeg"))

    report = await li.submit(f"{page}/complete", written, [photo], at=page)
    later = await li.submit(f"{page}/follow-up", {"words": "w" * 501}, at=page)
    answer = await li.submit(f"{page}/comments", {"text": "x" * 4001, "to": "desk"}, at=page)

    assert (report.status_code, later.status_code, answer.status_code) == (422, 422, 422)
    for value in ('value="1e9"', ">\nlong story<", 'value="washer"', 'value="3"'):
        assert value in report.text
    assert "w" * 501 in later.text
    assert "x" * 4001 in answer.text
    assert 'value="desk" checked' in answer.text
    assert "w" * 501 not in answer.text
    assert await _attachments(portal, job_id) == []


async def test_a_declined_offer_keeps_what_was_written_where_it_is_refused(
    portal: PortalUnderTest,
) -> None:
    [li] = await a_crew(portal, "li")
    page = f"/w/offers/{await an_offer(portal, await report(portal), 'li')}"

    refused = await li.submit(f"{page}/decline", {"reason": "far", "words": "w" * 501}, at=page)

    assert refused.status_code == 422
    assert 'value="far" checked' in refused.text
    assert "w" * 501 in refused.text


async def test_a_step_keeps_what_the_phone_said_and_no_nonsense(portal: PortalUnderTest) -> None:
    [li] = await a_crew(portal, "li")
    ticket_id = await report(portal)
    offer_id = await an_offer(portal, ticket_id, "li")
    accepted = await li.submit(f"/w/offers/{offer_id}/accept", at="/w")
    page = accepted.headers["location"]
    said_at = portal.clock.now().replace(microsecond=0) - timedelta(days=1)

    await li.submit(
        f"{page}/travel", {"said_at": said_at.isoformat(), "phone_ahead_s": "-86400"}, at=page
    )
    nonsense = await li.submit(
        f"{page}/arrive", {"said_at": "1970-01-01T00:00:00Z", "phone_ahead_s": "NaN"}, at=page
    )

    assert nonsense.status_code == 303, nonsense.text
    *_, travelled, arrived = (await order_of(portal, ticket_id)).jobs[0].steps
    assert (travelled.said_at, travelled.at) == (said_at, portal.clock.now())
    assert arrived.said_at is None


async def test_photos_go_with_the_completion_and_one_that_fails_fails_nothing(
    portal: PortalUnderTest,
) -> None:
    [li] = await a_crew(portal, "li")
    job_id = await a_job(portal, li, "li")
    page, ticket_id = f"/w/jobs/{job_id}", await _ticket(portal, job_id)
    await take(portal, li, job_id, ["start"])
    photo = ("photo.jpg", a_photo(), "image/jpeg")

    before = await li.submit(f"{page}/photos", {"ticket": ticket_id}, [("photo", photo)])
    await portal.settle()
    shown = await _attachments(portal, job_id)
    signed = await li.submit(
        f"{page}/signature", {"ticket": ticket_id}, [("photo", photo)], headers=JSON
    )
    [signature] = signed.json()["attachments"]
    done = await li.submit(
        f"{page}/complete",
        {"photos_before": shown, "signature": signature},
        [("photo_after", photo), ("photo_after", ("bad.jpg", b"<svg/>", "image/jpeg"))],
        at=page,
    )

    assert before.status_code == 303, before.text
    assert done.status_code == 303, done.text
    assert "fettle_said" in done.headers["set-cookie"]
    [job] = (await order_of(portal, ticket_id)).jobs
    assert [photo.before for photo in job.photos] == [True, False]
    tickets, dispatch = [await portal.service(name) for name in ("tickets", "dispatch")]
    async with dispatch.http(role="dispatcher", id="dana") as http:
        report = (await http.get(f"/v1/jobs/{job_id}")).json()["report"]
    async with tickets.http(role="resident", id="wu") as http:
        seen = (await http.get(f"/v1/tickets/{ticket_id}")).json()["attachments"]
    assert report["signature"] == signature
    assert signature not in [each["id"] for each in seen]


async def test_a_file_that_is_no_photo_is_refused_in_words(portal: PortalUnderTest) -> None:
    [li] = await a_crew(portal, "li")
    job_id = await a_job(portal, li, "li")
    svg = ("photo.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/jpeg")
    fields = {"ticket": await _ticket(portal, job_id)}

    refused = await li.submit(f"/w/jobs/{job_id}/photos", fields, [("photo", svg)], headers=JSON)
    empty = await li.submit(f"/w/jobs/{job_id}/photos", fields, headers=JSON)

    assert (refused.status_code, refused.json()["code"]) == (415, "not_attachable")
    assert refused.json()["said"] == "This is no photo, and was not sent."
    assert empty.status_code == 422


async def test_calling_shows_the_number_and_leaves_a_note_for_the_desk(
    portal: PortalUnderTest,
) -> None:
    [li] = await a_crew(portal, "li")
    notify = await portal.service("notify")
    async with notify.http(role="resident", id="wu") as http:
        await http.put("/v1/recipients/wu", json={"name": "Wu", "phone": "138 0013 8000"})
    job_id = await a_job(portal, li, "li")
    page = f"/w/jobs/{job_id}"

    called = await li.submit(f"{page}/call", at=page)
    shown = await li.get(called.headers["location"])
    told = await li.submit(f"{page}/call", {"ticket": await _ticket(portal, job_id)}, headers=JSON)

    assert called.headers["location"] == f"{page}?call=1"
    assert 'href="tel:+8613800138000"' in shown.text
    assert told.json() == {"name": "Wu", "phone": "+8613800138000"}
    tickets = await portal.service("tickets")
    async with tickets.http(role="dispatcher", id="dana") as http:
        ticket_id = await _ticket(portal, job_id)
        lines = (await http.get(f"/v1/tickets/{ticket_id}/timeline")).json()["items"]
    notes = [each for each in lines if each["text"]]
    assert [(each["text"], each["public"]) for each in notes][:1] == [
        ("The technician called the resident.", False)
    ]


async def test_a_job_in_the_pool_is_grabbed_and_the_second_reads_who_was_first(
    portal: PortalUnderTest,
) -> None:
    li, wang = await a_crew(portal, "li", "wang", mode="pool")
    await report(portal)
    pool = await li.get("/w/pool")
    action = pool.text.partition('action="/w/jobs/')[2].partition('"')[0]

    grabbed = await li.submit(f"/w/jobs/{action}", at="/w/pool")
    lost = await wang.submit(f"/w/jobs/{action}")

    assert grabbed.status_code == 303, grabbed.text
    assert lost.status_code == 409
    assert "Li was first, at " in lost.text


async def test_pages_say_whose_they_are_so_that_a_phone_keeps_them_for_one_person(
    portal: PortalUnderTest,
) -> None:
    li, wang = await a_crew(portal, "li", "wang")

    marks = [(await each.get("/w")).headers["fettle-person"] for each in (li, li, wang)]
    now = (await li.get("/api/now", **JSON)).json()

    assert marks[0] == marks[1] == now["person"] != marks[2]
    assert now["now"].startswith(portal.clock.now().isoformat()[:16])
    assert (await portal.stranger().get("/api/now", **JSON)).status_code == 401


async def test_what_is_away_is_said_and_the_rest_works(portal: PortalUnderTest) -> None:
    [li] = await a_crew(portal, "li")
    job_id = await a_job(portal, li, "li")

    portal.stop("sla")
    portal.stop("tickets")
    job = await li.get(f"/w/jobs/{job_id}")
    step = await li.submit(f"/w/jobs/{job_id}/travel", at=f"/w/jobs/{job_id}")
    portal.stop("dispatch")
    day = await li.get("/w")
    refused = await li.submit(f"/w/jobs/{job_id}/arrive", headers=JSON)

    assert (job.status_code, step.status_code, day.status_code) == (200, 303, 200)
    assert "Dispatch does not answer." in day.text
    assert (refused.status_code, refused.json()["code"]) == (503, "service_away")


async def _ticket(portal: PortalUnderTest, job_id: str) -> str:
    dispatch = await portal.service("dispatch")
    async with dispatch.http(role="dispatcher", id="dana") as http:
        return str((await http.get(f"/v1/jobs/{job_id}")).json()["ticket_id"])


async def _attachments(portal: PortalUnderTest, job_id: str) -> list[str]:
    tickets = await portal.service("tickets")
    async with tickets.http(role="dispatcher", id="dana") as http:
        ticket = (await http.get(f"/v1/tickets/{await _ticket(portal, job_id)}")).json()
    return [each["id"] for each in ticket["attachments"]]
