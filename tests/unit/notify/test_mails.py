"""Messages as mails: every kind in every language, and nothing that breaks out of its place."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from services.notify.adapters.mails import Letter, sender_address, written
from services.notify.adapters.wording import words_for
from services.notify.domain.kinds import Kind, Language
from shared.ids import new_id
from tests.unit.notify.test_words import DATA

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SENDER = sender_address("物业报修 <repairs@fettle.example>")


def a_letter(
    *,
    title: str = "已收到您的报修 DEMO-1042-K",
    text: str = "我们会尽快处理。",
    name: str | None = "李明",
    language: Language = Language.CHINESE,
    link: str | None = None,
    stop: str | None = "https://notify.example/v1/unsubscribe/token",
) -> Letter:
    return Letter(
        id=new_id(),
        at=NOON,
        language=language,
        title=title,
        text=text,
        email="li@example.com",
        name=name,
        link=link,
        stop=stop,
    )


def read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert body is not None
    text: str = body.get_content()
    return text


class _Page(HTMLParser):
    """The tags, addresses and words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loaded: list[str | None] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loaded += [
            value
            for name, value in attrs
            if name in ("src", "srcset", "background", "data", "poster") or "url(" in (value or "")
        ]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_a_mail_in_the_words_of_the_inbox(kind: Kind, language: Language) -> None:
    title, text = words_for(kind, language, DATA, zone="Asia/Shanghai")

    mail = read(written(a_letter(title=title, text=text, language=language), SENDER))

    page = _Page(part(mail, "html"))
    assert mail["Subject"] == title
    assert mail["Content-Language"] == language
    for line in text.splitlines():
        assert line in part(mail, "plain").splitlines()
        assert line in page.words
    assert title in page.words


def test_the_heads_say_who_writes_to_whom_and_that_no_one_answers() -> None:
    letter = a_letter()

    mail = read(written(letter, SENDER))

    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    assert {name: mail[name] for name in ("From", "To", "Date", "Message-ID")} == {
        "From": "物业报修 <repairs@fettle.example>",
        "To": "李明 <li@example.com>",
        "Date": "Fri, 20 Nov 2026 12:00:00 +0000",
        "Message-ID": f"<{letter.id}@fettle.example>",
    }
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] == "<https://notify.example/v1/unsubscribe/token>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_link_that_ends_mails_stands_in_its_head_as_it_is_however_long() -> None:
    link = f"https://notify.example/{'a' * 80}/v1/unsubscribe/{'t' * 43}"

    raw = written(a_letter(stop=link), SENDER)

    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in raw


def test_the_same_letter_is_the_same_mail() -> None:
    letter = a_letter()

    assert written(letter, SENDER) == written(letter, SENDER)


def test_a_mail_is_of_seven_bits_and_of_short_lines() -> None:
    stop = "https://通知.example/v1/unsubscribe/token"
    long = a_letter(title="漏水" * 300, text="水" * 5000 + "\n" + "x" * 5000, stop=stop)

    raw = written(long, SENDER)

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "hostile",
    [
        "Li\r\nBcc: all@example.com",
        "Li\nBcc: all@example.com\n\nbody",
        "Li\rX-Evil: 1",
        "Li\u2028Bcc: all@example.com",
        "Li\x0bBcc: all@example.com",
        "Li\x00\x1b",
        '"Li" <evil@example.com>',
        "=?utf-8?q?Li=0D=0ABcc:_all@example.com?=",
        "\ud800 Li",
    ],
)
def test_no_name_and_no_title_makes_a_head(hostile: str) -> None:
    letter = a_letter(title=hostile, name=hostile)

    mail = read(written(letter, SENDER))

    assert mail["Bcc"] is mail["X-Evil"] is None
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == "li@example.com"
    assert mail["Message-ID"] == f"<{letter.id}@fettle.example>"
    assert len(list(mail.iter_parts())) == 2


def test_what_a_person_wrote_stays_text_and_nothing_is_loaded() -> None:
    hostile = '<script>alert(1)</script><img src="https://spy.example/x.png"> {{ 7 * 7 }} "&'

    mail = read(written(a_letter(title=hostile, text=hostile), SENDER))

    page = _Page(part(mail, "html"))
    assert not page.tags & {"script", "img", "iframe", "link", "style", "object", "form"}
    assert page.loaded == []
    assert hostile in page.words
    assert hostile in part(mail, "plain")


def test_a_line_of_the_text_cannot_end_the_part() -> None:
    letter = a_letter()
    text = f"before\n--=_{letter.id.hex}--\n.\nafter"

    mail = read(written(Letter(**{**vars(letter), "text": text}), SENDER))

    assert "after" in part(mail, "plain")
    assert len(list(mail.iter_parts())) == 2


def test_a_link_to_log_in_by_stands_in_both_parts_and_ends_no_mails() -> None:
    url = "https://portal.example/login?code=7c1e&next=%2F"

    mail = read(written(a_letter(link=url, stop=None), SENDER))

    assert url in part(mail, "plain")
    assert 'href="https://portal.example/login?code=7c1e&amp;next=%2F"' in part(mail, "html")
    assert mail["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Fettle <repairs@example.com>", "Fettle", "repairs@example.com"),
        ('"Fettle, Inc." <repairs@example.com>', "Fettle, Inc.", "repairs@example.com"),
        ("repairs@Example.com", "", "repairs@example.com"),
        ("物业 <repairs@例子.中国>", "物业", "repairs@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_a_sender_is_a_name_and_an_address(text: str, name: str, address: str) -> None:
    sender = sender_address(text)

    assert (sender.display_name, sender.addr_spec) == (name, address)


@pytest.mark.parametrize("text", ["", "Fettle", "Fettle <>", "a@example.com, b@example.com"])
def test_a_sender_without_an_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected NAME <ADDRESS>"):
        sender_address(text)
