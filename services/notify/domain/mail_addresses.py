"""E-mail addresses: checked, and read into the spelling that is sent to."""

import re
import unicodedata

import idna

from shared.errors import Invalid

MAX_ADDRESS_LENGTH = 254
"""Characters of an address that can be sent to (RFC 5321 §4.5.3.1.3, less its brackets)."""
_MAX_LOCAL_LENGTH = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def mail_address(written: str) -> str:
    """Return the address with its domain in small ASCII letters (IDNA 2008, UTS 46); what stands
    before the `@` stays as it is written.

    Raises Invalid for what cannot be sent to.
    """
    text = unicodedata.normalize("NFKC", written).strip()
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain:
        raise _refused("has to be such as li@example.com")
    if not _LOCAL.fullmatch(local) or len(local) > _MAX_LOCAL_LENGTH:
        raise _refused(
            "has in front of its @ what not every server takes: letters without accents, digits "
            "and some signs are taken, a dot between them"
        )
    address = f"{local}@{_ascii_domain(domain)}"
    if len(address) > MAX_ADDRESS_LENGTH:
        raise _refused(f"has more than {MAX_ADDRESS_LENGTH} characters")
    return address


def _ascii_domain(domain: str) -> str:
    try:
        ascii_ = idna.encode(domain, uts46=True, std3_rules=True).decode().lower()
    except idna.IDNAError as error:
        raise _refused(f"has no good domain behind its @ ({error})") from error
    labels = ascii_.removesuffix(".").split(".")
    if len(labels) < 2 or labels[-1].isdigit():
        raise _refused("has no domain behind its @, such as example.com")
    return ".".join(labels)


def _refused(why: str) -> Invalid:
    return Invalid(f"The e-mail address {why}.", field="/email")
