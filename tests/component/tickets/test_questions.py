"""What a category asks: kept as said when it does not fit, and named until it does."""

from typing import Any

import pytest

from tests.component.tickets.arranging import DEMO, Tickets
from tests.component.tickets.attaching import attach
from tests.component.tickets.test_amending import amend
from tests.support.images import an_image

PHOTO_ID = "019a0000-0000-7000-8000-000000000001"
SURVEY = {
    "code": "renovation",
    "questions": [
        {"code": "since"},
        {
            "code": "area",
            "kind": "number",
            "min": 1,
            "max": 500,
            "unit": "㎡",
            "names": {"zh-CN": "多大面积？", "en": "How large?"},
        },
        {
            "code": "wall",
            "kind": "choice",
            "required": False,
            "options": [{"code": "yes", "names": {"zh-CN": "要拆"}}, {"code": "no"}],
        },
        {"code": "plan", "kind": "photo"},
    ],
}
WITH_SURVEY = {**DEMO, "categories": [*DEMO["categories"], SURVEY]}
FITTING = {"since": "Monday", "area": "30 ㎡", "wall": "要拆", "plan": PHOTO_ID}


async def put(tickets: Tickets, body: dict[str, Any], status: int = 200) -> Any:
    return await tickets.send(
        "PUT", "sites/demo", body, as_="admin", headers={"If-Match": '"1"'}, status=status
    )


@pytest.fixture
async def survey(tickets: Tickets) -> Tickets:
    await put(tickets, WITH_SURVEY)
    return tickets


def whys(ticket: Any) -> dict[str, str]:
    return {each["question"]: each["why"] for each in ticket["missing"]}


async def test_questions_are_read_as_they_were_put_and_those_of_before_are_texts(
    survey: Tickets,
) -> None:
    site = await survey.send("GET", "sites/demo")
    lock, renovation = site["categories"][2], site["categories"][4]

    assert [(each["code"], each["kind"]) for each in lock["questions"]] == [
        ("which_door", "text"),
        ("since", "text"),
    ]
    [_, area, wall, plan] = renovation["questions"]
    assert {name: area[name] for name in ("kind", "min", "max", "unit", "options")} == {
        "kind": "number",
        "min": 1,
        "max": 500,
        "unit": "㎡",
        "options": [],
    }
    assert [option["code"] for option in wall["options"]] == ["yes", "no"]
    assert (plan["kind"], plan["min"], plan["required"]) == ("photo", None, True)


@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ({"kind": "colour"}, "kind"),
        ({"kind": "text", "min": 1}, "min"),
        ({"kind": "number", "min": 2, "max": 1}, "max"),
        ({"kind": "number", "min": "2"}, "min"),
        ({"kind": "number", "min": True}, "min"),
        ({"kind": "choice"}, "options"),
        ({"kind": "choice", "options": [{"code": "a"}, {"code": "a"}]}, "options"),
        ({"kind": "choice", "options": [{"code": "a"}] * 31}, "options"),
        ({"kind": "choice", "options": [{"code": "A B"}]}, "options/0/code"),
        ({"kind": "photo", "unit": "m"}, "unit"),
        ({"kind": "number", "unit": "x" * 41}, "unit"),
    ],
)
async def test_a_question_that_cannot_be_is_refused_with_its_place(
    tickets: Tickets, question: dict[str, Any], pointer: str
) -> None:
    category = {"code": "x", "questions": [{"code": "q", **question}]}

    refused = await put(tickets, {**DEMO, "categories": [category]}, status=422)

    field = refused.get("field") or refused["errors"][0]["pointer"]
    assert field == f"/categories/0/questions/0/{pointer}"


async def test_answers_that_fit_leave_nothing_to_ask(survey: Tickets) -> None:
    opened = await survey.open(category="renovation", answers=FITTING)
    plan = await attach(survey, opened["id"], an_image("JPEG"))

    answered = await amend(survey, opened, {"answers": {"plan": plan["id"]}}, version=2)

    assert (opened["answers"], whys(opened)) == (FITTING, {"plan": "not_a_photo"})
    assert (answered["needs_info"], answered["missing"]) == (False, [])


