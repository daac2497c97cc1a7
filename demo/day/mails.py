"""Mails of the day: who has an address, and what came there, as files in the state folder."""

from email import policy
from email.parser import BytesParser
from pathlib import Path
from random import Random

from demo.audit.client_log import Mail
from demo.day.plan import Day

MAILS = 0.15
"""Share of residents who gave an address; a folder keeps no more than a thousand mails."""


def addresses(day: Day) -> dict[str, str]:
    """Return resident → address, of those who gave one. Pure; the seed decides."""
    residents = dict.fromkeys(report.request.reporter_id for report in day.reports)
    return {
        each: f"{each}@example.com"
        for each in residents
        if Random(f"{day.seed}/mail/{each}").random() < MAILS
    }


def read_mails(folder: Path) -> list[Mail]:
    """Return the mails that lie in a folder, in the order of their names."""
    return [_read(path) for path in sorted(folder.glob("*.eml"))]


def _read(path: Path) -> Mail:
    mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    [to] = mail["To"].addresses
    return Mail(
        message_id=str(mail["Message-ID"]).strip("<>").partition("@")[0],
        to=to.addr_spec,
        language=str(mail["Content-Language"] or ""),
        subject=str(mail["Subject"]),
    )
