"""The words of the pages, in every language: Fluent files in `i18n/<language>/<room>.ftl`."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

from babel.plural import PluralRule
from fluent.runtime import FluentBundle
from fluent.runtime.resolver import CurrentEnvironment, ResolverEnvironment
from fluent.runtime.types import FluentType
from fluent.syntax import FluentParser, ast

from services.portal.domain.visitor import LANGUAGES, Language

I18N = Path(__file__).parents[1] / "i18n"
_FALLBACK: Language = "en"
_PLURALS: Mapping[str, dict[str, str]] = {"en": {"one": "i = 1 and v = 0"}, "zh-CN": {}}
"""As Unicode's CLDR has them; all that is not named is `other`."""
_MAX_ARGUMENT = 2000
"""Characters of a text that stands in a message; Fluent takes 2,500 for an attack."""


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
        self._bundles: dict[Language, FluentBundle] = {}
        self._plain: dict[Language, dict[str, str]] = {}
        """Messages that nothing is put into, which are most."""
        for language in LANGUAGES:
            bundle = _Bundle([language], use_isolating=False)
            plain: dict[str, str] = {}
            for path in sorted((folder / language).glob("*.ftl")):
                resource = FluentParser(with_spans=False).parse(path.read_text("utf-8"))
                said = _plain_of(resource)
                plain.update(said)
                # what is a text is kept as one: its syntax tree is thirty times as large
                resource.body = [each for each in resource.body if _name_of(each) not in said]
                bundle.add_resource(resource)
            self._bundles[language], self._plain[language] = bundle, plain

    def translate(self, language: Language) -> Translate:
        """Return what says messages in the language."""
        plain = self._plain[language]

        def t(key: str, /, **arguments: Any) -> str:
            said = plain.get(key)
            return said if said is not None else self._formatted(language, key, arguments)

        return t

    def has(self, key: str) -> bool:
        """Return whether there is such a message."""
        return key in self._plain[_FALLBACK] or self._bundles[_FALLBACK].has_message(key)

    def is_plain(self, key: str) -> bool:
        """Return whether there is such a message, which nothing is put into."""
        return key in self._plain[_FALLBACK]

    def _formatted(self, language: Language, key: str, arguments: Mapping[str, Any]) -> str:
        for each in (language, _FALLBACK):
            bundle = self._bundles[each]
            if not self._is_strict and key in self._plain[each]:
                return self._plain[each][key]
            if not bundle.has_message(key) or (pattern := bundle.get_message(key).value) is None:
                if self._is_strict:
                    raise MissingMessage(f"there is no message {key!r} in {each}")
                continue
            given = CurrentEnvironment({name: _argument(each) for name, each in arguments.items()})
            faults: list[Exception] = []
            # what `format_pattern` does, but for its numbers, which ask a language's whole data
            said = pattern(ResolverEnvironment(bundle, faults, current=given))
            if faults and self._is_strict:
                raise MissingMessage(f"the message {key!r} in {each}: {faults[0]}")
            return str(said)
        return key


def _plain_of(resource: ast.Resource) -> dict[str, str]:
    return {
        entry.id.name: entry.value.elements[0].value
        for entry in resource.body
        if isinstance(entry, ast.Message)
        and entry.value is not None
        and len(entry.value.elements) == 1
        and isinstance(entry.value.elements[0], ast.TextElement)
    }


def _name_of(entry: ast.EntryType) -> str:
    return entry.id.name if isinstance(entry, ast.Message) else ""


def _argument(value: Any) -> Any:
    """Return what stands in a message for the value."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return _Whole(value)
    if isinstance(value, float):
        return _Decimal(value)
    text = str(value)
    return f"{text[:_MAX_ARGUMENT]}…" if len(text) > _MAX_ARGUMENT else text


class _Whole(int, FluentType):
    def format(self, locale: Any) -> str:
        return f"{self:,}"


class _Decimal(float, FluentType):
    def format(self, locale: Any) -> str:
        return f"{self:,.1f}"


class _Bundle(FluentBundle):
    """A bundle that knows of its language what these pages need, how one is told from several:
    everything that there is to know of a language takes 5 MB.
    """

    def _get_babel_locale(self) -> Any:
        return SimpleNamespace(plural_form=PluralRule(_PLURALS[self.locales[0]]))
