"""The words of the pages, in every language: Fluent files in `i18n/<language>/<room>.ftl`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import ast

from services.portal.domain.visitor import LANGUAGES, Language

I18N = Path(__file__).parents[1] / "i18n"
_FALLBACK: Language = "en"
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
            bundle = FluentBundle([language, "en"], use_isolating=False)
            plain: dict[str, str] = {}
            for path in sorted((folder / language).glob("*.ftl")):
                resource = FluentResource(path.read_text("utf-8"))
                bundle.add_resource(resource)
                plain.update(_plain_of(resource))
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
        return self._bundles[_FALLBACK].has_message(key)

    def is_plain(self, key: str) -> bool:
        """Return whether there is such a message, which nothing is put into."""
        return key in self._plain[_FALLBACK]

    def _formatted(self, language: Language, key: str, arguments: Mapping[str, Any]) -> str:
        for each in (language, _FALLBACK):
            bundle = self._bundles[each]
            if not bundle.has_message(key) or (pattern := bundle.get_message(key).value) is None:
                if self._is_strict:
                    raise MissingMessage(f"there is no message {key!r} in {each}")
                continue
            said, faults = bundle.format_pattern(
                pattern, {name: _cut(value) for name, value in arguments.items()}
            )
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


def _cut(value: Any) -> Any:
    return (
        f"{value[:_MAX_ARGUMENT]}…"
        if isinstance(value, str) and len(value) > _MAX_ARGUMENT
        else value
    )