async def test_answers_that_do_not_fit_are_kept_as_said_and_named(survey: Tickets) -> None:
    said = {"area": "quite large", "wall": "perhaps", "plan": "see below", "colour": "red"}

    opened = await survey.open(category="renovation", answers=said)

    assert (opened["state"], opened["needs_info"], opened["answers"]) == ("open", True, said)
    assert whys(opened) == {
        "since": "unanswered",
        "area": "not_a_number",
        "wall": "not_an_option",
        "plan": "not_a_photo",
    }
    assert opened["missing"][1]["names"] == {"zh-CN": "多大面积？", "en": "How large?"}
    [fact] = await survey.component.said("tickets.ticket.opened.v1")
    assert [each.question for each in fact.snapshot.missing] == ["since", "area", "wall", "plan"]


@pytest.mark.parametrize("as_", ["resident", "dispatcher"])
async def test_what_is_missing_is_answered_until_all_that_is_required_fits(
    survey: Tickets, as_: str
) -> None:
    opened = await survey.open(category="renovation", answers={"since": "Monday", "wall": "maybe"})

    plan = (await attach(survey, opened["id"], an_image("JPEG")))["id"]
    changed = {"answers": {"area": "1000", "plan": plan}}
    wrong = await amend(survey, opened, changed, as_=as_, version=2)
    right = await amend(survey, wrong, {"answers": {"area": "100"}}, as_=as_)
    undone = await amend(survey, right, {"answers": {"since": None}}, as_=as_)

    assert (wrong["needs_info"], whys(wrong)) == (
        True,
        {"area": "too_large", "wall": "not_an_option"},
    )
    assert wrong["missing"][0]["asked_at"] == opened["missing"][0]["asked_at"]
    assert (right["needs_info"], whys(right)) == (False, {"wall": "not_an_option"})
    assert (undone["needs_info"], whys(undone)["since"]) == (True, "unanswered")
    assert [activity["changed"] for activity in right["activities"]] == [
        ["answers"],
        ["answers", "needs_info"],
    ]


async def test_another_category_asks_its_own_questions(survey: Tickets) -> None:
    opened = await survey.open(answers={"since": "Monday"})

    asked = await amend(survey, opened, {"category": "renovation"}, as_="dispatcher")

    assert (asked["needs_info"], whys(asked)) == (
        True,
        {"area": "unanswered", "plan": "unanswered"},
    )
    assert await survey.said() == ["opened", "reclassified"]


async def test_a_site_of_before_may_be_put_again_as_it_is_read(survey: Tickets) -> None:
    site = await survey.send("GET", "sites/demo", as_="admin")
    body = {name: value for name, value in site.items() if name in WITH_SURVEY}

    again = await survey.send("PUT", "sites/demo", body, as_="admin", headers={"If-Match": '"2"'})

    assert again["version"] == 2


async def test_an_option_that_names_danger_is_danger_whatever_its_code(tickets: Tickets) -> None:
    options = [{"code": "a", "names": {"zh-CN": "冒烟了"}}, {"code": "b", "names": {"en": "Dust"}}]
    question = {"code": "seen", "kind": "choice", "required": False, "options": options}
    complaint = {"code": "x", "nature": "complaint", "road": "desk", "questions": [question]}
    await put(tickets, {**DEMO, "categories": [complaint]})

    smoke = await tickets.open(category="x", description="", answers={"seen": "a"})
    dust = await tickets.open(category="x", description="", answers={"seen": "b"})
    later = await amend(tickets, dust, {"answers": {"seen": "a"}})

    assert [(each["priority"], each["road"]) for each in (smoke, dust, later)] == [
        ("emergency", "dispatch"),
        ("normal", "desk"),
        ("emergency", "dispatch"),
    ]
