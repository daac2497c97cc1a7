"""Bodies are read without mercy, and without being led into work that grows with the square of
them.
"""

import json
import time

import pytest

from shared.errors import Invalid
from shared.http.problems import BadRequest
from shared.http.strict_json import parse_json


def test_a_key_given_twice_among_many_is_found_at_once() -> None:
    names = [*range(20_000), 19_999]
    body = ("{" + ",".join(f'"{name}":1' for name in names) + "}").encode()
    began = time.process_time()

    with pytest.raises(BadRequest, match="'19999' twice"):
        parse_json(body, "application/json")

    assert time.process_time() - began < 1  # it took eight seconds when every name was counted


@pytest.mark.parametrize(
    "value",
    [[[[1, {"a": []}]]], "[[[{", {"a]": '\\"[', "b": ["\\", "{"] * 40}, ["[" * 100] * 100],
    ids=json.dumps,
)
def test_brackets_in_texts_nest_nothing(value: object) -> None:
    assert parse_json(json.dumps(value).encode(), "application/json") == value


@pytest.mark.parametrize(
    "around",
    [
        (b"[", b"]"),
        (b'{"a":', b"}"),
        (b"[[],[],", b"]"),
        (b'[{}, "[", ', b"]"),
        (b'["[\\"",', b"]"),
    ],
)
def test_sixty_four_levels_are_taken_and_one_more_is_not(around: tuple[bytes, bytes]) -> None:
    begin, end = around

    parse_json(begin * 63 + b"[]" + end * 63, "application/json")

    with pytest.raises(BadRequest, match="nested"):
        parse_json(begin * 64 + b"[]" + end * 64, "application/json")


def test_more_brackets_than_levels_are_no_nesting() -> None:
    assert (
        parse_json(b"[" + b",".join([b"[{}]"] * 1000) + b"]", "application/json") == [[{}]] * 1000
    )


def test_an_integer_of_any_length_is_read_at_once_as_one_that_no_field_takes() -> None:
    began = time.process_time()

    value = parse_json(b'{"count": -' + b"9" * 200_000 + b"}", "application/json")

    assert value["count"] < -(2**63)
    assert time.process_time() - began < 1


def test_an_object_of_more_keys_than_can_be_named_is_refused_as_a_whole() -> None:
    with pytest.raises(Invalid, match="1001 keys"):
        parse_json(
            json.dumps({str(number): 1 for number in range(1001)}).encode(), "application/json"
        )
