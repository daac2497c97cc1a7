"""The parts of a page, asked for together."""

import pytest

from services.portal.adapters.service_answers import Away, Missing, Refusal, parts


async def _gives(value: object) -> object:
    return value


async def _raises(error: Exception) -> object:
    raise error


async def test_a_part_whose_service_is_away_is_missing_and_the_others_are_there() -> None:
    assert await parts(_gives(1), _raises(Away("sla")), _gives(3)) == [1, Missing("sla"), 3]


async def test_a_refusal_of_one_is_the_pages() -> None:
    refusal = Refusal("tickets", 404, "no_such_ticket", "…", {})

    with pytest.raises(Refusal) as caught:
        await parts(_gives(1), _raises(refusal), _raises(Away("sla")))

    assert caught.value is refusal
