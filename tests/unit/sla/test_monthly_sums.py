"""What is left of promises when they are deleted."""

from datetime import UTC, date, datetime, timedelta

from services.sla.domain.monthly_sums import Group, Promised, Sum, sums_of
from shared.contracts.sla import ClockKind, ClockState, ClockV1

LAST_EVENING = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)
"""In Shanghai it is the first of November."""
ZONES = {
    "demo": [(datetime(1970, 1, 1, tzinfo=UTC), "Asia/Shanghai")],
    "moved": [
        (datetime(1970, 1, 1, tzinfo=UTC), "Asia/Shanghai"),
        (datetime(2026, 10, 1, tzinfo=UTC), "Europe/Berlin"),
    ],
}


def a_clock(
    state: ClockState, *, hours: float | None = 1, kind: ClockKind = ClockKind.ARRIVAL
) -> ClockV1:
    stopped_at = None if hours is None else LAST_EVENING + timedelta(hours=hours)
    return ClockV1(
        kind=kind,
        state=state,
        started_at=LAST_EVENING,
        due_at=LAST_EVENING + timedelta(hours=2),
        stopped_at=stopped_at,
    )


def promised(*clocks: ClockV1, site: str = "demo", cancelled: bool = False) -> Promised:
    return Promised(
        site_id=site,
        category="plumbing",
        priority="normal",
        was_cancelled=cancelled,
        opened_at=LAST_EVENING,
        clocks=tuple(clocks),
    )


def test_clocks_are_summed_up_by_kind_in_the_month_of_their_site() -> None:
    kept, late = promised(a_clock(ClockState.MET)), promised(a_clock(ClockState.BREACHED, hours=3))

    sums = sums_of(
        [kept, late, promised(a_clock(ClockState.MET, kind=ClockKind.RESPONSE), site="moved")],
        ZONES,
    )

    assert sums == {
        Group("demo", date(2026, 11, 1), "plumbing", "normal", "arrival"): Sum(
            met=1, breached=1, seconds_to_stop=4 * 3600
        ),
        Group("moved", date(2026, 10, 1), "plumbing", "normal", "response"): Sum(
            met=1, seconds_to_stop=3600
        ),
    }


def test_clocks_of_cancelled_tickets_count_in_no_other_figure() -> None:
    sums = sums_of(
        [
            promised(a_clock(ClockState.BREACHED), cancelled=True),
            promised(a_clock(ClockState.CANCELLED)),
        ],
        ZONES,
    )

    assert list(sums.values()) == [Sum(cancelled=2)]


def test_clocks_that_go_on_are_counted_nowhere() -> None:
    assert (
        sums_of(
            [
                promised(
                    a_clock(ClockState.BREACHED, hours=None),
                    a_clock(ClockState.RUNNING, hours=None),
                )
            ],
            ZONES,
        )
        == {}
    )


def test_a_site_that_was_never_heard_of_is_in_the_usual_zone() -> None:
    assert [
        group.month for group in sums_of([promised(a_clock(ClockState.MET), site="unknown")], ZONES)
    ] == [date(2026, 11, 1)]
