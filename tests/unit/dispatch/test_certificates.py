"""Certificates: which day they are good for, what demands them, and when their end is told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.dispatch.domain.certificate_warnings import WARNED_DAYS, next_look, warned
from services.dispatch.domain.certificates import (
    Certificate,
    CertificateRules,
    CertificateWarning,
    days_of,
    ends,
    lapse_of,
    midnight,
)
from services.dispatch.domain.eligibility import (
    LASTING,
    NEVER_OVERRULED,
    bars,
    demand_certificates,
    holder_bars,
    newly_barred,
)
from services.dispatch.domain.refusals import NotEligible
from services.dispatch.domain.rules import SiteRules
from services.dispatch.domain.technician import Technician
from shared.contracts import SkillNeed, Window
from shared.contracts.tickets import Priority
from tests.unit.dispatch.arranging import (
    NOON,
    SHANGHAI,
    a_candidate,
    a_case,
    a_technician,
    after,
)

TODAY = date(2026, 3, 2)
VOLTAGE = SiteRules(certificates={"plumbing": ("low_voltage",)})
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def a_certificate(
    expires_on: date, *, kind: str = "low_voltage", issued_on: date = date(2020, 1, 1)
) -> Certificate:
    return Certificate(
        kind=kind, number=f"T-{expires_on}", issued_on=issued_on, expires_on=expires_on
    )


def codes(technician: dict[str, Any], case: dict[str, Any]) -> list[str]:
    found = bars(a_candidate(**technician), a_case(**{"rules": VOLTAGE, **case}))
    return [bar.code.value for bar in found]


def test_work_demands_what_its_category_and_each_of_its_skills_demand() -> None:
    rules = CertificateRules(
        certificates={"lift": ("lift_repair", "low_voltage")},
        skill_certificates={"electric": ("low_voltage",), "height": ("work_at_height",)},
    )
    electric, height = SkillNeed(code="electric"), SkillNeed(code="height", level=3)

    assert rules.certificates_for("lift", (electric, height)) == (
        *("lift_repair", "low_voltage", "work_at_height"),
    )
    assert rules.certificates_for("plumbing", (electric,)) == ("low_voltage",)
    assert rules.certificates_for("plumbing", ()) == ()


@pytest.mark.parametrize(
    ("certificates", "found"),
    [
        ((), ["certificate_missing"]),
        ((a_certificate(TODAY, kind="lift_repair"),), ["certificate_missing"]),
        ((a_certificate(TODAY),), []),
        ((a_certificate(date(2026, 3, 1)),), ["certificate_expired"]),
        (
            (a_certificate(date(2027, 1, 1), issued_on=date(2026, 3, 3)),),
            ["certificate_missing"],
        ),
        (
            (a_certificate(date(2026, 3, 1)), a_certificate(date(2027, 1, 1), issued_on=TODAY)),
            [],
        ),
    ],
)
def test_a_certificate_is_good_through_the_whole_of_its_last_day(
    certificates: tuple[Certificate, ...], found: list[str]
) -> None:
    assert codes({"certificates": certificates}, {}) == found


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (datetime(2026, 3, 2, 15, 44, tzinfo=UTC), []),
        # a quarter of an hour away, the way ends on the next day in Shanghai
        (datetime(2026, 3, 2, 15, 46, tzinfo=UTC), ["certificate_expired"]),
    ],
)
def test_work_for_now_is_on_the_day_of_the_arrival_in_the_sites_zone(
    now: datetime, found: list[str]
) -> None:
    technician = {"certificates": (a_certificate(TODAY),), "home": None}

    assert codes(technician, {"now": now}) == found


@pytest.mark.parametrize(
    ("days", "found"), [(0, []), (1, []), (2, ["certificate_expired"])], ids=str
)
def test_an_agreed_visit_is_on_its_own_days(days: int, found: list[str]) -> None:
    tomorrow = (a_certificate(date(2026, 3, 3)),)
    visit = Window(start=after(days=days), end=after(days=days, hours=1))

    assert codes({"certificates": tomorrow}, {"visit": visit}) == found


def test_a_visit_over_midnight_needs_both_days_and_one_that_ends_at_midnight_the_first() -> None:
    last = (a_certificate(TODAY),)
    over = Window(start=after(hours=11), end=after(hours=13))
    until = Window(start=after(hours=11), end=after(hours=12))

    assert codes({"certificates": last}, {"visit": over}) == ["certificate_expired"]
    assert codes({"certificates": last}, {"visit": until}) == []
    assert days_of(until.start, until.end, SHANGHAI) == (TODAY, TODAY)


def test_a_renewal_that_begins_later_lifts_the_bar_then_but_not_for_a_visit() -> None:
    renewed = (a_certificate(date(2027, 1, 1), issued_on=date(2026, 3, 10)),)
    visit = Window(start=after(days=1), end=after(days=1, hours=1))

    [now] = bars(a_candidate(certificates=renewed), a_case(rules=VOLTAGE))
    [then] = bars(a_candidate(certificates=renewed), a_case(rules=VOLTAGE, visit=visit))

    assert (
        now.until == midnight(date(2026, 3, 10), SHANGHAI) == datetime(2026, 3, 9, 16, tzinfo=UTC)
    )
    assert then.until is None


def test_no_reason_and_no_emergency_makes_up_for_a_certificate() -> None:
    found = codes({}, {"priority": Priority.EMERGENCY})

    assert found == ["certificate_missing"]
    assert {"certificate_missing", "certificate_expired"} <= NEVER_OVERRULED <= LASTING


def test_who_loses_a_certificate_is_barred_anew_whatever_barred_them_before() -> None:
    unable = a_candidate(certificates=(a_certificate(date(2026, 3, 1)),))

    found = newly_barred(unable, was=a_case(rules=VOLTAGE), now=a_case(rules=VOLTAGE))

    assert found == {"certificate_expired"}


@pytest.mark.parametrize(
    ("expires_on", "is_at_it", "planned", "found"),
    [
        (TODAY, False, None, ()),
        (TODAY, False, after(days=1), ("certificate_expired",)),
        (TODAY, False, after(days=-1), ()),
        (date(2026, 3, 1), False, None, ("certificate_expired",)),
        (date(2026, 3, 1), True, None, ()),
    ],
)
def test_who_holds_a_job_has_to_be_allowed_to_do_it_when_they_come(
    expires_on: date, is_at_it: bool, planned: datetime | None, found: tuple[str, ...]
) -> None:
    holder = a_technician(certificates=(a_certificate(expires_on),))

    told = holder_bars(holder, a_case(rules=VOLTAGE), is_at_it=is_at_it, planned_arrival=planned)

    assert told == found


def test_one_who_is_at_a_job_without_the_certificate_is_told_all_the_same() -> None:
    assert holder_bars(a_technician(), a_case(rules=VOLTAGE), is_at_it=True) == (
        "certificate_missing",
    )


def test_an_answer_is_refused_with_the_codes_for_the_day_that_is_planned() -> None:
    technician = a_technician(certificates=(a_certificate(TODAY),))
    case = a_case(rules=VOLTAGE)

    demand_certificates(technician, case, arrival=None)
    with pytest.raises(NotEligible) as refused:
        demand_certificates(technician, case, arrival=after(days=1))

    assert refused.value.details["codes"] == ["certificate_expired"]
    assert "2 Mar 2026" in str(refused.value)


def test_certificates_that_follow_each_other_are_one_and_a_gap_ends_them() -> None:
    first = a_certificate(date(2026, 3, 31))
    next_one = a_certificate(date(2027, 3, 31), issued_on=date(2026, 4, 1))
    late = a_certificate(date(2027, 3, 31), issued_on=date(2026, 4, 2))

    assert ends([next_one, first], today=TODAY) == {"low_voltage": date(2027, 3, 31)}
    assert ends([first, late], today=TODAY) == {"low_voltage": date(2026, 3, 31)}
    assert ends([late], today=TODAY) == {"low_voltage": date(2027, 3, 31)}
    assert ends([a_certificate(date(2025, 1, 1))], today=TODAY) == {"low_voltage": date(2025, 1, 1)}
    lapse = lapse_of([first, late], "low_voltage", first=date(2026, 3, 31), last=date(2026, 4, 1))
    assert lapse is not None
    assert (lapse.expired_on, lapse.begins_on) == (date(2026, 3, 31), date(2026, 4, 2))


def warned_at(technician: Technician, now: datetime) -> Technician:
    return warned(technician, zone=SHANGHAI, now=now)


def nine(day: date) -> datetime:
    """Nine o'clock in Shanghai."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def test_each_warning_is_told_once_at_nine_of_its_day() -> None:
    end = date(2026, 12, 31)
    technician = a_technician(certificates=(a_certificate(end),))
    told = []
    now: datetime | None = nine(date(2026, 1, 1))

    while now is not None:
        after_look = warned_at(technician, now)
        if after_look is not technician:
            [warning] = after_look.certificate_warnings
            told.append((warning.days, warning.at))
            assert after_look.version == technician.version + 1
        technician = after_look
        assert warned_at(technician, now) is technician
        now = next_look(technician, zone=SHANGHAI, zones={SHANGHAI}, now=now)

    assert told == [(days, nine(end - timedelta(days=days))) for days in WARNED_DAYS]


