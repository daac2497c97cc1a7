"""The questions of the scale bench: none is forgotten, and each is asked about a sample."""

from tests.bench.scale.questions import QUESTIONS, filled, unasked


def test_a_get_that_no_question_is_about_is_named() -> None:
    openapi: dict[str, dict[str, dict[str, object]]] = {
        "paths": {"/v1/tickets": {"get": {}, "post": {}}, "/v1/lifts": {"get": {}}, "/v1/lifts/{id}/events": {"get": {}}}
    }

    assert unasked("tickets", openapi) == ["/v1/lifts"]


def test_a_sample_stands_where_it_is_asked_for_whatever_signs_it_has() -> None:
    assert filled("/v1/tickets/{ticket_id}/{other}", {"ticket": "a b/c"}) == "/v1/tickets/a%20b%2Fc/{other}"
    assert filled("{ticket}", {"ticket": "a b"}, quoting=False) == "a b"


def test_every_question_has_a_name_of_its_own() -> None:
    names = [question.name for question in QUESTIONS]

    assert len(set(names)) == len(names)
