"""The portal's part of the bench: who reads what, what a phone sends, and what is told of it."""

import asyncio
from collections import Counter

import pytest

from tests.bench.goals import GOALS
from tests.bench.pages.figures import Figures
from tests.bench.pages.headline import PAGES, headline_of_pages
from tests.bench.pages.listening import EventSource
from tests.bench.pages.outbox import VERBS, items_of
from tests.bench.pages.people import readers
from tests.bench.pages.rota import BOARD, RESIDENT_TICKET, looks_of, pages
from tests.bench.pages.table import page_rows

_SCREEN = {"ticket": [10.0, 30.0], "queue": [40.0, 200.0], "offer": [90.0]}


def _figures() -> Figures:
    figures = Figures(outbox_s=[3.0, 1.0, 2.0], screen_ms=_SCREEN)
    for number, page in enumerate(pages(), 1):
        figures.took_ms[page] = [number * 10.0] * 19 + [number * 100.0] * 2
    return figures


def test_twenty_people_read_and_every_role_is_among_them() -> None:
    roles = Counter(each.role for each in readers())

    assert roles.total() == 20
    assert set(roles) == {"resident", "technician", "dispatcher", "manager"}
    assert len({each.person_id for each in readers()}) == 20


def test_together_they_look_at_every_page() -> None:
    looked_at = {look.page for each in readers() for look in looks_of(each, ["a"])}

    assert looked_at == set(pages())


def test_a_reader_opens_one_ticket_after_another() -> None:
    resident = next(each for each in readers() if each.role == "resident")

    looks = looks_of(resident, ["a", "b"])

    opened = [look.path for look in looks if look.page == RESIDENT_TICKET]
    assert opened[:3] == ["/r/tickets/a", "/r/tickets/b", "/r/tickets/a"]


def test_a_phone_keeps_twenty_verbs_of_four_jobs_each_jobs_in_order() -> None:
    offers = [{"offer_id": f"o{n}", "job": {"id": f"j{n}", "ticket_id": f"t{n}"}} for n in range(4)]

    paths = [item["path"] for item in items_of(offers)]

    assert len(paths) == VERBS == 20
    assert paths[:5] == [
        "/w/offers/o0/accept",
        *(f"/w/jobs/j0/{step}" for step in ("travel", "arrive", "start", "complete")),
    ]


def test_figures_are_of_all_rounds_together_and_costs_of_a_page() -> None:
    figures = Figures(outbox_s=[3.0, 1.0, 2.0], calls=30, screen_ms=_SCREEN)
    figures.took_ms[BOARD] = [float(ms) for ms in range(1, 11)]
    figures.cpu_s |= {"portal": 0.2, "tickets": 0.1}

    told = figures.summary()

    assert told["pages"][BOARD]["p95_ms"] == 10
    assert told["cpu_ms"] == pytest.approx({"portal": 20, "tickets": 10})
    assert (told["calls"], told["outbox_s"]) == (3, 2)
    assert told["screen"]["queue"] == {"p50_ms": 40, "p95_ms": 200, "heard": 2}


def test_the_slower_of_two_pages_and_the_slowest_news_stand_in_the_headline() -> None:
    told = _figures().summary()

    head = headline_of_pages(told)

    assert head["page_list_p95_ms"] == max(
        told["pages"][page]["p95_ms"] for page in PAGES["page_list_p95_ms"]
    )
    assert head["fact_to_screen_p95_ms"] == 200
    assert set(head) <= set(GOALS), "each has a goal"


def test_a_tree_without_a_portal_stands_beside_it_without_figures() -> None:
    found = {**_figures().summary(), "tickets": 2000, "memory_mb": 99.5}
    trees = {"now": {"pages": found, "headline": headline_of_pages(found)}, "base": {}}

    rows = list(page_rows(trees))

    assert {row.said[1] for row in rows} == {"–"}
    assert next(row for row in rows if "memory" in row.figure).said[0] == "100 MB"
    of_board = next(row for row in rows if row.figure.startswith(f"{BOARD},"))
    assert of_board.goal.startswith("≤ 100: ")


async def test_news_is_heard_whatever_pieces_it_comes_in() -> None:
    stream = EventSource()
    stream.data_received(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    stream.data_received(b"2a\r\nevent: cha")
    before = asyncio.get_running_loop().time()

    stream.data_received(b"nged\nid: 1\ndata: {}\n\n\r\n")

    heard = await stream.heard_since(before)
    assert stream.status == 200
    assert heard is not None
    assert heard >= before


async def test_news_of_before_is_no_news() -> None:
    stream = EventSource()
    stream.data_received(b"HTTP/1.1 200 OK\r\n\r\nevent: changed\nid: 1\n")
    later = asyncio.create_task(stream.heard_since(float("inf")))

    stream.data_received(b"event: changed\nid: 2\n")
    await asyncio.sleep(0)

    assert not later.done()
    later.cancel()
