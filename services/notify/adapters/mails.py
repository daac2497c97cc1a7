"""Messages as mails: text and HTML, in the same words as the inbox.

No head of theirs holds a line break, whatever a name or a title does; nothing in them is loaded
from elsewhere, and what a person wrote stays text.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notify.domain.kinds import Language
from services.notify.domain.mail_addresses import mail_address
from shared.errors import Invalid

_TEMPLATES = Path(__file__).parent / "templates"
_MAX_TITLE_LENGTH = 200
_NAME_AND_ADDRESS = re.compile(r'"?([^<>"]*?)"?\s*<([^<>]+)>')
_FOOTERS: Mapping[Language, Mapping[str, str]] = {
    Language.CHINESE: {
        "why": "这封邮件由系统自动发出。",
        "stop": "不再接收这类邮件",
        "link": "登录",
    },
    Language.ENGLISH: {
        "why": "This mail was sent automatically.",
        "stop": "No more e-mails like this",
        "link": "Log in",
    },
}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says, and to whom. `link` is what it is about, `stop` ends such mails."""

    id: UUID
    at: datetime
    language: Language
    title: str
    text: str
    email: str
    name: str | None
    link: str | None = None
    stop: str | None = None


class _MailPolicy(EmailPolicy):
    """Lines as RFC 5321 wants them, of seven bits: not every server takes eight.

    The link that ends mails stays on one line however long it is: folded, it would be encoded words
    (RFC 2047), which mail programs do not read there. Only one that is not of ASCII has to be.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == "List-Unsubscribe" and value.isascii():
            return f"{name}: {value}{self.linesep}".encode()
        return super().fold_binary(name, value)


_POLICY = _MailPolicy(cte_type="7bit", linesep="\r\n")


def sender_address(text: str) -> Address:
    """Return the sender of `Fettle <repairs@example.com>`, or of an address alone. Raises
    ValueError.
    """
    found = _NAME_AND_ADDRESS.fullmatch(text.strip())
    name, address = found.groups() if found else ("", text)
    try:
        return Address(display_name=_one_line(name), addr_spec=mail_address(address))
    except Invalid as error:
        raise ValueError(
            f"expected NAME <ADDRESS>, such as Fettle <repairs@example.com>: {error.message}"
        ) from error


def written(letter: Letter, sender: Address) -> bytes:
    """Return the mail as it is sent; the same for the same letter."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = Address(display_name=_one_line(letter.name or ""), addr_spec=letter.email)
    mail["Subject"] = _one_line(letter.title)[:_MAX_TITLE_LENGTH]
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
    if letter.stop is not None:
        mail["List-Unsubscribe"] = f"<{letter.stop}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    given = {
        "letter": letter,
        "title": _one_line(letter.title),
        "lines": letter.text.splitlines(),
        "footer": _FOOTERS[letter.language],
    }
    mail.set_content(_template("_mail.txt").render(given), subtype="plain")
    mail.make_alternative(boundary=f"=_{letter.id.hex}")
    mail.add_alternative(_template("_mail.html").render(given), subtype="html")
    mail["Content-Language"] = letter.language.value  # behind what sets the content anew
    return mail.as_bytes()


@cache
def _template(name: str) -> Template:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=name.endswith(".html"),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    return environment.get_template(name)


def _one_line(text: str) -> str:
    """Return the text without what could end a line or be no character: heads are lines. What
    looks like an encoded word (RFC 2047) would be decoded by its reader, and is broken up.
    """
    kept = "".join(" " if _is_control(each) else each for each in text)
    return " ".join(kept.replace("=?", "= ?").split())


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
