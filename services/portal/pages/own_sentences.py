"""Sentences that the portal writes for people, in the language of their page, on tickets that
others read: to those they are said in their own.
"""

import re
from functools import lru_cache

from services.portal.adapters.messages import Messages, MissingMessage
from services.portal.adapters.service_answers import Refusal
from services.portal.domain.job_verbs import WORDS
from services.portal.domain.unsent_work import UnsentWork, unsent_in_note
from services.portal.domain.visitor import LANGUAGES, Language
from services.portal.pages.page import Page
from services.portal.pages.problems import status_key
from services.portal.pages.technician_answers import refusal_in_words
from services.portal.pages.technician_views import clock_words

_WRITTEN = ("technician-call-noted", "resident-alike-comment", "resident-alike-reason")
"""A note of a call, and that a ticket is about the same as another; of two that fit one text the
longer comes first.
"""
_BLANK = "\ue000"


def said_anew(page: Page, text: str, zone: str | None) -> str:
    """Return a sentence of the portal's in the page's language, with times of the zone; what people
    wrote as it is.
    """
    if (unsent := unsent_in_note(text)) is not None:
        return _unsent_in_words(page, unsent, zone)
    for key in _WRITTEN:
        for language in LANGUAGES:
            if found := _pattern(page.state.messages, language, key).fullmatch(text):
                return page.t(key, **found.groupdict())
    return text


def _unsent_in_words(page: Page, unsent: UnsentWork, zone: str | None) -> str:
    """Return what a phone kept and was not taken, and why; then what was written with it."""
    refusal = Refusal("dispatch", unsent.status, unsent.code, "", unsent.members)
    try:
        why = refusal_in_words(page, refusal, zone).said
    except MissingMessage:  # its values are not there, as in a note that a person wrote
        why = page.t(status_key(unsent.status))
    said = page.t(
        "technician-desk-words",
        at="–" if unsent.at is None else clock_words(page, unsent.at, zone, with_day=True),
        what=page.t(WORDS.get(unsent.verb, "technician-photos")),
        said=why,
    )
    return f"{said}\n{unsent.words}".rstrip()


@lru_cache(maxsize=32)
def _pattern(messages: Messages, language: Language, key: str) -> re.Pattern[str]:
    said = messages.translate(language)(key, reference=_BLANK)
    return re.compile(re.escape(said).replace(_BLANK, r"(?P<reference>\S+)"))
