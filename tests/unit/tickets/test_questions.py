"""What a category asks, and which answers fit."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.tickets.domain.intake import MAX_ANSWERS, Report, open_ticket_for
from services.tickets.domain.places import Whereabouts
from services.tickets.domain.questions import (
    Option,
    Question,
    QuestionKind,
    holds_up,
    lack_of,
    missing_answers,
    said_in,
)
from services.tickets.domain.site import Category, check_site
from shared.contracts import Window
from shared.contracts.categories import Lack
from shared.errors import Invalid
from tests.unit.tickets.arranging import SITE, TICKET_ID, after

NUMBER = Question(
    code="area", names={}, kind=QuestionKind.NUMBER, min=0.5, max=300, unit="㎡", required=False
)
CHOICE = Question(
    code="valve",
    names={"zh-CN": "总阀关了吗？", "en": "Is the main valve shut?"},
    kind=QuestionKind.CHOICE,
    options=(
        Option(code="yes", names={"zh-CN": "关了", "en": "Shut"}),
        Option(code="no", names={"zh-CN": "没关", "en": "Open"}),
    ),
)
PHOTO = Question(code="photo", names={}, kind=QuestionKind.PHOTO)
TEXT = Question(code="since", names={"zh": "从什么时候开始？"})
ATTACHMENT = "019a0000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("question", "answer", "lack"),
    [
        (TEXT, "Monday", None),
        (TEXT, " ", Lack.UNANSWERED),
        (NUMBER, "", None),
        (NUMBER, "30", None),
        (NUMBER, "30.5", None),
        (NUMBER, "+0.5", None),
        (NUMBER, "300", None),
        (NUMBER, "３０ ㎡", None),
        (NUMBER, "30 m2", None),
        (NUMBER, "0.4", Lack.TOO_SMALL),
        (NUMBER, "-30", Lack.TOO_SMALL),
        (NUMBER, "300.1", Lack.TOO_LARGE),
        (NUMBER, "9" * 40, Lack.TOO_LARGE),
        (NUMBER, "9" * 41, Lack.NOT_A_NUMBER),
        (NUMBER, "about thirty", Lack.NOT_A_NUMBER),
        (NUMBER, "30 m", Lack.NOT_A_NUMBER),
        (NUMBER, "1e3", Lack.NOT_A_NUMBER),
        (NUMBER, "nan", Lack.NOT_A_NUMBER),
        (NUMBER, "1,5", Lack.NOT_A_NUMBER),
        (NUMBER, "٣", Lack.NOT_A_NUMBER),
        (replace(NUMBER, required=True), "", Lack.UNANSWERED),
        (replace(NUMBER, min=None, max=None, unit=None), "-9999999", None),
        (CHOICE, "yes", None),
        (CHOICE, " YES ", None),
        (CHOICE, "关了", None),
        (CHOICE, "ｏｐｅｎ", None),
        (CHOICE, "maybe", Lack.NOT_AN_OPTION),
        (CHOICE, "", Lack.UNANSWERED),
        (PHOTO, ATTACHMENT, None),
        (PHOTO, ATTACHMENT.upper(), None),
        (PHOTO, ATTACHMENT[:-1] + "0", Lack.NOT_A_PHOTO),
        (PHOTO, "kitchen.jpg", Lack.NOT_A_PHOTO),
        (replace(PHOTO, required=False), "", None),
    ],
)
def test_an_answer_fits_its_kind_of_question_or_lacks_something(
    question: Question, answer: str, lack: Lack | None
) -> None:
    assert lack_of(question, answer, photos=(UUID(ATTACHMENT),)) is lack


def test_missing_answers_come_in_the_order_of_the_questions_and_as_they_are_put() -> None:
    missing = missing_answers((CHOICE, TEXT, PHOTO), {"since": "Monday"}, at=after())

    assert [(each.question, each.why, each.asked_at) for each in missing] == [
        ("valve", Lack.UNANSWERED, after()),
        ("photo", Lack.UNANSWERED, after()),
    ]
    assert [each.names for each in missing] == [dict(CHOICE.names), {}]


def test_a_question_is_told_in_the_languages_of_messages_and_not_at_any_length() -> None:
    long = "how far is it " * 20
    names = {"zh": "有多远？", "EN-gb": long, "de": "Wie weit?"}

    [missing] = missing_answers([replace(TEXT, names=names)], {}, at=after())

    assert missing.names.keys() == {"zh-CN", "en"}
    assert missing.names["zh-CN"] == "有多远？"
    assert len(missing.names["en"]) <= 60
    assert missing.names["en"].startswith("how far is it how far")


def test_what_was_asked_before_was_asked_then_whatever_is_wrong_now() -> None:
    before = missing_answers((CHOICE,), {}, at=after())

    missing = missing_answers(
        (CHOICE, PHOTO), {"valve": "perhaps"}, before=before, at=after(hours=1)
    )

    assert [(each.question, each.why, each.asked_at) for each in missing] == [
        ("valve", Lack.NOT_AN_OPTION, after()),
        ("photo", Lack.UNANSWERED, after(hours=1)),
    ]


def test_an_answer_that_no_one_demanded_is_named_and_holds_nothing_up() -> None:
    missing = missing_answers((NUMBER,), {"area": "large"}, at=after())

    assert [(each.question, each.why, each.required) for each in missing] == [
        ("area", Lack.NOT_A_NUMBER, False)
    ]
    assert not holds_up(missing)
    assert holds_up(missing_answers((NUMBER, TEXT), {"area": "large"}, at=after()))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("yes", ["yes", "关了", "Shut"]),
        ("没关", ["没关", "没关", "Open"]),
        ("perhaps", ["perhaps"]),
        ("", [""]),
    ],
)
def test_who_chooses_an_option_says_what_it_is_called(answer: str, said: list[str]) -> None:
    assert list(said_in((CHOICE, TEXT), {"valve": answer})) == said


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (replace(TEXT, min=1), "/categories/0/questions/0/min"),
        (replace(TEXT, max=1), "/categories/0/questions/0/max"),
        (replace(CHOICE, unit="m"), "/categories/0/questions/0/unit"),
        (replace(NUMBER, options=CHOICE.options), "/categories/0/questions/0/options"),
        (replace(NUMBER, min=2, max=1), "/categories/0/questions/0/max"),
        (replace(CHOICE, options=()), "/categories/0/questions/0/options"),
        (replace(CHOICE, options=CHOICE.options * 2), "/categories/0/questions/0/options"),
    ],
)
def test_a_question_that_cannot_be_is_refused_with_the_field(
    question: Question, field: str
) -> None:
    asking: Any = Category(code="survey", names={}, questions=(question,))

    with pytest.raises(Invalid) as refused:
        check_site(replace(SITE, categories=(asking,)))

    assert refused.value.details["field"] == field


def test_questions_of_every_kind_can_be() -> None:
    asking = Category(code="survey", names={}, questions=(TEXT, NUMBER, CHOICE, PHOTO))

    check_site(replace(SITE, categories=(asking,)))


@pytest.mark.parametrize("sign", ["\U0001f4a7", "\\", "水"])
def test_the_longest_report_fits_with_all_that_it_lacks(sign: str) -> None:
    names = {"zh-CN": sign * 200, "en": sign * 200}
    questions = tuple(Question(code=f"{n:040}", names=names) for n in range(20))
    asking = Category(code="c" * 40, names={}, questions=questions)
    window = Window(start=after(days=1, microseconds=1), end=after(days=2, microseconds=1))
    report = Report(
        site_id="demo",
        category=asking.code,
        title=sign * 200,
        description="水管爆了 " + sign * 3995,
        where=Whereabouts(
            unit=sign * 200, spot=sign * 200, address=sign * 200, lat=31.1, lon=121.1
        ),
        answers={f"{sign * 58}{n:02}": sign * 300 for n in range(MAX_ANSWERS)},
        preferred_windows=(window,) * 3,
        reporter_id=sign * 255,
    )

    understood = open_ticket_for(
        report,
        replace(SITE, categories=(asking,)),
        by=sign * 255,
        id=TICKET_ID,
        reference="DEMO-1001-A",
        at=after(),
    )

    assert len(understood.ticket.missing) == 20
    assert understood.danger == ("爆管",)
