"""Lists that are sent to tickets."""

from typing import Any

from tests.component.tickets.arranging import Tickets


async def send_list(
    tickets: Tickets,
    what: str,
    text: str,
    *,
    status: int = 200,
    role: str = "dispatcher",
    headers: dict[str, str] | None = None,
    encoding: str = "gb18030",
    site: str = "demo",
    **query: Any,
) -> Any:
    """Send a list as a file of a form; assert the status and return what came of it."""
    async with tickets.component.http(role=role, id=f"{role}-1", site=site) as client:
        answer = await client.post(
            f"/v1/sites/demo/{what}:import",
            files={"file": (f"{what}.csv", text.encode(encoding))},
            params=query,
            headers=headers,
        )
    assert answer.status_code == status, answer.text
    return answer.json()


def counts(outcome: Any) -> tuple[int, int, int, int, bool]:
    """What was created, changed, unchanged and bad, and whether it was taken."""
    created, changed, unchanged, bad, taken = (
        outcome[name] for name in ("created", "changed", "unchanged", "bad", "taken")
    )
    return created, changed, unchanged, bad, taken


def bad_cells(outcome: Any) -> list[tuple[int, str, str]]:
    return [(each["row"], each["column"], each["value"]) for each in outcome["problems"]]
