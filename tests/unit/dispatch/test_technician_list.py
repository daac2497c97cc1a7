"""Rows of a list of technicians: who they are, and which certificates they have."""

from dataclasses import replace
from datetime import date

import pytest

from services.dispatch.domain.certificate_list import ListedCertificates, has_certificates
from services.dispatch.domain.certificates import CertificateRules
from services.dispatch.domain.technician import Technician
from services.dispatch.domain.technician_list import Listing, Trades
from shared.ids import SiteId, TechnicianId
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell

TODAY = date(2026, 11, 30)
RULES = CertificateRules(skill_certificates={"plumbing": ("water_licence",)})
LI = Technician(id=TechnicianId("li"), version=3, name="Li", sites=(SiteId("demo"),))


def _row(n: int = 2, /, **values: str | None) -> SheetRow:
    said = {"certificate": "低压电工", "certificate_number": "T-1", "expires_on": "2027-01-09"}
    names = ("skills", "capacity", "phone", "email", "issued_on", *said)
    of_technician = {"id": "li", "name": "Li"}
    return SheetRow(n, {**dict.fromkeys(names), **of_technician, **said, **values})


def _listed() -> ListedCertificates:
    return ListedCertificates(RULES, today=TODAY)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("低压电工", "low_voltage"),
        ("低压电工作业证", "low_voltage"),
        ("高压电工特种作业操作证", "high_voltage"),
        ("焊工证书", "welding"),
        ("电梯维修上岗证", "lift_repair"),
        ("low_voltage", "low_voltage"),
        ("Low Voltage", "low_voltage"),
        ("Water licence", "water_licence"),
        ("asbestos", "asbestos"),
    ],
)
def test_a_certificate_is_known_by_its_name_and_by_its_code(said: str, kind: str) -> None:
    (found,) = _listed().added(LI, _row(certificate=said)).certificates

    assert found.kind == kind


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"certificate": "厨师证"}, "certificate", "water_licence"),
        ({"certificate": "Low-Voltage Expert"}, "certificate", "is none of"),
        ({"expires_on": None}, "expires_on", "is missing"),
        ({"certificate": None}, "certificate", "is missing"),
        ({"issued_on": "2028-01-01"}, "expires_on", "before the day of issue, 2028-01-01"),
    ],
)
def test_what_cannot_be_told_is_asked(row: dict[str, str | None], column: str, words: str) -> None:
    with pytest.raises(WrongCell, match=words) as wrong:
        _listed().added(LI, _row(**row))

    assert wrong.value.column == column


@pytest.mark.parametrize("said", ["无", "/", "N/A"])
def test_who_has_none_gets_none(said: str) -> None:
    row = _row(certificate=said, expires_on="2027-01-09")

    assert _listed().added(LI, row) is LI


def test_one_without_a_day_of_issue_keeps_the_one_it_has_else_counts_from_today() -> None:
    listed = _listed()
    first = listed.added(LI, _row())
    later = ListedCertificates(RULES, today=date(2027, 1, 1)).added(
        first, _row(expires_on="2033-01-09")
    )
    over = listed.added(LI, _row(expires_on="2020-01-09"))

    days = [
        [(each.issued_on, each.expires_on) for each in technician.certificates]
        for technician in (first, later, over)
    ]
    assert days == [
        [(TODAY, date(2027, 1, 9))],
        [(TODAY, date(2033, 1, 9))],
        [(date(2020, 1, 9), date(2020, 1, 9))],
    ]
    assert [each.values["day"] for each in listed.remarks()] == ["2026-11-30"]


def test_one_without_a_number_is_the_one_that_ends_on_the_same_day() -> None:
    listed = _listed()
    numbered = listed.added(LI, _row(issued_on="2024-01-10"))

    same = listed.added(numbered, _row(certificate_number=None))
    other = listed.added(numbered, _row(certificate_number=None, expires_on="2033-01-09"))

    assert same == numbered
    assert [each.number for each in other.certificates] == ["T-1", "-"]


def test_days_far_away_are_recorded_as_the_first_and_the_last_that_there_are() -> None:
    row = _row(issued_on="1998-05-01", expires_on="2150-01-01")

    (found,) = _listed().added(LI, row).certificates

    assert (found.issued_on, found.expires_on) == (date(2000, 1, 1), date(2099, 12, 31))


def test_rows_of_one_technician_are_one_version_and_agree_on_the_name() -> None:
    listing = Listing(SiteId("demo"), trades=Trades(None), certificates=_listed())
    rows = [_row(), _row(3, certificate="焊工"), _row(4, certificate="厨师证")]

    listed, same = listing.listed(LI, rows), listing.listed(None, rows)
    differing = listing.listed(LI, [rows[0], _row(3, name="Wang")])

    assert listed.after is not None
    assert same.after is not None
    assert (listed.after.version, same.after.version, listed.changed, same.created) == (4, 1, 2, 2)
    assert [row.number for row, _ in listed.wrong] == [4]
    assert (differing.after, [row.number for row, _ in differing.wrong]) == (LI, [2, 3])
    again = listing.listed(listed.after, rows[:2])
    assert again.after is listed.after
    assert again.unchanged == 2


def test_a_new_number_that_lacks_the_zeros_of_one_who_is_there_is_asked() -> None:
    listing = Listing(SiteId("demo"), trades=Trades(None), certificates=None, here=["0012", "W3"])

    listed = [listing.listed(None, [_row(id=id)]) for id in ("12", "0012", "120", "3")]

    assert [len(each.wrong) for each in listed] == [1, 0, 0, 0]
    assert "may be 0012" in str(listed[0].wrong[0][1])


def test_columns_that_do_not_say_what_ends_when_are_not_read() -> None:
    headings = {"id": "工号", "name": "姓名", "certificate": "证书"}
    listing = Listing(SiteId("demo"), trades=Trades(None), certificates=None)

    assert not has_certificates(headings)
    assert has_certificates({**headings, "expires_on": "有效期至"})
    assert listing.ignored(headings) == ["证书"]
    assert listing.listed(LI, [_row()]).after == replace(LI)
