from email.message import EmailMessage
from pathlib import Path

from demo.audit.client_log import Mail
from demo.day.mails import addresses, read_mails
from tests.unit.demo.day.days import DAY


def test_some_residents_give_an_address_and_the_seed_decides() -> None:
    given = addresses(DAY)
    residents = {report.request.reporter_id for report in DAY.reports}

    assert given == addresses(DAY)
    assert 0 < len(given) < len(residents) / 2
    assert given.keys() <= residents
    assert len(set(given.values())) == len(given)


def test_mails_are_read_from_their_folder(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "day01-zh-01@example.com", "已收到报修"
    mail["Message-ID"] = "<0198a7c2@fettle.example>"
    mail.set_content("…")
    mail["Content-Language"] = "zh-CN"
    (tmp_path / "1.eml").write_bytes(mail.as_bytes())
    (tmp_path / ".begun").write_text("not yet a mail")

    assert read_mails(tmp_path) == [
        Mail(
            message_id="0198a7c2",
            to="day01-zh-01@example.com",
            language="zh-CN",
            subject="已收到报修",
        )
    ]
    assert read_mails(tmp_path / "nowhere") == []
