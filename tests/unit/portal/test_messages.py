"""The words of the pages: all there in both languages, all of use, and none anywhere else."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, FluentSerializer
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor

from services.portal.adapters.messages import I18N, Messages, MissingMessage
from services.portal.adapters.rendering import TEMPLATES
from services.portal.domain.visitor import LANGUAGES, Language
from tests.support.messages import strict_messages

PORTAL = I18N.parent
_ASKED_IN_TEMPLATE = re.compile(r"""\bt\(\s*["']([\w-]+)["']\s*[,)]""")
_QUOTED = re.compile(r"""["'`]([a-z][a-z0-9]*(?:-[a-z0-9]+)*-?)["'`$]""")
_BEGINNING = re.compile(r"""["'`]([a-z][a-z0-9-]*-)(?:["'`]\s*~|["'`]\s*\+|\$?\{)""")
_OF_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_NOT_READ = re.compile(r"<(kbd|script|style|title data-mark)\b.*?</\1>", re.DOTALL)
_SPOKEN = re.compile(r"""\b(?:alt|title|placeholder|aria-label|summary)="([^"]*)\"""")
_ATTRIBUTE = re.compile(r"\b[a-z][a-z-]*=\"[^\"]*\"")
"""Of a macro that gives what stands in a tag."""
_ENTITY = re.compile(r"&#?\w+;")
_LETTERS = re.compile(r"[^\W\d_]")


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: fluent.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


@cache
def _messages(language: Language) -> dict[str, fluent.Message]:
    found: dict[str, fluent.Message] = {}
    for path in sorted((I18N / language).glob("*.ftl")):
        resource = FluentParser().parse(path.read_text("utf-8"))
        for entry in resource.body:
            if isinstance(entry, fluent.Junk):
                raise AssertionError(f"{path.name}: {entry.content}")
            if isinstance(entry, fluent.Message):
                assert entry.id.name not in found, f"{entry.id.name} stands twice in {language}"
                found[entry.id.name] = entry
    return found


def _variables(message: fluent.Message) -> set[str]:
    found = _Variables()
    found.visit(message)
    return found.names


def _templates() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        yield path.relative_to(PORTAL).as_posix(), path.read_text("utf-8")


def _literals(tree: ast.AST) -> Iterator[str]:
    """Yield texts of a Python file; of an f-string what stands before its first value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _texts() -> Iterator[str]:
    """Yield every text in the portal that may be a key, or the beginning of keys."""
    for path in PORTAL.rglob("*.py"):
        yield from _literals(ast.parse(path.read_text("utf-8")))
    for path in [*TEMPLATES.rglob("*.html"), *(PORTAL / "static").rglob("*.js")]:
        text = path.read_text("utf-8")
        yield from _QUOTED.findall(text)
        yield from _BEGINNING.findall(text)


def _asked_for() -> Iterator[tuple[str, str]]:
    """Yield the keys that are asked for in so many letters, with the file."""
    for name, text in _templates():
        for key in _ASKED_IN_TEMPLATE.findall(text):
            yield name, key
    for path in PORTAL.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else ""
            called = function.id if isinstance(function, ast.Name) else called
            given = [*(node.args[:1] if called == "t" else [])]
            given += [each.value for each in node.keywords if each.arg == "said"]
            for each in given:
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield path.name, each.value


def test_each_message_is_there_in_every_language() -> None:
    of_all = {language: set(_messages(language)) for language in LANGUAGES}

    assert of_all["zh-CN"] - of_all["en"] == set()
    assert of_all["en"] - of_all["zh-CN"] == set()


def test_a_message_is_given_the_same_in_every_language() -> None:
    different = {
        key
        for key, message in _messages("en").items()
        if _variables(message) != _variables(_messages("zh-CN")[key])
    }

    assert different == set()


def test_every_message_that_is_asked_for_is_there() -> None:
    missing = {(file, key) for file, key in _asked_for() if key not in _messages("en")}

    assert missing == set()


def test_every_message_is_of_use() -> None:
    texts = set(_texts())
    beginnings = tuple(text for text in texts if re.fullmatch(r"[a-z][a-z0-9-]*-", text))

    unused = {key for key in _messages("en") if key not in texts and not key.startswith(beginnings)}

    assert unused == set()


def test_no_message_has_tags_in_it() -> None:
    serializer = FluentSerializer()

    with_tags = {
        (language, key)
        for language in LANGUAGES
        for key, message in _messages(language).items()
        if "<" in serializer.serialize_entry(message)
    }

    assert with_tags == set()


def test_no_template_says_anything_by_itself() -> None:
    said = []
    for name, text in _templates():
        html = _OF_JINJA.sub("\x00", text)
        spoken = [each.replace("\x00", "") for each in _SPOKEN.findall(html)]
        said += [(name, each) for each in spoken if _LETTERS.search(each)]
        words = _ATTRIBUTE.sub("", _TAG.sub("\x00", _NOT_READ.sub("", html)))
        words = _ENTITY.sub(" ", words)
        said += [
            (name, word.strip()) for word in re.split(r"[\x00\n]", words) if _LETTERS.search(word)
        ]

    assert said == []


def test_a_missing_message_fails_in_development_and_is_said_in_english_in_production(
    tmp_path: Path,
) -> None:
    for language, text in (("zh-CN", "one = 一\n"), ("en", "one = one\ntwo = two { $n }\n")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "words.ftl").write_text(text)

    strict = Messages(tmp_path, is_strict=True).translate("zh-CN")
    lenient = Messages(tmp_path, is_strict=False).translate("zh-CN")

    assert strict("one") == lenient("one") == "一"
    for key in ("two", "three"):
        with pytest.raises(MissingMessage):
            strict(key, n=1)
    assert lenient("two", n=2) == "two 2"
    assert lenient("three") == "three"


def test_what_is_put_into_a_message_is_neither_isolated_nor_endless() -> None:
    t = strict_messages().translate("en")

    assert t("error-trace", trace="王" * 5000).count("王") == 2000
    assert "\u2068" not in t("error-trace", trace="a")


@pytest.mark.parametrize(
    ("count", "zh", "en"),
    [(0, "0 天", "0 days"), (1, "1 天", "1 day"), (1200, "1,200 天", "1,200 days")],
)
def test_one_is_told_from_several(count: int, zh: str, en: str) -> None:
    messages = strict_messages()

    assert messages.translate("zh-CN")("moment-days", count=count) == zh
    assert messages.translate("en")("moment-days", count=count) == en


def test_a_number_with_a_fraction_has_one_place() -> None:
    assert strict_messages().translate("en")("moment-minutes", count=2.25) == "2.2 min"
