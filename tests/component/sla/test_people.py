"""What a record of a person leaves of what their token grants, in sla."""

import pytest

from shared.contracts import PersonV1
from tests.support.component import MakeComponent


@pytest.mark.parametrize(("roles", "status"), [(("dispatcher",), 200), (("resident",), 404)])
async def test_the_board_is_for_those_whom_the_record_leaves_staff(
    component: MakeComponent, roles: tuple[str, ...], status: int
) -> None:
    sla = await component("sla")
    async with sla.http(role="dispatcher", id="dana") as client:
        before = await client.get("/v1/board", params={"site": "demo"})
        record = PersonV1(id="demo/dana", version=1, site_id="demo", person_id="dana", roles=roles)

        await sla.hears(record)

        after = await client.get("/v1/board", params={"site": "demo"})
    assert (before.status_code, after.status_code) == (200, status)
