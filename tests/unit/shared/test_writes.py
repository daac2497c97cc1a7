"""What a transaction has left to write becomes one statement that never writes a row twice."""

from uuid import uuid4

import pytest
from pydantic_core import from_json
from sqlalchemy import Column, Integer, MetaData, Table, Text

from shared.db.reads import Requirement
from shared.db.writes import Mode, Writes

METADATA = MetaData()
THINGS = Table("things", METADATA, Column("id", Text, primary_key=True), Column("n", Integer))
PAIRS = Table(
    "pairs",
    METADATA,
    Column("a", Integer, primary_key=True),
    Column("b", Integer, primary_key=True),
)


def _written(writes: Writes) -> list[list[dict[str, object]]]:
    _, parameters = writes.take()
    return [from_json(parameter) for parameter in parameters]


def test_the_last_word_on_a_row_counts() -> None:
    writes = Writes()
    for n in (1, 2, 3):
        writes.add(THINGS, Mode.SAVE, {"id": "x", "n": n}, {})

    assert _written(writes) == [[{"id": "x", "n": 3}]]


def test_a_row_that_is_inserted_and_then_saved_is_inserted_as_it_was_saved() -> None:
    writes = Writes()
    writes.add(THINGS, Mode.INSERT, {"id": "x", "n": 1}, {})
    writes.add(THINGS, Mode.SAVE, {"id": "x", "n": 2}, {})

    statement, parameters = writes.take()

    assert "on conflict" not in statement
    assert [from_json(parameter) for parameter in parameters] == [[{"id": "x", "n": 2}]]


def test_a_row_that_may_be_missing_and_is_then_saved_is_saved() -> None:
    writes = Writes()
    writes.add(THINGS, Mode.INSERT_MISSING, {"id": "x", "n": 1}, {})
    writes.add(THINGS, Mode.SAVE, {"id": "x", "n": 2}, {})

    statement, parameters = writes.take()

    assert statement.count("insert into") == 1
    assert "do update" in statement
    assert [from_json(parameter) for parameter in parameters] == [[{"id": "x", "n": 2}]]


@pytest.mark.parametrize("before", list(Mode))
def test_what_is_written_already_is_not_missing(before: Mode) -> None:
    writes = Writes()
    writes.add(THINGS, before, {"id": "x", "n": 1}, {})
    writes.add(THINGS, Mode.INSERT_MISSING, {"id": "x", "n": 2}, {})

    assert _written(writes) == [[{"id": "x", "n": 1}]]


@pytest.mark.parametrize("before", list(Mode))
def test_an_insert_of_what_is_written_already_is_a_mistake(before: Mode) -> None:
    writes = Writes()
    writes.add(THINGS, before, {"id": "x", "n": 1}, {})

    with pytest.raises(ValueError, match="before it is inserted"):
        writes.add(THINGS, Mode.INSERT, {"id": "x", "n": 2}, {})


def test_an_id_is_the_same_as_text_and_as_uuid() -> None:
    writes, id = Writes(), uuid4()
    writes.add(THINGS, Mode.SAVE, {"id": id, "n": 1}, {})
    writes.add(THINGS, Mode.SAVE, {"id": str(id), "n": 2}, {})

    assert _written(writes) == [[{"id": str(id), "n": 2}]]


def test_rows_go_out_in_the_order_of_their_keys() -> None:
    writes = Writes()
    for id in ("c", "a", "b"):
        writes.add(THINGS, Mode.SAVE, {"id": id, "n": 1}, {})

    assert [row["id"] for row in _written(writes)[0]] == ["a", "b", "c"]


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(TypeError, match="a row of things lacks a column: 'n'"):
        Writes().add(THINGS, Mode.SAVE, {"id": "x"}, {})


def test_a_table_of_keys_alone_is_saved_by_leaving_what_is_there() -> None:
    writes = Writes()
    writes.add(PAIRS, Mode.SAVE, {"a": 1, "b": 2}, {})

    statement, _ = writes.take()

    assert "do nothing" in statement


def test_rows_of_one_change_go_out_in_one_array() -> None:
    change = (
        "update things set n = 0 from json_to_recordset({rows}) as given(id text) "
        "where things.id = given.id"
    )
    writes = Writes()
    for n in (1, 2):
        writes.change(change, [{"id": f"{n}"}])

    statement, parameters = writes.take()

    assert statement.count("update things") == 1
    assert [from_json(parameter) for parameter in parameters] == [[{"id": "1"}, {"id": "2"}]]


def test_what_is_required_apart_is_a_key_and_what_many_may_require_is_none() -> None:
    shared = Requirement("select from things where id = :id", id="text")
    apart = Requirement(
        "select from things where id = :id and n = :n", apart="id", id="text", n="int"
    )
    writes = Writes()
    writes.require(shared, {"id": "x"})
    writes.require(apart, {"id": "x", "n": 1})
    writes.require(apart, {"id": "y", "n": 1})

    assert [*writes.keys()] == [(apart, "x"), (apart, "y")]


def test_nothing_is_left_after_it_was_taken() -> None:
    writes = Writes()
    writes.add(THINGS, Mode.SAVE, {"id": "x"}, {"n": 1})
    assert writes

    writes.take()

    assert not writes
