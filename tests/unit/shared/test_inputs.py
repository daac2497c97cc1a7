"""What several services take in their requests."""

from typing import Annotated

import pytest
from pydantic import StringConstraints, TypeAdapter, ValidationError

from shared.http.fields import ShortWords, Storable
from shared.http.inputs import Language, LocationIn, SkillIn, WindowIn

LANGUAGE = TypeAdapter[str](Language)


@pytest.mark.parametrize("tag", ["en", "zh", "zh-CN", "zh-Hans-CN", "es-419", "fil", "sl-rozaj"])
def test_a_language_is_a_tag_of_at_most_three_parts(tag: str) -> None:
    assert LANGUAGE.validate_python(tag) == tag


@pytest.mark.parametrize(
    "tag", ["", "e", "EN", "english", "zh_CN", "zh-", "zh-x", "a-b-c-d", "en\n"]
)
def test_what_is_no_tag_is_no_language(tag: str) -> None:
    with pytest.raises(ValidationError):
        LANGUAGE.validate_python(tag)


@pytest.mark.parametrize("end", ["2026-05-01T10:00:00Z", "2026-05-01T17:59:59+08:00"])
def test_a_window_ends_after_its_start_and_the_end_is_to_blame(end: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        WindowIn.model_validate({"start": "2026-05-01T10:00:00Z", "end": end})

    assert [(error["loc"], error["msg"]) for error in wrong.value.errors()] == [
        (("end",), "Value error, has to come after `start`")
    ]


def test_a_window_whose_start_is_wrong_is_not_blamed_for_its_end() -> None:
    with pytest.raises(ValidationError) as wrong:
        WindowIn.model_validate({"start": "yesterday", "end": "2026-05-01T10:00:00Z"})

    assert [error["loc"] for error in wrong.value.errors()] == [("start",)]


def test_a_location_is_on_the_earth() -> None:
    edges = [LocationIn(lat=90, lon=180), LocationIn(lat=-90, lon=-180)]

    for lat, lon in ((90.1, 0), (0, -180.1), ("31.2", 0), (True, 0)):
        with pytest.raises(ValidationError):
            LocationIn.model_validate({"lat": lat, "lon": lon})
    assert [edge.lat for edge in edges] == [90, -90]


@pytest.mark.parametrize("level", [0, 6, "2", 1.0, True])
def test_a_skill_has_a_level_from_one_to_five(level: object) -> None:
    usual = SkillIn(code="plumbing").skill()

    with pytest.raises(ValidationError):
        SkillIn.model_validate({"code": "plumbing", "level": level})
    assert (usual.code, usual.level) == ("plumbing", 1)


def test_a_text_is_as_long_as_it_was_sent() -> None:
    words = TypeAdapter[str](ShortWords)

    assert words.validate_python(" " * 50 + "x" * 150) == "x" * 150
    with pytest.raises(ValidationError, match="at most 200 characters"):
        words.validate_python("x" * 150 + "\v" * 51)


def test_a_pattern_is_not_hidden_from_the_contract() -> None:
    with pytest.raises(TypeError, match="would hide it"):
        TypeAdapter(Annotated[str, StringConstraints(pattern="^x$"), Storable])
