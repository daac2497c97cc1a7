"""What a category asks about a report, and whether an answer fits."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.contracts.categories import Lack, MissingAnswer
from shared.errors import Invalid
from shared.shortening import shortened

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_LANGUAGES = ("zh-CN", "en")
_NAME_LENGTH = 60
_NAMES_LENGTH = 480
"""Characters of a question, and of all questions in one language, that are told with a ticket which
lacks their answers: so that the longest report still fits.
"""


class QuestionKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    PHOTO = "photo"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One of the answers to a choice."""

    code: str
    names: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something to ask about a report; a required one whose answer is not there, or does not fit,
    marks the ticket `needs_info`.

    `min`, `max` (inclusive) and `unit` are a number's, `options` a choice's.
    """

    code: str
    names: Mapping[str, str]
    required: bool = True
    kind: QuestionKind = QuestionKind.TEXT
    min: float | None = None
    max: float | None = None
    unit: str | None = None
    options: tuple[Option, ...] = ()


def missing_answers(
    questions: Iterable[Question],
    answers: Mapping[str, str],
    *,
    photos: Collection[UUID] = (),
    before: Iterable[MissingAnswer] = (),
    at: datetime,
) -> tuple[MissingAnswer, ...]:
    """Return the questions whose answers are demanded and not there, or do not fit, in their order.
    `photos` are those on the ticket. What was lacking `before` has been so since then, the rest
    since `at`.
    """
    since = {each.question: each.asked_at for each in before}
    lacking = [
        (question, why)
        for question in questions
        if (why := lack_of(question, answers.get(question.code, ""), photos)) is not None
    ]
    longest = min(_NAME_LENGTH, _NAMES_LENGTH // max(1, len(lacking)))
    return tuple(
        MissingAnswer(
            question=question.code,
            why=why,
            asked_at=since.get(question.code, at),
            names=_as_put(question.names, longest),
            required=question.required,
        )
        for question, why in lacking
    )


def holds_up(missing: Iterable[MissingAnswer]) -> bool:
    """Return whether one of the missing answers is required."""
    return any(each.required for each in missing)


def lack_of(question: Question, answer: str, photos: Collection[UUID] = ()) -> Lack | None:
    """Return what is wrong with the answer to the question; None where it fits, and where none is
    demanded. A photo is answered by the id of one of the `photos` on the ticket.
    """
    said = _folded(answer)
    if not said:
        return Lack.UNANSWERED if question.required else None
    match question.kind:
        case QuestionKind.TEXT:
            return None
        case QuestionKind.NUMBER:
            return _lack_of_number(question, said)
        case QuestionKind.CHOICE:
            return None if said in _accepted(question.options) else Lack.NOT_AN_OPTION
        case QuestionKind.PHOTO:
            return None if _is_one_of(photos, answer) else Lack.NOT_A_PHOTO


def said_in(questions: Iterable[Question], answers: Mapping[str, str]) -> Iterator[str]:
    """Yield what was said by the answers: themselves, and for a choice what the chosen option is
    called.
    """
    yield from answers.values()
    for question in questions:
        said = _folded(answers.get(question.code, ""))
        for option in question.options if said else ():
            if said in _accepted([option]):
                yield from option.names.values()


def _lack_of_number(question: Question, said: str) -> Lack | None:
    """Return what is wrong with the number; it may be said with its unit: `2.5 m`, 「３０㎡」."""
    number = said.removesuffix(_folded(question.unit or "")).strip()
    if not _NUMBER.fullmatch(number):
        return Lack.NOT_A_NUMBER
    value = Decimal(number)
    if question.min is not None and value < Decimal(str(question.min)):
        return Lack.TOO_SMALL
    if question.max is not None and value > Decimal(str(question.max)):
        return Lack.TOO_LARGE
    return None


def _accepted(options: Sequence[Option]) -> frozenset[str]:
    """Return the answers to a choice, folded: the codes, and the names in any language."""
    named = (name for option in options for name in (option.code, *option.names.values()))
    return frozenset(_folded(name) for name in named)


def _is_one_of(photos: Collection[UUID], answer: str) -> bool:
    try:
        return UUID(answer.strip()) in photos
    except ValueError:
        return False


def _folded(said: str) -> str:
    return unicodedata.normalize("NFKC", said).strip().casefold()


def _as_put(names: Mapping[str, str], longest: int) -> dict[str, str]:
    """Return the names in the languages that messages are written in, where there are any, of at
    most `longest` characters.
    """
    by_language = {language: _name_in(language, names) for language in _LANGUAGES}
    return {language: shortened(name, longest) for language, name in by_language.items() if name}


def _name_in(language: str, names: Mapping[str, str]) -> str | None:
    family = language.split("-", 1)[0]
    alike = (name for tag, name in names.items() if tag.lower().split("-", 1)[0] == family)
    return names.get(language) or next((name for name in alike if name), None)


def check_questions(questions: Sequence[Question], *, field: str) -> None:
    """Raise Invalid for what another kind of question has, a range without a number in it, and a
    choice without options; `field` is the JSON pointer of the questions.
    """
    for n, question in enumerate(questions):
        for name, reason, words in _faults(question):
            raise Invalid(words, field=f"{field}/{n}/{name}", reason=reason)


def _faults(question: Question) -> Iterator[tuple[str, str, str]]:
    """Yield the field and what is wrong with it, for programs and in English."""
    if question.kind is not QuestionKind.NUMBER:
        for name in ("min", "max", "unit"):
            if getattr(question, name) is not None:
                words = f"Only a number has it, and this is a {question.kind.value}."
                yield name, "only_of_a_number", words
    elif question.min is not None and question.max is not None and question.min > question.max:
        yield "max", "range_reversed", "It must not be less than min."
    if question.kind is not QuestionKind.CHOICE:
        if question.options:
            words = f"Only a choice has them, and this is a {question.kind.value}."
            yield "options", "only_of_a_choice", words
    elif not question.options:
        yield "options", "no_options", "A choice needs at least one option."
