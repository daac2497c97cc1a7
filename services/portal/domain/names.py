"""What people are called by when they sign in, and how that is written in one form."""

from shared.importing.phones import phone_number
from shared.remarks import WrongValue

MAX_EMAIL_LENGTH = 254


def telephone_number(text: str) -> str | None:
    """Return the number as `+8613800138000`; one without a country is Chinese. None for what is no
    number.
    """
    try:
        return phone_number(text)
    except WrongValue:
        return None


def email_address(text: str) -> str | None:
    """Return the address in lower case; None for what is none, as far as that can be told without
    sending a mail there.
    """
    email = text.strip().lower()
    local, at, domain = email.rpartition("@")
    if not (local and at and "." in domain.strip(".")) or len(email) > MAX_EMAIL_LENGTH:
        return None
    return email if email.isprintable() and " " not in email else None


def in_one_form(name: str) -> str:
    """Return what someone typed as the name of an account, so that one account is counted as one
    however it is written.
    """
    name = name.strip()
    return telephone_number(name) or name.casefold()
