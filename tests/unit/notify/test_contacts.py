"""Contacts as people write them, and as they are stored."""

import pytest

from services.notify.domain.contacts import Contact, Contacts, ContactsGiven, read_contacts
from services.notify.domain.mail_addresses import mail_address
from services.notify.domain.phone_numbers import phone_number
from shared.errors import Invalid


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("86 13800138000", "+8613800138000"),
        (" 8613800138000", "+8613800138000"),  # a `+` in a query that was not encoded
        ("021-6000 1234", "+862160001234"),
        ("(010) 6000 1234", "+861060001234"),
        ("0755 8600 1234", "+8675586001234"),
        ("400 800 1234", "+864008001234"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+1 (212) 555-0123", "+12125550123"),
        ("+49‑30‑901820", "+4930901820"),
    ],
)
def test_a_telephone_number_has_one_spelling(written: str, stored: str) -> None:
    assert phone_number(written, country="+86") == stored


@pytest.mark.parametrize(
    ("written", "country", "stored"),
    [
        ("020 7946 0958", "+44", "+442079460958"),
        ("1 212 555 0123", "+1", "+12125550123"),
        ("212 555 0123", "+1", "+12125550123"),
        ("06 1234 5678", "+39", "+390612345678"),
        ("+86 138 0013 8000", "+44", "+8613800138000"),
    ],
)
def test_a_number_without_a_country_is_one_of_the_country_given(
    written: str, country: str, stored: str
) -> None:
    assert phone_number(written, country=country) == stored


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "+", "none", "110", "6000 1234", "12800138000", "138 0013 800"),
        *("138 0013 80000", "021-6000 1234 转 801", "+86 6000 1234", "+0 123 456 789"),
        *("138+00138000", "++8613800138000", "+1234567890123456", "१३८००१३८०००"),
    ],
)
def test_what_cannot_be_called_is_refused_with_its_place(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        phone_number(written, country="+86")

    assert refused.value.details == {"field": "/phone"}


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("li@example.com", "li@example.com"),
        (" Li.Ming+home@Example.COM ", "Li.Ming+home@example.com"),
        ("li＠example。com", "li@example.com"),
        ("li@例子.中国", "li@xn--fsqu00a.xn--fiqs8s"),
        ("li@bücher.example.", "li@xn--bcher-kva.example"),
    ],
)
def test_an_address_has_the_spelling_that_is_sent_to(written: str, stored: str) -> None:
    assert mail_address(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        *("", "li", "@example.com", "li@", "li@example", "li@@example.com", "li@1.2.3.4"),
        *("li ming@example.com", ".li@example.com", "li..ming@example.com", '"li"@example.com'),
        *("li@[127.0.0.1]", "li@-example.com", "li@exa_mple.com", "li@example..com"),
        *("李@example.com", "li\r\nBcc: all@example.com", "li@example.com\nBcc: a@b.cn"),
        *("li@example.com>", "a" * 65 + "@example.com", f"li@{'a.' * 130}com"),
    ],
)
def test_what_cannot_be_sent_to_is_refused_with_its_place(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        mail_address(written)

    assert refused.value.details == {"field": "/email"}


@pytest.mark.parametrize("name", ["", "  ", "Li\r\nBcc: all@example.com", "Li\u202eM", "x" * 101])
def test_a_name_is_one_line(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_contacts({Contact.NAME: name}, country="+86")

    assert refused.value.details == {"field": "/name"}


def test_what_is_not_named_stays_and_null_clears() -> None:
    before = Contacts(name="李明", phone="+8613800138000", email="li@example.com")

    given = read_contacts({Contact.NAME: " 李  明 ", Contact.PHONE: None}, country="+86")

    assert before.changed(given) == Contacts(name="李  明", phone=None, email="li@example.com")
    assert before.changed(ContactsGiven()) == before
