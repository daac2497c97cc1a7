"""The words of the pages, in every language: Fluent files in `i18n/<language>/<room>.ftl`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from services.portal.adapters.fluent_patterns import (
    Plural,
    Say,
    chinese_plural,
    english_plural,
    function_of,
)
from services.portal.adapters.parsed_messages import messages_in
from services.portal.domain.visitor import LANGUAGES, Language

I18N = Path(__file__).parents[1] / "i18n"
_FALLBACK: Language = "en"
_PLURALS: Mapping[Language, Plural] = {"en": english_plural, "zh-CN": chinese_plural}


class MissingMessage(LookupError):
    """There is no message of that key, or it is not given what it says."""


class Translate(Protocol):
    def __call__(self, key: str, /, **arguments: Any) -> str:
        """Return the message in the page's language."""
        ...


class Messages:
    """All messages. `is_strict` raises MissingMessage for what is missing; else the English one
    is shown, or the key.
    """

    def __init__(self, folder: Path = I18N, *, is_strict: bool) -> None:
        self._is_strict = is_strict
        self._plain: dict[Language, dict[str, str]] = {}
        """Messages that nothing is put into, which are most."""
        self._others: dict[Language, dict[str, Say]] = {}
        for language in LANGUAGES:
            plain = self._plain[language] = {}
            others = self._others[language] = {}
            for key, said in messages_in(folder / language):
                if isinstance(said, str):
                    plain[key] = said
                else:
                    others[key] = function_of(said, _PLURALS[language])

    def translate(self, language: Language) -> Translate:
        """Return what says messages in the language."""
        plain = self._plain[language]

        def t(key: str, /, **arguments: Any) -> str:
            said = plain.get(key)
            return said if said is not None else self._said(language, key, arguments)

        return t

    def has(self, key: str) -> bool:
        """Return whether there is such a message."""
        return self.is_plain(key) or key in self._others[_FALLBACK]

    def is_plain(self, key: str) -> bool:
        """Return whether there is such a message, which nothing is put into."""
        return key in self._plain[_FALLBACK]

    def _said(self, language: Language, key: str, arguments: Mapping[str, Any]) -> str:
        try:
            return self._others[language][key](arguments)
        except KeyError as error:
            if self._is_strict:
                what = "variable" if key in self._others[language] else "message"
                raise MissingMessage(
                    f"{key!r} in {language}: there is no {what} {error}"
                ) from error
        if language != _FALLBACK:
            return self.translate(_FALLBACK)(key, **arguments)
        return key
