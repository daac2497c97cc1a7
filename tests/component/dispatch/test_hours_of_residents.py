"""Hours at which residents are at home, or want the work done."""

from datetime import timedelta

from shared.contracts import Window
from shared.contracts.tickets import Priority
from tests.component.dispatch.world import (
    a_ticket,
    answer,
    decide,
    order_of,
    put_technician,
    rest,
    rows,
    said_of,
    work,
)
from tests.support.component import MakeComponent


async def test_one_who_is_at_home_tomorrow_is_visited_tomorrow_unless_a_dispatcher_says_today(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", home={"lat": 31.2304, "lon": 121.4737})
    start = dispatch.clock.now() + timedelta(days=1)
    windows = (Window(start=start, end=start + timedelta(hours=2)),)
    waits, urgent, by_hand = (
        a_ticket(preferred_windows=windows),
        a_ticket(preferred_windows=windows, priority=Priority.EMERGENCY),
        a_ticket(preferred_windows=windows),
    )

    await dispatch.hears(waits, urgent, by_hand)
    await rest(dispatch)
    today = [await said_of(dispatch, each) for each in (waits, urgent, by_hand)]
    looks = await rows(
        dispatch,
        "select at from planning_queue where job_id = :id",
        id=(await order_of(dispatch, waits)).jobs[0].id,
    )
    job_id = (await order_of(dispatch, by_hand)).jobs[0].id
    assigned = await decide(dispatch, job_id, "assign", technician_id="li")
    dispatch.clock.move(days=1)
    await rest(dispatch)

    assert today == [["created"], ["created", "offered"], ["created"]]
    assert looks == [{"at": start}]
    assert assigned.status_code == 200
    assert (await said_of(dispatch, waits))[-1] == "offered"


async def test_who_is_sent_or_sets_out_at_other_hours_than_the_residents_is_warned(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    start = dispatch.clock.now() + timedelta(days=1)
    wanted = (Window(start=start, end=start + timedelta(hours=2)),)
    tomorrow, now = a_ticket(preferred_windows=wanted), a_ticket()
    await dispatch.hears(tomorrow, now)
    await rest(dispatch)
    job_id = (await order_of(dispatch, tomorrow)).jobs[0].id
    other_id = (await order_of(dispatch, now)).jobs[0].id

    assigned = await decide(dispatch, job_id, "assign", technician_id="li")
    await answer(dispatch, "li", (await order_of(dispatch, tomorrow)).jobs[0].offers[0].id)
    planned = await work(
        dispatch, "li", job_id, "planned-arrival", planned_arrival=start.isoformat()
    )
    early = (start - timedelta(hours=3)).isoformat()
    travelled = await work(dispatch, "li", job_id, "travel", planned_arrival=early)
    arrived = await work(dispatch, "li", job_id, "arrive")
    for_now = await decide(dispatch, other_id, "assign", technician_id="li")

    answers = (assigned, planned, travelled, arrived, for_now)
    assert [each.status_code for each in answers] == [200] * 5, [each.text for each in answers]
    assert [len(each.json()["warnings"]) for each in answers] == [1, 0, 1, 0, 0]
    assert "The resident asked to be visited" in travelled.json()["warnings"][0]


async def test_turns_do_not_read_what_residents_want_later(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    start = dispatch.clock.now() + timedelta(days=1)
    windows = (Window(start=start, end=start + timedelta(hours=2)),)
    later = a_ticket(preferred_windows=windows)
    await put_technician(dispatch, "li", capacity=1, home={"lat": 31.2304, "lon": 121.4737})
    await dispatch.hears(later)
    await rest(dispatch)

    first = await rows(dispatch, "select needed from jobs")
    await put_technician(dispatch, "li", capacity=1, skills=[{"code": "lock"}])
    await rest(dispatch)
    dispatch.clock.move(days=1)
    await rest(dispatch)
    then = await rows(dispatch, "select needed from jobs")
    await put_technician(dispatch, "li", capacity=1)
    await rest(dispatch)

    assert first == [{"needed": ["plumbing:1", "window"]}]
    assert then == [{"needed": ["plumbing:1"]}]
    assert (await said_of(dispatch, later))[-1] == "offered"


async def test_when_the_last_window_is_over_it_is_as_if_there_had_been_none(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    now = dispatch.clock.now()
    over = (Window(start=now - timedelta(hours=3), end=now - timedelta(hours=1)),)
    ticket = a_ticket(preferred_windows=over, at=now - timedelta(hours=4))

    await dispatch.hears(ticket)
    await rest(dispatch)

    assert await said_of(dispatch, ticket) == ["created", "offered"]
