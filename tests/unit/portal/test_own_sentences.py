"""Sentences of the portal on tickets, to readers of another language."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.portal.domain.unsent_work import unsent_in_form
from services.portal.domain.visitor import Language
from services.portal.pages.own_sentences import said_anew
from services.portal.pages.page import Page
from tests.support.messages import strict_messages
from tests.unit.portal.desk import NOON

_ZONE = "Asia/Shanghai"
_PRESSED = {"refused": "travel", "refused_at": "2026-03-02T04:05:00.000Z", "refused_status": "409"}


def _page(language: Language) -> Page:
    state: Any = SimpleNamespace(messages=strict_messages())
    t = strict_messages().translate(language)
    return cast(Page, SimpleNamespace(state=state, t=t, now=NOON))


def _note(because: dict[str, Any], **fields: str) -> str:
    unsent = unsent_in_form({**_PRESSED, "refused_because": json.dumps(because), **fields})
    assert unsent is not None
    return unsent.note


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("en", "师傅给住户打了电话。", "The technician called the resident."),
        ("zh-CN", "The technician called the resident.", "师傅给住户打了电话。"),
        ("zh-CN", "The same as DEMO-7K2M", "和 DEMO-7K2M 重复"),
        ("en", "和 DEMO-7K2M 重复", "The same as DEMO-7K2M"),
        ("zh-CN", "The same as DEMO-7K2M.", "和 DEMO-7K2M 是同一件事。"),
        ("en", "师傅给住户打了电话，没人接", "师傅给住户打了电话，没人接"),
        ("zh-CN", "The same as yesterday, still", "The same as yesterday, still"),
    ],
)
def test_a_sentence_of_ours_is_said_anew_and_what_people_wrote_is_left(
    language: Language, written: str, said: str
) -> None:
    assert said_anew(_page(language), written, _ZONE) == said


_GIVEN_TO_CHEN = {
    "code": "not_yours",
    "held_by": "陈海燕",
    "ended_at": "2026-03-02T04:10:00+00:00",
    "said": "给了陈海燕",
    "title": "Conflict",
}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Kept on the technician's phone at 12:05 and not accepted, “Set out”: "
               "It went to 陈海燕 at 12:10.\n换了垫片"),
        ("zh-CN", "师傅手机上 12:05 记的“出发”没有发成功：这单 12:10 已转给 陈海燕。\n换了垫片"),
    ],
)  # fmt: skip
def test_what_a_phone_kept_and_was_not_taken_is_told_each_reader_in_their_language(
    language: Language, said: str
) -> None:
    assert said_anew(_page(language), _note(_GIVEN_TO_CHEN, text="换了垫片"), _ZONE) == said


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"refused_because": "{}", "refused_status": "413"}, "This is too large to be sent."),
        ({"refused_because": "<html>", "refused_status": "9" * 5000}, "This could not be read."),
        ({"refused_because": '{"code": "list_too_long"}'}, "This cannot be done any more"),
        ({"refused_because": json.dumps({"code": "x", "more": "y" * 3000})}, "This cannot be done"),
    ],
)
def test_without_words_of_ours_the_status_says_what_was_not_taken(
    fields: dict[str, str], why: str
) -> None:
    note = _note({}, **fields)

    assert len(note) < 2100
    assert why in said_anew(_page("en"), note, _ZONE)


def test_a_note_that_only_begins_as_one_of_ours_is_left() -> None:
    assert said_anew(_page("en"), "phone_refused again", _ZONE) == "phone_refused again"
