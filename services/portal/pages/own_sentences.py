"""Sentences that the portal writes for people, in the language of their page, on tickets that
others read: to those they are said in their own.
"""

import re
from functools import lru_cache

from services.portal.adapters.messages import Messages
from services.portal.domain.visitor import LANGUAGES, Language
from services.portal.pages.page import Page

_WRITTEN = ("technician-call-noted", "resident-alike-comment", "resident-alike-reason")
"""A note of a call, and that a ticket is about the same as another; of two that fit one text the
longer comes first.
"""
_BLANK = "\ue000"


def said_anew(page: Page, text: str) -> str:
    """Return a sentence of the portal's in the page's language; what people wrote as it is."""
    for key in _WRITTEN:
        for language in LANGUAGES:
            if found := _pattern(page.state.messages, language, key).fullmatch(text):
                return page.t(key, **found.groupdict())
    return text


@lru_cache(maxsize=32)
def _pattern(messages: Messages, language: Language, key: str) -> re.Pattern[str]:
    said = messages.translate(language)(key, reference=_BLANK)
    return re.compile(re.escape(said).replace(_BLANK, r"(?P<reference>\S+)"))
