"""Lists that are sent to a service, and what came of them."""

from typing import Any

from tests.support.component import Component


async def send_list(
    service: Component,
    path: str,
    text: str,
    *,
    status: int = 200,
    role: str = "dispatcher",
    site: str = "demo",
    headers: dict[str, str] | None = None,
    encoding: str = "gb18030",
    **query: Any,
) -> Any:
    """Send a list as a file of a form; assert the status and return what came of it."""
    async with service.http(role=role, id=f"{role}-1", site=site) as client:
        answer = await client.post(
            f"/v1/{path}",
            files={"file": ("list.csv", text.encode(encoding))},
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
