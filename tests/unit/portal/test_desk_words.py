"""Clocks, technicians and filters as the desk is told of them."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.portal.domain.desk.clock_rows import clock_rows
from services.portal.domain.desk.list_filters import ListFilters
from services.portal.domain.desk.people import Cast
from services.portal.domain.desk.sentence import sentence
from services.portal.domain.desk.standings import choice_of
from services.portal.domain.desk.views import Explanation
from shared.contracts.tickets import TicketState, TicketStep
from tests.unit.portal.desk import JOB, NOON, a_span, after, an_account

ROLES = {
    "system": "by itself",
    "dispatch": "dispatch",
    "technician": "a technician",
    "resident": "a resident",
    "staff": "the desk",
}
CAST = Cast(reporter_id="resident-1", names={"wang": "王芳"}, roles=ROLES)


def said(**account: Any) -> list[object]:
    steps = [
        TicketStep(at=NOON, state=TicketState.OPEN, cycle=1, cause="resident-1"),
        TicketStep(
            at=after(hours=1),
            state=TicketState.ON_HOLD,
            cycle=1,
            cause="wang",
            reason="waiting_resident",
        ),
    ]
    [row] = clock_rows([an_account(**account)], steps, CAST, now=after(hours=4))
    return list(row.said)


def test_a_clock_says_by_when_and_how_it_ended() -> None:
    due, stopped = after(hours=8), after(hours=2)

    assert said() == [sentence("desk-clock-running", due=due)]
    assert said(due_at=after(hours=3), state="breached") == [
        sentence("desk-clock-late", due=after(hours=3))
    ]
    assert said(state="met", stopped_at=stopped) == [
        sentence("desk-clock-kept", at=stopped, due=due)
    ]
    late = {"state": "breached", "stopped_at": after(hours=9), "breached_at": due}
    assert said(**late) == [sentence("desk-clock-broken", at=after(hours=9), due=due)]
    assert said(state="cancelled", stopped_at=stopped) == [sentence("desk-clock-cancelled")]


def test_a_pause_says_how_long_why_and_who_let_it_stand() -> None:
    spans = [a_span(0, 1, "counted"), a_span(1, 3, "paused", "waiting_resident")]
    resolved = [*spans, a_span(3, 4, "paused", "resolved")]

    by_wang = sentence(
        "desk-clock-pause-by", reason="waiting_resident", who="王芳", span=after(hours=2) - NOON
    )
    assert said(spans=resolved)[1:] == [
        by_wang,
        sentence("desk-clock-pause", reason="resolved", span=after(hours=1) - NOON),
    ]
    assert said(spans=spans, state="paused", due_at=None) == [
        sentence("desk-clock-paused"),
        by_wang,
    ]


def test_a_clock_of_which_nothing_is_known_is_left_out() -> None:
    assert clock_rows([an_account(state="unknown")], [], CAST, now=NOON) == []


@pytest.mark.parametrize(
    ("cause", "who"),
    [
        ("wang", "王芳"),
        ("resident-1", "a resident"),
        (f"job:{JOB}", "a technician"),
        ("dispatch", "dispatch"),
        ("system", "by itself"),
        ("zhao", "the desk"),
    ],
)
def test_who_has_no_known_name_is_called_by_what_they_are(cause: str, who: str) -> None:
    assert CAST.who(cause) == who


def standing(id: str, *codes: str, **minutes: float) -> dict[str, Any]:
    return {
        "technician_id": id,
        "name": id.title(),
        "bars": [{"code": code, "text": code} for code in codes],
        "rank": None if codes else 1,
        "terms": [
            {"name": name, "minutes": value, "text": f"{name} {value:g}"}
            for name, value in minutes.items()
        ],
    }


def test_technicians_come_in_three_groups_with_what_speaks_for_and_against_them() -> None:
    explanation = Explanation.model_validate(
        {
            "job_id": JOB,
            "state": "waiting",
            "mode": "plan",
            "held": False,
            "items": [
                standing("li", travel=2, load=0, continuity=-10),
                standing("wu", travel=20, load=30, continuity=0),
                standing("qi", "on_leave", "at_capacity"),
                standing("bo", "off_shift", "lacks_skill"),
            ],
        }
    )

    choice = choice_of(explanation)

    assert [(each.id, each.pros, each.cons) for each in choice.able] == [
        ("li", ("travel 2", "load 0", "continuity -10"), ()),
        ("wu", (), ("travel 20", "load 30", "continuity 0")),
    ]
    assert [(each.id, each.bars) for each in choice.overruled] == [
        ("qi", ("on_leave", "at_capacity"))
    ]
    assert [each.id for each in choice.unable] == ["bo"]
    assert choice.all == 4


SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_filters_are_read_from_an_address_and_written_into_one() -> None:
    pairs = [("state", "open"), ("state", "on_hold"), ("q", " 漏水 "), ("order", "due"), ("x", "1")]

    filters = ListFilters.read(pairs)

    assert filters.asked(SHANGHAI) == {"q": "漏水", "order": "due", "state": ["open", "on_hold"]}
    assert ListFilters.read_query(filters.query()) == filters
    assert filters.any


def test_days_are_those_of_the_site_and_the_last_one_is_in_the_range() -> None:
    filters = ListFilters.read([("opened_from", "2026-03-01"), ("opened_to", "2026-03-01")])

    assert filters.asked(SHANGHAI) == {
        "opened_from": "2026-03-01T00:00:00+08:00",
        "opened_to": "2026-03-02T00:00:00+08:00",
    }


@pytest.mark.parametrize(
    "pair",
    [
        ("state", "broken"),
        ("priority", "very"),
        ("opened_from", "yesterday"),
        ("opened_from", "0001-01-01"),
        ("q", "  "),
        ("q", "a\0b"),
        ("nature", "' or 1=1"),
        ("limit", "100000"),
        ("cursor", "x"),
    ],
)
def test_what_is_no_filter_is_left_out(pair: tuple[str, str]) -> None:
    filters = ListFilters.read([pair])

    assert (filters.asked(SHANGHAI), filters.any, filters.query()) == ({}, False, "")


def test_an_address_without_end_is_no_filter() -> None:
    assert ListFilters.read_query("q=a&" * 500) == ListFilters()
