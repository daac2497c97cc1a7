"""Certificates from a list of technicians: one a row, with its last day."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from services.dispatch.domain.certificates import Certificate, CertificateRules
from services.dispatch.domain.technician import Technician
from shared.importing.form import Field, Kind
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell
from shared.remarks import Remark

CERTIFICATE_FIELDS = (
    Field(
        name="certificate",
        headings=(
            *("证书", "Certificate", "证书名称", "证书类型", "证书种类", "资格证", "资格证书"),
            *("特种作业证", "操作证", "上岗证", "Licence", "License", "Certificate type"),
        ),
        max_chars=60,
    ),
    Field(
        name="certificate_number",
        headings=(
            *("证号", "Certificate no.", "证书编号", "证书号", "证书号码", "证件号", "证件编号"),
            *("Certificate number", "Licence no.", "License no."),
        ),
        max_chars=64,
    ),
    Field(
        name="issued_on",
        headings=(
            *("发证日期", "Issued", "发证时间", "签发日期", "颁发日期", "有效期自", "有效期起"),
            *("Issued on", "Issue date", "Valid from"),
        ),
        kind=Kind.DATE,
    ),
    Field(
        name="expires_on",
        headings=(
            *("有效期至", "Expires", "有效期到", "有效期止", "证书有效期", "证书有效期至"),
            *("到期日期", "到期日", "到期时间", "失效日期"),
            *("Expires on", "Expiry date", "Expiry", "Valid until", "Valid to"),
        ),
        kind=Kind.DATE,
    ),
)
CERTIFICATE_EXAMPLE: Mapping[str, str | tuple[str, str]] = {
    "certificate": ("低压电工", "low_voltage"),
    "certificate_number": "T310104199001011234",
    "issued_on": "2024-01-10",
    "expires_on": "2030-01-09",
}

_NEEDED = frozenset({"certificate", "expires_on"})
_NONE = frozenset(("无", "没有", "暂无", "否", "×", "x", "-", "—", "/", "none", "no", "n/a"))
_NO_NUMBER = "-"
_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""What lies beyond is recorded as of these."""
_MAX_CERTIFICATES = 50
_MAX_NAMED = 30
_CALLED: Mapping[str, str] = {
    **dict.fromkeys(("低压", "低压电工"), "low_voltage"),
    **dict.fromkeys(("高压", "高压电工"), "high_voltage"),
    **dict.fromkeys(("电梯", "电梯维修", "电梯修理", "电梯安装维修"), "lift_repair"),
    **dict.fromkeys(("焊工", "焊接", "焊接与热切割", "熔化焊接与热切割"), "welding"),
    **dict.fromkeys(("高处", "高空", "登高", "登高架设"), "work_at_height"),
    **dict.fromkeys(("制冷", "空调", "制冷与空调", "制冷与空调设备"), "refrigeration"),
    **dict.fromkeys(("消防", "消控", "消防设施操作员"), "fire_safety"),
    **dict.fromkeys(("燃气", "燃气具安装维修"), "gas"),
}
"""What certificates are called where a row does not say the code that rules of sites name."""
_PAPER = re.compile(r"(?:特种)?(?:作业|操作|上岗|资格|职业资格|从业)*(?:人员)?证?书?$")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def has_certificates(headings: Mapping[str, str]) -> bool:
    """Return whether a list with these headings, by field, says which certificates end when."""
    return headings.keys() >= _NEEDED


class ListedCertificates:
    """Reads the certificates of rows for a site with these rules, on a day there."""

    def __init__(self, rules: CertificateRules, *, today: date) -> None:
        named = (*rules.certificates.values(), *rules.skill_certificates.values())
        self._known = {kind for kinds in named for kind in kinds} | set(_CALLED.values())
        self._today = today
        self._has_guessed = False

    def added(self, technician: Technician, row: SheetRow) -> Technician:
        """Return the technician with the certificate of the row beside those they have, or with its
        days where they have it; the same where nothing differs. Raises WrongCell.
        """
        said = row.text("certificate")
        if said is not None and said.casefold() in _NONE:
            return technician
        if said is None and row.text("expires_on") is None:
            return technician
        if said is None:
            raise WrongCell("certificate", "missing", "is missing")
        kind = self._kind_of(said)
        number = row.text("certificate_number") or _number_of(technician, kind, row)
        had = {(each.kind, each.number): each for each in technician.certificates}
        listed = self._read(row, kind, number, had.get((kind, number)))
        all_ = {**had, (kind, number): listed}.values()
        if len(all_) > _MAX_CERTIFICATES:
            raise WrongCell(
                "certificate",
                "too_many_certificates",
                "would be more than {most} certificates of one technician",
                most=_MAX_CERTIFICATES,
            )
        in_order = sorted(all_, key=lambda each: (each.kind, each.issued_on, each.number))
        return replace(technician, certificates=tuple(in_order))

    def remarks(self) -> list[Remark]:
        """Return what was guessed."""
        text = "certificates that do not say since when are taken as good from {day} on"
        return [Remark.of("good_from_today", text, day=self._today)] if self._has_guessed else []

    def _read(self, row: SheetRow, kind: str, number: str, had: Certificate | None) -> Certificate:
        """Return the certificate; one that does not say since when counts from today."""
        expires_on, issued_on = _day(row, "expires_on"), _day(row, "issued_on")
        if expires_on is None:
            raise WrongCell("expires_on", "missing", "is missing")
        if issued_on is None:
            self._has_guessed = self._has_guessed or had is None
            issued_on = min(self._today if had is None else had.issued_on, expires_on)
        if expires_on < issued_on:
            raise WrongCell(
                "expires_on",
                "ends_before_issue",
                "lies before the day of issue, {issued_on}",
                issued_on=issued_on,
            )
        return Certificate(kind=kind, number=number, issued_on=issued_on, expires_on=expires_on)

    def _kind_of(self, said: str) -> str:
        name = said.casefold().replace(" ", "_")
        called = _CALLED.get(_PAPER.sub("", said))
        if called is not None:
            return called
        if name in self._known or _CODE.fullmatch(said):
            return name
        raise WrongCell(
            "certificate",
            "unknown_certificate",
            "is none of {names}: write one of these, or the code that the site's rules name, such "
            "as {codes}",
            names="、".join(sorted(_CALLED)[:_MAX_NAMED]),
            codes=", ".join(sorted(self._known)[:_MAX_NAMED]),
        )


def _number_of(technician: Technician, kind: str, row: SheetRow) -> str:
    """Return the number of a certificate that the row does not number: that of the one they have
    with the same last day.
    """
    last = _day(row, "expires_on")
    same = (
        each for each in technician.certificates if (each.kind, each.expires_on) == (kind, last)
    )
    return next((each.number for each in same), _NO_NUMBER)


def _day(row: SheetRow, name: str) -> date | None:
    said = row.text(name)
    return None if said is None else min(max(date.fromisoformat(said), _EARLIEST), _LATEST)
