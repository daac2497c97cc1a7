"""Services that need no buildings hear of them without a trace."""

import pytest
from sqlalchemy import text

from shared.contracts import BuildingV1
from tests.support.component import MakeComponent


@pytest.mark.parametrize("service", ["dispatch", "sla", "notify"])
async def test_a_building_is_passed_over_and_what_follows_is_heard(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    building = BuildingV1(id="demo:3", version=1, site_id="demo", code="3", units={"101": 89.5})

    await made.hears(building, building.model_copy(update={"version": 2}))

    async with made.tx() as tx:
        row = await tx.row(
            text("""select (select count(*) from dead_letters) as parked,
              (select count(*) from snapshots) as held,
              (select count(*) from consumer_positions) as positions""")
        )
    assert row is not None
    assert (row["parked"], row["held"], row["positions"]) == (0, 0, 1)