def test_after_a_time_in_which_nothing_was_told_the_newest_warning_is_told_alone() -> None:
    technician = a_technician(certificates=(a_certificate(date(2026, 12, 31)),))
    before = warned_at(technician, nine(date(2026, 10, 10)))

    late = warned_at(before, nine(date(2026, 12, 28)))
    too_late = warned_at(before, nine(date(2027, 1, 15)))

    assert [warning.days for warning in before.certificate_warnings] == [90]
    assert [warning.days for warning in late.certificate_warnings] == [7]
    assert [warning.days for warning in too_late.certificate_warnings] == [0]


def test_a_renewed_certificate_ends_the_warnings_and_gets_its_own() -> None:
    technician = a_technician(certificates=(a_certificate(date(2026, 3, 20)),))
    told = warned_at(technician, NOON)
    renewal = a_certificate(date(2027, 3, 20), issued_on=date(2026, 3, 15))
    renewed = replace(told, certificates=(*told.certificates, renewal))

    after_it = warned_at(renewed, after(minutes=1))
    then = warned_at(after_it, nine(date(2027, 2, 20)))

    assert [warning.days for warning in told.certificate_warnings] == [30]
    assert after_it.certificate_warnings == ()
    assert [(each.days, each.expires_on) for each in then.certificate_warnings] == [
        (30, date(2027, 3, 20))
    ]


def test_what_was_over_when_it_was_entered_or_is_taken_out_is_not_warned_of() -> None:
    over = a_technician(certificates=(a_certificate(date(2026, 3, 1)),))
    warning = CertificateWarning(
        kind="low_voltage", expires_on=date(2026, 4, 1), days=30, at=after(days=-1)
    )
    taken_out = a_technician(certificate_warnings=(warning,))

    assert warned_at(over, NOON) is over
    assert warned_at(taken_out, NOON).certificate_warnings == ()


def test_the_next_look_comes_when_days_end_at_each_of_a_technicians_sites() -> None:
    technician = a_technician(certificates=(a_certificate(TODAY),))
    zones = {SHANGHAI, LOS_ANGELES}
    looks = []
    now: datetime | None = NOON

    while now is not None:
        now = next_look(technician, zone=SHANGHAI, zones=zones, now=now)
        looks.append(now)

    assert looks == [
        midnight(date(2026, 3, 3), SHANGHAI),
        midnight(date(2026, 3, 3), LOS_ANGELES),
        None,
    ]
