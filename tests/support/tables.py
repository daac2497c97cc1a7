"""Exports as a caller reads them."""

import csv
import json
from typing import Any

from tests.support.component import Component


async def exported(
    made: Component,
    path: str,
    query: str = "",
    *,
    role: str = "dispatcher",
    id: str = "dana",
    site: str = "demo",
    status: int = 200,
) -> list[dict[str, Any]]:
    """The rows of `GET /v1/{path}:export`, as both formats have them: of the CSV all is text, and
    nothing is empty; the lines of JSON are compared with it. Nothing of what is refused.
    """
    found = []
    async with made.http(role=role, id=id, site=site) as client:
        for format in ("csv", "jsonl"):
            answer = await client.get(f"/v1/{path}:export?format={format}{query}")
            assert answer.status_code == status, answer.text
            found.append(answer.content.decode("utf-8-sig"))
    if status != 200:
        return []
    table = list(csv.DictReader(found[0].splitlines(keepends=True)))
    lines = [json.loads(line) for line in found[1].splitlines()]
    assert [_as_text(line) for line in lines] == table
    return lines


def _as_text(line: dict[str, Any]) -> dict[str, str]:
    return {name: _cell(value) for name, value in line.items()}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in "=+-@\t\r\n" and text else text
