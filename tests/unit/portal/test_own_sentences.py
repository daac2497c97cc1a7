"""Sentences of the portal on tickets, to readers of another language."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.portal.domain.visitor import Language
from services.portal.pages.own_sentences import said_anew
from services.portal.pages.page import Page
from tests.support.messages import strict_messages


def _page(language: Language) -> Page:
    state: Any = SimpleNamespace(messages=strict_messages())
    return cast(Page, SimpleNamespace(state=state, t=strict_messages().translate(language)))


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
    assert said_anew(_page(language), written) == said
