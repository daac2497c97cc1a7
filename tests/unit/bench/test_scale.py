"""The scale bench: no question is forgotten, answers are alike, and what was measured is shown."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fettle.home import CHECKOUT, SERVICES
from tests.bench.scale.asking import Answer, NotAlike, ask_in_turns, items_in
from tests.bench.scale.chart import draw
from tests.bench.scale.cluster import NoRoom, demand_room
from tests.bench.scale.figures import Measured, compared
from tests.bench.scale.page import write_page
from tests.bench.scale.questions import QUESTIONS, unasked
from tests.bench.scale.samples import filled

MEASURED: Measured = {
    "tickets /v1/tickets q=a&b<c": compared(2.0, 2.1, buffers=1234),
    "dispatch start": compared(1500.0, 4500.0),
}


def test_a_get_that_no_question_is_about_is_named() -> None:
    openapi: dict[str, dict[str, dict[str, object]]] = {
        "paths": {
            "/v1/tickets": {"get": {}, "post": {}},
            "/v1/lifts": {"get": {}},
            "/v1/lifts/{id}/events": {"get": {}},
        }
    }

    assert unasked("tickets", openapi) == ["/v1/lifts"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_get_that_there_is_has_a_question(service: str) -> None:
    page = CHECKOUT / "docs" / "reference" / "openapi" / f"{service}.json"

    assert unasked(service, json.loads(page.read_text(encoding="utf-8"))) == []


def test_a_sample_stands_where_it_is_asked_for_whatever_signs_it_has() -> None:
    assert (
        filled("/v1/tickets/{ticket_id}/{other}", {"ticket": "a b/c"})
        == "/v1/tickets/a%20b%2Fc/{other}"
    )
    assert filled("{ticket}", {"ticket": "a b"}, quoting=False) == "a b"


def test_every_question_has_a_name_of_its_own() -> None:
    names = [question.name for question in QUESTIONS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("answer", "items"),
    [
        ({"items": [1, 2], "unread": 7}, 2),
        ({"open": [1], "at_risk": [], "breached": [2, 3]}, 3),
        ([1], 0),
    ],
)
def test_what_an_answer_lists_is_counted(answer: object, items: int) -> None:
    assert items_in(answer) == items


def test_a_full_page_is_not_compared_with_a_short_one() -> None:
    with pytest.raises(NotAlike, match="jobs: the empty instance lists 3, the full one 50"):
        ask_in_turns(lambda: Answer(1.0, 3), lambda: Answer(1.0, 50), name="jobs")


def test_turns_are_medians_without_the_first() -> None:
    answers = iter([900.0, *range(1, 10)])

    turns = ask_in_turns(lambda: Answer(next(answers), 1), lambda: Answer(7.0, 1), name="jobs")

    assert (turns.empty_ms, turns.full_ms, turns.asked) == (5.0, 7.0, 10)


def test_the_picture_shows_every_question_and_what_grew() -> None:
    picture = ElementTree.fromstring(draw(MEASURED, title="100,000 tickets"))

    rows = list(picture.iter("{http://www.w3.org/2000/svg}g"))
    said = ["".join(row.itertext()) for row in rows]
    dots = [
        float(circle.attrib["cx"]) for circle in picture.iter("{http://www.w3.org/2000/svg}circle")
    ]
    assert ["q=a&b<c" in said[0], "× 1.05" in said[0], "× 3.00" in said[1]] == [True, True, True]
    assert ["late" in str(ElementTree.tostring(row)) for row in rows] == [False, True]
    assert dots[0] < dots[1] < dots[2] < dots[3], "few before many, milliseconds before seconds"


def test_the_page_begins_with_what_grew_most() -> None:
    lines = write_page(MEASURED, title="100,000 tickets").splitlines()

    assert lines[0] == "100,000 tickets: 1 of 2 within × 1.2."
    assert lines[4:] == [
        "| dispatch start | 1,500 | 4,500 | 3.00 |  |",
        "| tickets `/v1/tickets` q=a&b<c | 2.0 | 2.1 | 1.05 | 1,234 |",
    ]


def test_a_filling_for_which_the_disk_has_no_room_is_refused_with_what_would_fit(
    tmp_path: Path,
) -> None:
    too_many = shutil.disk_usage(tmp_path).free // 1000

    with pytest.raises(
        NoRoom, match=r"tickets take about .* GB in .* are free: make room, set TMPDIR .* ROWS=\d+"
    ):
        demand_room(too_many, tmp_path)
