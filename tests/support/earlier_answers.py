"""What services of the release before answer: this tree's answers, without what came since."""

import json
import re
import subprocess
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from fettle.home import CHECKOUT, SERVICES
from tests.support.earlier_release import REVISION

Json = Any


class _Whole(httpx.AsyncByteStream):
    """A body that has not been read yet, as a transport gives it."""

    def __init__(self, text: str) -> None:
        self._body = text.encode()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


@dataclass(frozen=True)
class EarlierService:
    """`fields` are those that came since, each with all fields of the answer in which it stands;
    `paths` those that came since.
    """

    fields: Mapping[str, list[frozenset[str]]] = field(default_factory=dict)
    paths: tuple[re.Pattern[str], ...] = ()

    def without_new_fields(self, value: Json) -> Json:
        """Return the value of an answer as the release before has it."""
        if isinstance(value, list):
            return [self.without_new_fields(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {
            name: self.without_new_fields(each)
            for name, each in value.items()
            if value.keys() not in self.fields.get(name, ())
        }

    async def answer(self, request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        """Return the answer as the release before has it."""
        if any(each.fullmatch(request.url.path) for each in self.paths):
            await answer.aclose()
            return httpx.Response(404, stream=_Whole('{"code": "no_such_route"}'))
        if answer.headers.get("content-type", "") != "application/json":
            return answer
        body = b"".join([piece async for piece in answer.aiter_raw()])
        await answer.aclose()
        value = self.without_new_fields(json.loads(body))
        kept = {
            name: said for name, said in answer.headers.items() if name.lower() != "content-length"
        }
        return httpx.Response(answer.status_code, headers=kept, stream=_Whole(json.dumps(value)))


@cache
def earlier_services() -> Mapping[str, EarlierService] | str:
    """Return each service as the release before has it, by name; why it cannot be known, where git
    has no such release here.
    """
    found = {}
    for name in SERVICES:
        path = f"docs/reference/openapi/{name}.json"
        shown = subprocess.run(
            ["git", "show", f"{REVISION.read_text().strip()}:{path}"],
            cwd=CHECKOUT,
            capture_output=True,
            check=False,
        )
        if shown.returncode:
            return f"git has no release before here: {shown.stderr.decode().strip()}"
        found[name] = _since(json.loads(shown.stdout), json.loads((CHECKOUT / path).read_text()))
    return found


def _since(before: Json, now: Json) -> EarlierService:
    fields: dict[str, list[frozenset[str]]] = {}
    schemas = before["components"]["schemas"]
    for name, schema in now["components"]["schemas"].items():
        known = frozenset(schema.get("properties", ()))
        for each in known - {*schemas.get(name, schema).get("properties", ())}:
            fields.setdefault(each, []).append(known)
    paths = now["paths"].keys() - before["paths"].keys()
    return EarlierService(fields, tuple(re.compile(_PARAMETER.sub("[^/]+", p)) for p in paths))


_PARAMETER = re.compile(r"\{\w+\}")
