"""Whom a warning of a certificate is for, and that it is one message each."""

from datetime import date, timedelta

import pytest

from services.notify.adapters.wording import words_for
from services.notify.domain.access import roles_told
from services.notify.domain.for_certificates import SiteListener, for_certificates
from services.notify.domain.kinds import Kind, Language
from shared.auth.caller import STAFF, Role
from shared.contracts import TechnicianV1
from shared.contracts.dispatch import CertificateWarning
from shared.ids import PersonId
from tests.unit.notify.stories import NOON, a_technician

END = date(2026, 12, 21)


def a_warning(days: int = 30, kind: str = "low_voltage") -> CertificateWarning:
    return CertificateWarning(kind=kind, expires_on=END, days=days, at=NOON)


def warned(*warnings: CertificateWarning, **more: object) -> TechnicianV1:
    return a_technician().model_copy(update={"certificate_warnings": warnings, **more})


def a_listener(id: str, site: str = "demo", **later: float) -> SiteListener:
    return SiteListener(id=PersonId(id), site=site, since=NOON + timedelta(**later))


def test_the_technician_and_the_desks_of_their_sites_are_told_once_each() -> None:
    technician = warned(a_warning(), sites=("demo", "annex"))
    listeners = [
        *(a_listener("desk"), a_listener("desk", "annex"), a_listener("boss", "*")),
        *(a_listener("elsewhere", "other"), a_listener("newcomer", seconds=1)),
        a_listener("wang"),
    ]

    told = list(for_certificates(technician, listeners))

    assert [(each.recipient_id, each.site_id) for each in told] == [
        *(("wang", "demo"), ("desk", "demo"), ("boss", "demo")),
    ]
    assert {each.cause for each in told} == {"wang/low_voltage/2026-12-21/30"}
    assert [each.data["own"] for each in told] == [True, False, False]
    assert {each.ticket_id for each in told} == {None}
    assert told[0].stale(NOON + timedelta(hours=25)) == "too_old"


def test_each_warning_is_an_occasion_of_its_own() -> None:
    both = (a_warning(), a_warning(7, "lift_repair"))
    later = warned(a_warning(7))

    causes = [[each.cause for each in for_certificates(t, ())] for t in (warned(*both), later)]

    assert causes == [
        ["wang/low_voltage/2026-12-21/30", "wang/lift_repair/2026-12-21/7"],
        ["wang/low_voltage/2026-12-21/7"],
    ]


def test_of_a_technician_who_was_removed_nothing_is_told() -> None:
    gone = warned(a_warning(), removed_at=NOON)

    assert list(for_certificates(gone, [a_listener("desk")])) == []


def test_it_is_for_staff_and_technicians_and_not_for_residents() -> None:
    told = roles_told(Kind.CERTIFICATE_EXPIRING)

    assert {*STAFF, Role.TECHNICIAN} <= set(told)
    assert Role.RESIDENT not in told


@pytest.mark.parametrize("own", [True, False])
def test_it_is_said_in_one_language_with_the_last_day(own: bool) -> None:
    data = {
        "technician": "123",
        "certificate": "42",
        "expires_on": "2026-12-21",
        "days": 30,
        "own": own,
    }

    english, chinese = (
        "\n".join(words_for(Kind.CERTIFICATE_EXPIRING, language, data, zone=None))
        for language in (Language.ENGLISH, Language.CHINESE)
    )

    assert "42 is good through 21 Dec 2026" in english
    assert english.isascii()
    assert "有效期到 2026年12月21日" in chinese
    assert not any(letter.isascii() and letter.isalpha() for letter in chinese)
